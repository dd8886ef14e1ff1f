"""The public forms: what a need lacks at the least, more about it, and changing it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from django import forms
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from regions.models import Municipality, ProfessionalNetwork, Region, ServiceArea
from regions.models.vocabulary import in_reading_order
from regions.open_forms import ADDRESS_ERRORS, Address, TrappedForm

from .days import in_words
from .fields import Choices, Count, Day, Prose
from .models import Driver, Level, Need, Size
from .models.need import CHALLENGE_MAX, CHALLENGE_MIN, HEADCOUNT_MAX
from .reporting import SHORTEST, Started
from .services import Contact

#: Sooner than this a shared course seldom comes about: said beside the field, never refused.
SELDOM_BEFORE = timedelta(days=90)

_TOO_LONG = _("Write at most %(limit_value)d characters. There are %(show_value)d now.")
_UNKNOWN = _("I do not know")
_DAY = _("Write the day like this: 2027-02-19.")
_NUMBER = _("Write a whole number from 1 to 99 999.")
_UNREADABLE = _(
    "We could not read the form. Everything you wrote is still here: send it once more."
)
_FAST = _(
    "That went faster than people type. Everything you wrote is still here: send it once more."
)
_NUMBERS = {"invalid": _NUMBER, "min_value": _NUMBER, "max_value": _NUMBER}


def by_domain(municipalities: Iterable[Municipality], email: str) -> Municipality | None:
    """Return the municipality whose contact has an address of the same domain, if one has."""
    domain = email.rpartition("@")[2].casefold()
    found = [
        each
        for each in municipalities
        if domain and each.contact_email.rpartition("@")[2].casefold() == domain
    ]
    return found[0] if len(found) == 1 else None


class _Told(forms.Form):
    """What every form about the need itself asks first."""

    challenge = Prose(
        label=_("What is not working, or what do you need to be better at?"),
        help_text=_("Write in your own words. Name no one."),
        rows=4,
        min_length=CHALLENGE_MIN,
        max_length=CHALLENGE_MAX,
        error_messages={
            "required": _("Write what is not working, or what you need to be better at."),
            "min_length": _("Write at least %(limit_value)d characters. There are %(show_value)d."),
            "max_length": _TOO_LONG,
        },
    )
    municipality = forms.ModelChoiceField(
        Municipality.objects.none(),
        label=_("Which municipality?"),
        empty_label=_("Choose the municipality"),
        error_messages={
            "required": _("Choose the municipality."),
            "invalid_choice": _("Choose one of the region's municipalities."),
        },
    )

    def _in_region(self, region: Region) -> None:
        self.fields["municipality"].queryset = Municipality.objects.filter(region=region)
        self.fields["network"].queryset = ProfessionalNetwork.objects.filter(region=region)


def _network() -> forms.ModelChoiceField:
    return forms.ModelChoiceField(
        ProfessionalNetwork.objects.none(),
        label=_("Do you write for a professional network?"),
        empty_label=_("No"),
        required=False,
        error_messages={"invalid_choice": _("Choose one of the region's networks.")},
    )


class ReportForm(TrappedForm, _Told):
    """Step 0: three fields, which can be sent alone."""

    contact_email = Address(
        label=_("Where can we answer you?"),
        help_text=_("E-mail. It is never shown, and is erased 24 months after the case is closed."),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages=ADDRESS_ERRORS,
    )
    contact_role = forms.CharField(
        label=_("Your role"),
        help_text=_("For example head of department. Not your name."),
        max_length=80,
        required=False,
        error_messages={"max_length": _TOO_LONG},
    )
    network = _network()
    form_started = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, region: Region, *args: object, **kwargs: object) -> None:
        #: What the form was opened with; None where that cannot be read.
        self.started: Started | None = kwargs.pop("started", None)
        super().__init__(*args, **kwargs)
        self._in_region(region)
        self.fields["municipality"].required = False

    @property
    def more_is_told(self) -> bool:
        """Whether one of the fields that are folded away says something, or is wrong."""
        return any(self[name].value() or self[name].errors for name in ("contact_role", "network"))

    def clean(self) -> dict:
        """Find the municipality by the e-mail, and turn away who types faster than people."""
        said = super().clean()
        if not said.get("municipality") and "municipality" not in self.errors:
            places = self.fields["municipality"].queryset
            said["municipality"] = by_domain(places, said.get("contact_email") or "")
            if said["municipality"] is None:
                self.add_error("municipality", _("Choose the municipality."))
        if self.started is None:
            self.add_error(None, _UNREADABLE)
        elif timezone.now() - self.started.at < SHORTEST:
            self.add_error(None, _FAST)
        return said

    @property
    def values(self) -> dict[str, object]:
        """The fields of the need."""
        return {name: self.cleaned_data[name] for name in ("challenge", "municipality", "network")}

    @property
    def contact(self) -> Contact:
        """Where it is answered."""
        return Contact(self.cleaned_data["contact_email"], self.cleaned_data["contact_role"])


class DescribeForm(forms.Form):
    """The second page: what helps the forum. Nothing of it must be told."""

    service_area = forms.ModelChoiceField(
        ServiceArea.objects.none(),
        label=_("Which service?"),
        empty_label=_("Not chosen"),
        required=False,
        error_messages={"invalid_choice": _("Choose one of the services.")},
    )
    workplace = forms.CharField(
        label=_("Which workplace?"),
        max_length=120,
        required=False,
        error_messages={"max_length": _TOO_LONG},
    )
    level = forms.ChoiceField(
        label=_("Whom does it concern?"),
        choices=[("", _UNKNOWN), *Level.choices],
        widget=Choices,
        required=False,
    )
    headcount = Count(
        label=_("How many need it?"),
        min_value=1,
        max_value=HEADCOUNT_MAX,
        required=False,
        error_messages=_NUMBERS,
    )
    headcount_of = Count(
        label=_("Out of how many?"),
        min_value=1,
        max_value=HEADCOUNT_MAX,
        required=False,
        error_messages=_NUMBERS,
    )
    driver = forms.ChoiceField(
        label=_("What drives it?"),
        choices=[("", _UNKNOWN), *Driver.choices],
        widget=Choices,
        required=False,
    )
    legal_reference = forms.CharField(
        label=_("Which law or requirement?"),
        help_text=_("Where one asks for it."),
        max_length=200,
        required=False,
        error_messages={"max_length": _TOO_LONG},
    )
    strategic_reason = Prose(
        label=_("Which plan, goal or decision does it support?"),
        max_length=400,
        rows=3,
        required=False,
        error_messages={"max_length": _TOO_LONG},
    )
    goal_achieve = Prose(
        label=_("What do you want to achieve?"),
        max_length=1000,
        required=False,
        error_messages={"max_length": _TOO_LONG},
    )
    action = forms.CharField(
        label=_("By what training?"),
        help_text=_("For example a course at the workplace, or a network that meets."),
        max_length=300,
        required=False,
        error_messages={"max_length": _TOO_LONG},
    )
    wanted_from = Day(
        label=_("From when do you want it?"), required=False, error_messages={"invalid": _DAY}
    )
    latest = Day(label=_("When at the latest?"), required=False, error_messages={"invalid": _DAY})
    size = forms.ChoiceField(
        label=_("How much does it take?"),
        # What is kept where nothing is said: one choice, so that it is nobody's word.
        choices=[(Size.SMALL, Size.SMALL.label), (Size.ORDINARY, _("More, or I do not know"))],
        widget=Choices,
        required=False,
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, need: Need, *args: object, **kwargs: object) -> None:
        said = {name: getattr(need, name) for name in self.base_fields if hasattr(need, name)}
        first = need.actions.first()
        said |= {"action": first.text if first else ""}
        super().__init__(*args, initial=said, **kwargs)
        self.fields["service_area"].queryset = in_reading_order(ServiceArea.objects.all())
        self.fields["latest"].help_text = gettext(
            "A shared course seldom comes about before %(day)s. Say an earlier day all the same if "
            "you need it."
        ) % {"day": in_words(timezone.localdate() + SELDOM_BEFORE)}

    def clean(self) -> dict:
        """Compare what belongs together, and say it at the field where it is mended."""
        said = super().clean()
        some, of = said.get("headcount"), said.get("headcount_of")
        if some and of and some > of:
            self.add_error("headcount_of", _("More need it than there are. Check both numbers."))
        first, last = said.get("wanted_from"), said.get("latest")
        if first and last and last < first:
            self.add_error("latest", _("The latest day cannot be before the first."))
        elif last and last < timezone.localdate() and "latest" in self.changed_data:
            self.add_error("latest", _("This day has passed. Choose a later one."))
        said["size"] = said.get("size") or Size.ORDINARY
        return said

    @property
    def seen(self) -> int:
        """The version of the need that the form was opened with; 0, which none has, for none."""
        return self.cleaned_data.get("version") or 0

    @property
    def values(self) -> dict[str, object]:
        """The fields of the need."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name not in {"action", "version"}
        }

    @property
    def changed(self) -> list[str]:
        """The names of what was changed, for the log."""
        return sorted(set(self.changed_data) - {"version"})

    def differences(self, need: Need) -> list[tuple[str, str]]:
        """Return the questions that ``need`` answers otherwise by now, and its answers in words."""
        kept = type(self)(need)
        return [
            (str(field.label), kept.words_of(name))
            for name, field in kept.fields.items()
            if name != "version" and field.has_changed(kept.initial[name], self[name].data)
        ]

    def words_of(self, name: str) -> str:
        """Return what the field holds when the form is opened, as people read it."""
        value = self[name].value()
        choices = getattr(self.fields[name], "choices", None)
        if choices is not None:
            chosen = "" if value is None else str(value)
            return next((str(label) for key, label in choices if str(key) == chosen), "")
        if isinstance(value, date):
            return in_words(value)
        return str(value) if value else gettext("Nothing")


class ChangeForm(DescribeForm, _Told):
    """Everything that was told, to be changed until somebody has claimed the need."""

    network = _network()
    field_order = ("challenge", "municipality", "network")

    def __init__(self, need: Need, *args: object, **kwargs: object) -> None:
        super().__init__(need, *args, **kwargs)
        self._in_region(need.region)


class AnswerForm(forms.Form):
    """The answer to what was asked back."""

    text = Prose(
        label=_("Your answer"),
        max_length=1500,
        error_messages={"required": _("Write an answer."), "max_length": _TOO_LONG},
    )


class LinkForm(forms.Form):
    """Asks for the links to one's needs."""

    email = Address(
        label=_("The e-mail you reported with"),
        max_length=254,
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
        error_messages=ADDRESS_ERRORS,
    )
    reference = forms.CharField(
        label=_("Reference, if you know it"),
        help_text=_("For example K-2027-014."),
        max_length=20,
        required=False,
        error_messages={"max_length": _TOO_LONG},
    )
