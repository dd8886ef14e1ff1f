"""What members type and choose."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .entries import FIELDS, Entry
from .models import GRADES, Recusal
from .models.ballot import COMMENT_MAX, GRADE_MAX

_GRADES = [(str(grade), str(grade)) for grade in range(GRADE_MAX + 1)]


class EntryForm(forms.Form):
    """One need of the ballot. Everything may be left open: it is saved as one goes."""

    no_opinion = forms.BooleanField(
        label=_("I have no basis for grading this need"), required=False
    )
    comment = forms.CharField(
        label=_("Comment to the forum"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3, "maxlength": COMMENT_MAX}),
    )
    comment_public = forms.BooleanField(label=_("The comment may be published"), required=False)

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        for name in GRADES:
            self.fields[name] = forms.TypedChoiceField(
                choices=_GRADES,
                coerce=int,
                empty_value=None,
                required=False,
                error_messages={"invalid_choice": _("A grade from 0 to 4.")},
            )

    @classmethod
    def of(cls, entry: Entry) -> "EntryForm":
        """Return the form that shows an entry."""
        return cls(initial={name: getattr(entry, name) for name in FIELDS})

    def clean_comment(self) -> str:
        """Count a line's end as one character, as browsers do."""
        comment = self.cleaned_data["comment"].replace("\r\n", "\n")
        if len(comment) > COMMENT_MAX:
            raise forms.ValidationError(
                _("At most %(number)d characters."), params={"number": COMMENT_MAX}
            )
        return comment

    def entry(self) -> Entry:
        """Return what was filled in."""
        return Entry(**{name: self.cleaned_data[name] for name in FIELDS})


class RecusalForm(forms.Form):
    """Why somebody does not grade a need."""

    kind = forms.ChoiceField(
        label=_("Why are you recused?"),
        choices=Recusal.Kind.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose why you are recused."),
            "invalid_choice": _("Choose why you are recused."),
        },
    )
