"""What is asked with each step of a need or a shared need."""

from collections.abc import Mapping
from typing import ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import widgets

from regions.admin.guard import row_keys
from regions.lifecycle import RefusedError
from regions.models import ServiceArea
from regions.models.vocabulary import in_reading_order

from ..guards import NEEDED, value_at_acceptance
from ..lifecycle import NEED
from ..models import DeclineReason, Driver, Level, Need, SharedNeed, SharedNeedState, Size
from ..models.need import HEADCOUNT_MAX, SUMMARY_MAX
from ..personal_data import names_in
from .canned import ALTERNATIVES, QUESTIONS, in_language
from .words import places_of, title_from

TEXT_MAX = 1000
_NOWHERE = gettext_lazy("The region has no other open shared need.")
TEXT = widgets.AdminAutoHeightTextInput


class RowField(forms.ModelChoiceField):
    """A choice of a row that refuses what cannot be the number of one."""

    def to_python(self, value: object) -> Model | None:
        """Return the row; whatever is no number of a row is none of the choices."""
        if value not in self.empty_values and row_keys([value]) is None:
            raise ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().to_python(value)


class ListedErrors:
    """For forms: what is wrong, as it is listed above them."""

    @property
    def texts(self) -> dict[str, str]:
        """What is wrong with each field, by the anchor of the field."""
        return {
            self[name].id_for_label: f"{self.fields[name].label}: {said[0]}"
            for name, said in self.errors.items()
            if name in self.fields and not self.fields[name].widget.is_hidden
        }


class StepForm(ListedErrors, forms.Form):
    """The least that is asked: the version that the person saw. Steps without more use this."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    #: Names of fields with texts to start from.
    canned: ClassVar[Mapping[str, tuple]] = {}

    def __init__(self, *args: object, row: Model, **kwargs: object) -> None:
        self.row = row
        kwargs["initial"] = {"seen": row.version, **(kwargs.get("initial") or {})}
        super().__init__(*args, **kwargs)

    @classmethod
    def hindrance(cls, row: Model) -> str:
        """Return why nothing that could be chosen here would do; empty where something would."""
        return ""

    def details(self) -> dict[str, object]:
        """Return what is said with the step."""
        return {name: value for name, value in self.cleaned_data.items() if name != "seen"}

    def take_over(self, refused: RefusedError) -> None:
        """Show why the step was not taken, at its fields, and go on from the present state."""
        for name, texts in (refused.errors or {"": [refused.message]}).items():
            self.add_error(name if name in self.fields else None, texts)
        self.row.refresh_from_db()
        self.data = self.data.copy()
        self.data[self.add_prefix("seen")] = self.row.version

    def insert(self, choice: str) -> None:
        """Put a canned text, chosen as ``field:number``, behind what is typed in its field."""
        name, _colon, number = choice.partition(":")
        texts = self.canned.get(name, ())
        if number.isascii() and number.isdecimal() and len(number) < 3 and int(number) < len(texts):  # noqa: PLR2004
            text = in_language(texts[int(number)][1], self.row.language)
            self.data = self.data.copy()
            typed = self.data.get(name, "").rstrip()
            self.data[name] = f"{typed}\n{text}" if typed else text


class ReturnForm(StepForm):
    """What is asked back, and what the submitter can do meanwhile."""

    canned: ClassVar = {"text": QUESTIONS, "alternative": ALTERNATIVES}

    text = forms.CharField(
        label=gettext_lazy("Question"),
        max_length=TEXT_MAX,
        widget=TEXT,
        required=False,
        help_text=gettext_lazy("Whoever reported the need reads this, in the mail and on a page."),
    )
    alternative = forms.CharField(
        label=gettext_lazy("What can they do meanwhile or instead?"),
        max_length=TEXT_MAX,
        widget=TEXT,
        required=False,
    )


class DeclineForm(StepForm):
    """Why it is not taken up, and what to do instead."""

    canned: ClassVar = {"text": ALTERNATIVES}

    reason = forms.ChoiceField(
        label=gettext_lazy("Reason"),
        choices=[("", gettext_lazy("Choose a reason")), *DeclineReason.choices],
        required=False,
    )
    text = forms.CharField(
        label=gettext_lazy("What can they do instead?"),
        max_length=TEXT_MAX,
        widget=TEXT,
        required=False,
        help_text=gettext_lazy("Must be there, unless it is not a need. They get no other answer."),
    )


class IntoForm(StepForm):
    """Which shared need to go into."""

    into = RowField(
        label=gettext_lazy("Shared need"),
        queryset=SharedNeed.objects.none(),
        required=False,
        empty_label=gettext_lazy("None: it stands alone"),
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["into"]
        field.queryset = open_shared_needs(self.row)
        field.label_from_instance = named


class MoveForm(IntoForm):
    """Where an accepted need goes: to others, or, by a button of its own, to stand alone."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["into"]
        field.queryset = field.queryset.exclude(pk=self.row.shared_need_id)
        field.empty_label = _("Choose a shared need")

    @classmethod
    def hindrance(cls, row: Need) -> str:
        """Return that there is nowhere to go for one that stands alone already."""
        others = open_shared_needs(row).exclude(pk=row.shared_need_id).exists()
        return "" if others or _stands_with_others(row) else str(_NOWHERE)

    @property
    def alone(self) -> bool:
        """Whether the button was chosen that lets it stand alone."""
        return bool(self.data.get("alone"))

    @property
    def may_stand_alone(self) -> bool:
        """Whether there are others that it could leave."""
        return _stands_with_others(self.row)

    def clean(self) -> dict:
        """Ask for one of the two."""
        said = super().clean()
        if self.alone:
            said["into"] = None
        # Whoever undid the acceptance meanwhile took it out: then the step itself is refused.
        elif self.row.shared_need_id and not said.get("into") and "into" not in self.errors:
            self.add_error("into", _("Choose a shared need."))
        return said

    def details(self) -> dict[str, object]:
        """Return where it goes, and where it stood when the person saw it."""
        return {**super().details(), "from": self.row.shared_need}


