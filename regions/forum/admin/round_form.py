"""The form of a round's rules: free until the freeze, then fixed but for title and meeting."""

from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList

from regions.admin.forms import DeskForm

from ..models import PlanningRound, RoundState
from ..models.round import WEIGHTS_SUM

WEIGHTS = (
    "weight_benefit",
    "weight_urgency",
    "weight_regional",
    "weight_statutory",
    "weight_reach",
)
DATES = ("collecting_from", "collecting_to", "ballot_from", "ballot_to", "meeting_on")
#: What a round takes over from the one it is made after: its rules, not its dates.
TAKEN_OVER = (
    "region",
    "year_from",
    "year_to",
    "places",
    "envelope_amount",
    *WEIGHTS,
    "trim",
    "union_vote",
    "passes",
    "publish_names",
)
#: What the freeze fixes: the seats were told of the dates and grade by the rules.
FIXED = (
    "slug",
    *(name for name in TAKEN_OVER if name != "region"),
    *(name for name in DATES if name != "meeting_on"),
)
#: The years that a round can be of, as its plan's; others are slips of the keyboard.
YEARS = range(2000, 2201)
#: What an address has for letters that are no letter with a mark to Unicode.
_LETTERS = str.maketrans({"ø": "o", "Ø": "O", "æ": "ae", "Æ": "AE"})
BEFORE_FREEZE = frozenset({RoundState.DRAFT, RoundState.COLLECTING, RoundState.SCREENING})
#: Where nothing of the rules changes any more.
OVER = frozenset(
    {RoundState.DECIDED, RoundState.PUBLISHED, RoundState.ARCHIVED, RoundState.CANCELLED}
)


class RoundForm(DeskForm):
    """A round; after the freeze its rules are shown and not taken."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        self.fields["slug"].help_text = gettext_lazy(
            "The last part of the address of the result. Empty: it is made from the title."
        )
        if self.instance.pk:
            del self.fields["region"]
        elif not self.initial.get("region") and len(self.fields["region"].queryset) == 1:
            self.initial["region"] = self.fields["region"].queryset[0].pk
        for name in self.locked():
            self.fields[name].disabled = True
            self.fields[name].help_text = ""
        if self.weights_sum is not None:
            self.fields[WEIGHTS[-1]].help_text = _("Sum of the five: %(sum)d.") % {
                "sum": self.weights_sum
            }

    def locked(self) -> list[str]:
        """Return the fields that the round's phase has fixed."""
        if not self.instance.pk or self.instance.state in BEFORE_FREEZE:
            return []
        fixed = {*FIXED, "title", "meeting_on"} if self.instance.state in OVER else set(FIXED)
        return [name for name in self.fields if name in fixed]

    @property
    def weights_sum(self) -> int | None:
        """The sum of the weights as they stand in the form; None where one is no number."""
        values = [str(self._typed(name)) for name in WEIGHTS]
        if all(value.isdecimal() and len(value) < len("10000") for value in values):
            return sum(map(int, values))
        return None

    def _typed(self, name: str) -> object:
        """Return what stands in a field, before Django keeps the field with its help text."""
        field = self.fields[name]
        if self.is_bound and not field.disabled:
            return self.data.get(self.add_prefix(name), "")
        return self.get_initial_for_field(field, name)

    def clean(self) -> dict:
        """Make the address from the title where it is left empty, and say what weights make."""
        cleaned = super().clean()
        if not cleaned.get("slug") and cleaned.get("title") and not self.has_error("slug"):
            cleaned["slug"] = self._free_slug(cleaned["title"])
        for name in DATES:
            if cleaned.get(name) and cleaned[name].year not in YEARS:
                self.add_error(name, _("A year from 2000 to 2200."))
        if all(name in cleaned for name in WEIGHTS):
            total = sum(cleaned[name] for name in WEIGHTS)
            if total != WEIGHTS_SUM:
                self.add_error(
                    WEIGHTS[0],
                    _("The five weights make 100 together. These make %(sum)d.") % {"sum": total},
                )
        return cleaned

    def _post_clean(self) -> None:
        """Check the row; what was said of the weights already is not said again."""
        said = self.has_error(WEIGHTS[0])
        super()._post_clean()
        if said:
            self._errors[WEIGHTS[0]] = self.error_class(self._errors[WEIGHTS[0]].as_data()[:1])

    def _free_slug(self, title: str) -> str:
        """Return an address from ``title`` that no other round of the region has."""
        limit = PlanningRound._meta.get_field("slug").max_length
        stem = slugify(title.translate(_LETTERS))[: limit - 4].strip("-") or "runde"
        region = self.cleaned_data.get("region") or (self.instance.pk and self.instance.region)
        if not region:
            return stem
        rows = PlanningRound.objects.filter(region=region).exclude(pk=self.instance.pk)
        taken = set(rows.values_list("slug", flat=True))
        slug, number = stem, 1
        while slug in taken:
            number += 1
            slug = f"{stem}-{number}"
        return slug


def _row(*names: str) -> FieldRowPanel:
    return FieldRowPanel([FieldPanel(name) for name in names])


#: The form's panels; hidden fields carry the version.
PANELS = ObjectList(
    [
        MultiFieldPanel(
            [
                FieldPanel("region"),
                FieldPanel("title"),
                FieldPanel("slug"),
                _row("year_from", "year_to"),
            ],
            heading=gettext_lazy("The round"),
        ),
        MultiFieldPanel(
            [
                _row("collecting_from", "collecting_to"),
                _row("ballot_from", "ballot_to"),
                FieldPanel("meeting_on"),
            ],
            heading=gettext_lazy("Dates"),
        ),
        MultiFieldPanel(
            [_row("places", "envelope_amount")],
            heading=gettext_lazy("What there is room for"),
            help_text=gettext_lazy(
                "Give the number of places or the budget, not both. With a budget, each need's "
                "estimated cost decides what fits."
            ),
        ),
        MultiFieldPanel(
            [
                _row(*WEIGHTS[:3]),
                _row(*WEIGHTS[3:]),
            ],
            heading=gettext_lazy("Weights"),
            help_text=gettext_lazy(
                "The five make 100 together. The members grade the first three; the secretariat "
                "finds the last two."
            ),
        ),
        MultiFieldPanel(
            [
                _row("trim", "passes"),
                FieldPanel("union_vote"),
                FieldPanel("publish_names"),
            ],
            heading=gettext_lazy("How it is counted"),
        ),
        FieldPanel("expected_version", classname="w-hidden"),
    ],
    base_form_class=RoundForm,
)