def _stands_with_others(need: Need) -> bool:
    shared = need.shared_need
    return bool(shared) and shared.accepted_needs().exclude(pk=need.pk).exists()


class AbsorbForm(IntoForm):
    """Into which other shared need this one goes."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["into"]
        field.queryset = field.queryset.exclude(pk=self.row.pk)
        field.required = True
        field.empty_label = _("Choose a shared need")

    @classmethod
    def hindrance(cls, row: SharedNeed) -> str:
        """Return that there is no other one to go into."""
        return "" if open_shared_needs(row).exclude(pk=row.pk).exists() else str(_NOWHERE)


class AcceptForm(IntoForm):
    """The coordinator's neutral words, and whatever the submitter left open."""

    title = forms.CharField(
        label=gettext_lazy("Title"),
        max_length=120,
        required=False,
        help_text=gettext_lazy("Neutral and short: this is how the forum will know it."),
    )
    public_summary = forms.CharField(
        label=gettext_lazy("Public summary"),
        max_length=SUMMARY_MAX,
        widget=TEXT,
        required=False,
        help_text=gettext_lazy(
            "What does not work, for whom, and what should be better. Only this is ever public: "
            "name no person, workplace or case."
        ),
    )
    size = forms.ChoiceField(
        label=gettext_lazy("Size"),
        choices=Size.choices,
        required=False,
        help_text=gettext_lazy("A small one needs fewer answers."),
    )
    service_area = RowField(
        label=gettext_lazy("Service area"), queryset=ServiceArea.objects.all(), required=False
    )
    level = forms.ChoiceField(
        label=gettext_lazy("Concerns"), choices=[("", "—"), *Level.choices], required=False
    )
    headcount = forms.IntegerField(
        label=gettext_lazy("How many need it"),
        min_value=1,
        max_value=HEADCOUNT_MAX,
        required=False,
    )
    headcount_of = forms.IntegerField(
        label=gettext_lazy("Out of how many"),
        min_value=1,
        max_value=HEADCOUNT_MAX,
        required=False,
    )
    driver = forms.ChoiceField(
        label=gettext_lazy("Driver"), choices=[("", "—"), *Driver.choices], required=False
    )
    legal_reference = forms.CharField(
        label=gettext_lazy("Law or requirement"), max_length=200, required=False
    )
    strategic_reason = forms.CharField(
        label=gettext_lazy("Reason"), max_length=400, widget=TEXT, required=False
    )
    goal_achieve = forms.CharField(
        label=gettext_lazy("What to achieve"), max_length=TEXT_MAX, widget=TEXT, required=False
    )
    action = forms.CharField(
        label=gettext_lazy("By what training"), max_length=300, widget=TEXT, required=False
    )
    no_personal_data = forms.BooleanField(
        label=gettext_lazy("Title and summary name nobody and give nobody away"), required=False
    )
    #: What looked like a name when the form was last sent: for those one is asked once more.
    looked_like_names = forms.CharField(widget=forms.HiddenInput, required=False)
    #: Asked only where the submitter left it open.
    GAPS: ClassVar = (
        *(name for name in NEEDED if name not in {"title", "public_summary"}),
        "headcount_of",
        "legal_reference",
    )

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["into"].empty_label = _("None: it becomes a shared need of its own")
        field = self.fields["service_area"]
        field.queryset = in_reading_order(field.queryset)
        self.initial.setdefault("size", self.row.size)
        self.initial.setdefault("title", self.row.title or title_from(self.row.challenge))
        self.initial.setdefault("public_summary", self.row.public_summary)
        self.filled_by_submitter = [name for name in self.GAPS if _is_answered(self.row, name)]
        for name in self.filled_by_submitter:
            del self.fields[name]
        first = ["title", "public_summary", "into", "size"]
        self.order_fields([*first, *self.GAPS, "no_personal_data"])

    def clean(self) -> dict:
        """Ask once more where something looks like a name; the table refuses numbers."""
        said = super().clean()
        text = "\n".join(str(said.get(name) or "") for name in ("title", "public_summary"))
        names = ", ".join(names_in(text, places_of(self.row)))
        if names and names != said.get("looked_like_names"):
            self.data = self.data.copy()
            self.data[self.add_prefix("looked_like_names")] = names
            self.data.pop(self.add_prefix("no_personal_data"), None)
            self.add_error(
                "no_personal_data",
                _("“%(found)s” looks like a name. If it is nobody’s, tick this once more.")
                % {"found": names},
            )
        return said

    @property
    def asked_gaps(self) -> list[forms.BoundField]:
        """The fields that the submitter left open, as they are drawn."""
        return [self[name] for name in self.GAPS if name in self.fields]

    def details(self) -> dict[str, object]:
        """Return the values apart from where it goes and the tick."""
        values = dict(super().details())
        into, tick = values.pop("into", None), values.pop("no_personal_data", False)
        del values["looked_like_names"]
        return {"into": into, "no_personal_data": tick, "values": values}


def _is_answered(need: Need, name: str) -> bool:
    if name == "legal_reference" and need.driver not in {"", Driver.LAW}:
        return True
    probe = _Nothing()
    return bool(value_at_acceptance(need, probe, name))


class _Nothing:
    """A step that says nothing: what is asked of it is what the need itself holds."""

    def __getitem__(self, name: str) -> None:
        return None


def open_shared_needs(row: Model) -> object:
    """Return the shared needs of the row's region that take more."""
    return SharedNeed.objects.filter(region=row.region_id, state=SharedNeedState.OPEN).order_by(
        "reference"
    )


def named(shared: SharedNeed) -> str:
    """Return how a choice names a shared need."""
    return f"{shared.reference} · {shared.title}"


#: The form of each step of a need that coordinators take.
NEED_FORMS: dict[str, type[StepForm]] = {
    "claim": StepForm,
    "release": StepForm,
    "return": ReturnForm,
    "accept": AcceptForm,
    "reopen": StepForm,
    "decline": DeclineForm,
    "move": MoveForm,
    "take_up": StepForm,
}
assert set(NEED_FORMS) <= set(NEED.lines)  # noqa: S101  a misspelt step fails at once
