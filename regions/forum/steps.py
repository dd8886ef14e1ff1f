"""A form for each step of a round, whoever fills it in: the coordinator's desk or the chair.

A form asks for what the table of ``regions.forum.lifecycle`` asks for (``Transition.asks``) and
takes the step with what was typed. What the table refuses stands at its field, and what was typed
stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import ClassVar

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from regions.lifecycle import Actor, Refusal, RefusedError, Transition
from regions.models import User
from regions.needs.models import SharedNeed
from regions.versions import seen_version

from .lifecycle import ROUND
from .models import Outcome, PlanningRound, RoundItem
from .standing import Standing

REASON_MAX = 1000
CASE_NO_MAX = 40
#: More votes than any forum has seats.
VOTES_MAX = 999

#: What each step does, in a sentence to whoever takes it.
DOES: dict[str, object] = {
    "collect": _("People report needs for this round. Nothing is fixed yet."),
    "screen": _("The time for reporting is over. Now you merge needs and write their summaries."),
    "freeze": _(
        "Needs, summaries, weights and seats are fixed, and the seats are told. "
        "They have three days to object."
    ),
    "unfreeze": _(
        "The needs are let go again, so that you can change them. A round goes back once only."
    ),
    "open": _("Every seat is invited to grade. There is no way back to screening after this."),
    "withdraw_item": _(
        "The need leaves the round, and those who asked for it are told. The others stay as they "
        "are."
    ),
    "close": _("No ballot is taken after this. It is counted who has sent one."),
    "extend": _("The ballots are open for seven more days, and the seats are told. Once only."),
    "deliberate": _("The ranked list is taken to the meeting of the forum."),
    "second_pass": _(
        "Each seat may change its ballot once more, after the discussion. Departures and outcomes "
        "that are recorded by then are cleared, as the needs are ranked anew; the log keeps them."
    ),
    "override": _("The need goes to another place in the order. Its score stays as it is."),
    "settle": _("Say for each need what the forum decides. You can save a part and go on later."),
    "decide": _("The forum's decision is recorded. After this nothing of it can be changed."),
    "publish": _(
        "The result is sealed and public, and everyone behind the needs is told what became of "
        "them. This cannot be undone."
    ),
    "archive": _("The round is put away. Its result stays public."),
    "cancel": _("The round ends here, its needs are let go, and the seats are told."),
}


class LinesField(forms.CharField):
    """Words of some lines, at most as many as the log and the result hold."""

    def __init__(self, **kwargs: object) -> None:
        kwargs.setdefault("max_length", REASON_MAX)
        kwargs.setdefault("widget", forms.Textarea(attrs={"rows": 4}))
        super().__init__(**kwargs)


class DayInput(forms.DateInput):
    """A day as browsers ask for it; typed as 2027-02-08 where they do not."""

    input_type = "date"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%d")


class MomentInput(forms.DateTimeInput):
    """A day and hour as browsers ask for it."""

    input_type = "datetime-local"

    def __init__(self) -> None:
        super().__init__(format="%Y-%m-%dT%H:%M")


class StepForm(forms.Form):
    """A step that asks for nothing but that the round is as it was seen."""

    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    #: What to say at a field that is left empty, where the step's form asks for it at once.
    empty: ClassVar[dict[str, object]] = {}
    #: Needs what the ballots say, so it is offered only where that may be known.
    needs_order: ClassVar[bool] = False

    def __init__(
        self,
        planning_round: PlanningRound,
        step: str,
        data: QueryDict | None = None,
        *,
        initial: Mapping[str, object] | None = None,
        order: Sequence[RoundItem] = (),
    ) -> None:
        """``order`` holds the items as they stand now, for steps that speak of places."""
        self.planning_round, self.step, self.order = planning_round, step, order
        first = {"seen": planning_round.version, **(initial or {})}
        super().__init__(data, initial=first, auto_id=f"id_{step}_%s")
        self.prepare()

    def prepare(self) -> None:
        """Fill choices from the round."""

    def clean(self) -> dict[str, object]:
        """Say at every empty field what belongs there, all in one go."""
        said = super().clean()
        for name, words in self.empty.items():
            if name not in self.errors and said.get(name) in {None, ""}:
                self.add_error(name, words)
        return said

    def details(self) -> dict[str, object]:
        """Return what is said with the step."""
        return {name: self.cleaned_data[name] for name in ROUND.lines[self.step].asks}

    def take(self, by: User) -> PlanningRound | None:
        """Take the step; None if it is refused, and the form then says why."""
        if not self.is_valid():
            self._say_what_is_missing(by)
            return None
        version = seen_version(self.cleaned_data["seen"])
        try:
            return ROUND.apply(
                self.planning_round, self.step, by=by, seen=version, **self.details()
            )
        except RefusedError as error:
            self._refused(error)
        return None

    def _say_what_is_missing(self, by: User) -> None:
        """Add what the table would refuse besides, so that nobody is sent back twice."""
        step = ROUND.lines[self.step]
        if self.planning_round.state in step.sources:
            actor = Actor(by, ROUND.parties_of(by, self.planning_round))
            for text in what_is_missing(self.planning_round, step, actor):
                self.add_error(None, text)

    def _refused(self, error: RefusedError) -> None:
        for name, texts in (error.errors or {"": [error.message]}).items():
            self.add_error(name if name in self.fields else None, texts)
        if error.reason == Refusal.CHANGED:
            # Whoever sends the form again has seen the round as it is shown with this refusal.
            self.planning_round.refresh_from_db()
            self.data = self.data.copy()
            self.data["seen"] = self.planning_round.version


class FreezeForm(StepForm):
    """Which shared needs the forum ranks. Whether they are ready is asked when they are frozen."""

    items = forms.MultipleChoiceField(
        label=_("Needs that the forum ranks"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _("Choose among the needs that are shown here.")},
    )

    def prepare(self) -> None:
        """Take any shared need of the region: the table says which of them are not ready."""
        rows = SharedNeed.objects.filter(region=self.planning_round.region_id)
        self.fields["items"].choices = rows.values_list("pk", "reference")

    def details(self) -> dict[str, object]:
        """Return the rows of the chosen needs."""
        chosen = SharedNeed.objects.filter(pk__in=self.cleaned_data["items"])
        return {"items": list(chosen)}


class ReasonForm(StepForm):
    """A step that asks why."""

    text = LinesField(label=_("Why?"), help_text=_("Kept in the round's log."), required=False)


class ItemField(forms.ChoiceField):
    """One of the round's needs."""

    def __init__(self) -> None:
        super().__init__(
            label=_("Need"),
            required=False,
            error_messages={"invalid_choice": _("This need is not in the round.")},
        )

    def offer(self, rows: Iterable[tuple[int, str]]) -> None:
        """Offer keys with their words, and nothing as long as nothing is chosen."""
        self.choices = [("", "–"), *rows]


class WithdrawItemForm(ReasonForm):
    """Which need leaves the round, and why."""

    item = ItemField()
    text = LinesField(label=_("Why?"), help_text=_("Published with the result."), required=False)
    field_order = ("item", "text")
    empty: ClassVar = {"item": _("Choose the need."), "text": _("Say why.")}

    def prepare(self) -> None:
        """Offer the needs that are in the round."""
        rows = self.planning_round.items.filter(withdrawn_at__isnull=True)
        self.fields["item"].offer((row.pk, f"{row} {row.title}") for row in rows)


class SecondPassForm(StepForm):
    """Until when the second pass is open."""

    closes = forms.DateTimeField(
        label=_("The second pass closes"), required=False, widget=MomentInput
    )


class OverrideForm(StepForm):
    """Which need goes where, decided by whom. Where it stands now is computed, never typed."""

    needs_order = True
    empty: ClassVar = {
        "item": _("Choose the need."),
        "to_rank": _("Write the place it goes to."),
        "text": _("Say why."),
        "votes_for": _("Give the number of votes."),
        "votes_against": _("Give the number of votes."),
        "case_no": _("Write the case number of the decision."),
    }
    item = ItemField()
    to_rank = forms.IntegerField(label=_("goes to place"), required=False, min_value=1)
    text = LinesField(label=_("Why?"), help_text=_("Published with the result."), required=False)
    votes_for = forms.IntegerField(
        label=_("Votes for"), required=False, min_value=0, max_value=VOTES_MAX
    )
    votes_against = forms.IntegerField(
        label=_("Votes against"), required=False, min_value=0, max_value=VOTES_MAX
    )
    case_no = forms.CharField(label=_("Case number"), required=False, max_length=CASE_NO_MAX)

    def clean_to_rank(self) -> int | None:
        """Refuse a place that the order does not have."""
        place, last = self.cleaned_data["to_rank"], len(self.order)
        if place is not None and place > last:
            raise forms.ValidationError(_("A place from 1 to %(last)d."), params={"last": last})
        return place

    def prepare(self) -> None:
        """Offer the needs with the places they have now."""
        self.fields["item"].offer(
            (row.pk, f"{place}. {row} {row.title}") for place, row in enumerate(self.order, 1)
        )

    def details(self) -> dict[str, object]:
        """Return what was typed, and the place that the need has now."""
        places = {str(row.pk): place for place, row in enumerate(self.order, 1)}
        names = ("item", "to_rank", "votes_for", "votes_against", "case_no", "text")
        said = {name: self.cleaned_data[name] for name in names}
        return said | {"from_rank": places.get(said["item"])}


class SettleForm(StepForm):
    """What becomes of each need; what is not taken up has a reason and an alternative."""

    def prepare(self) -> None:
        """Add three fields for each need; ``initial`` proposes where nothing is saved."""
        self.rows = []
        kept = list(self.order) or list(self.planning_round.items.filter(withdrawn_at__isnull=True))
        for item in kept:
            names = [f"{name}_{item.pk}" for name in ("outcome", "reason", "alternative")]
            outcome = item.outcome or self.initial.get(names[0], "")
            self.fields[names[0]] = forms.ChoiceField(
                label=_("Outcome"),
                choices=[("", _("not decided yet")), *Outcome.choices],
                required=False,
                initial=outcome,
                error_messages={"invalid_choice": _("Choose one of the outcomes.")},
            )
            if outcome and not item.outcome:
                self.fields[names[0]].help_text = _("Proposed, not saved yet.")
            self.fields[names[1]] = LinesField(
                label=_("Reason"),
                required=False,
                initial=item.reason,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.fields[names[2]] = LinesField(
                label=_("What to do instead"),
                required=False,
                initial=item.alternative,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            for name in names:
                self.initial[name] = self.fields[name].initial
            self.rows.append((item, names))

    def lines(self) -> list[dict[str, object]]:
        """Return each need with its fields, for a template."""
        return [
            {"item": item, "fields": [self[name] for name in names]} for item, names in self.rows
        ]

    def details(self) -> dict[str, object]:
        """Return pairs of need and outcome, and the words by need."""
        said = self.cleaned_data
        return {
            "outcomes": [(item.pk, said[names[0]]) for item, names in self.rows],
            "words": {item.pk: (said[names[1]], said[names[2]]) for item, names in self.rows},
        }


class DecideForm(StepForm):
    """The decision's case number and day."""

    empty: ClassVar = {"case_no": _("Write the case number of the decision.")}
    case_no = forms.CharField(
        label=_("Case number of the decision"),
        required=False,
        max_length=CASE_NO_MAX,
        help_text=_("For example “031/27”."),
    )
    decided_on = forms.DateField(
        label=_("Decided on"), required=False, widget=DayInput, help_text=_("Empty means today.")
    )

    def clean_decided_on(self) -> object:
        """Refuse a day that is still to come."""
        day = self.cleaned_data["decided_on"]
        if day and day > timezone.localdate():
            raise forms.ValidationError(_("This day is still to come."))
        return day


_FORMS: dict[str, type[StepForm]] = {
    "freeze": FreezeForm,
    "unfreeze": ReasonForm,
    "withdraw_item": WithdrawItemForm,
    "second_pass": SecondPassForm,
    "override": OverrideForm,
    "settle": SettleForm,
    "decide": DecideForm,
    "cancel": ReasonForm,
}


def form_class(step: str) -> type[StepForm]:
    """Return the form of a step of the table."""
    return _FORMS.get(step, StepForm)


def begins_with(
    planning_round: PlanningRound, step: str, standing: Standing | None
) -> dict[str, object]:
    """Return what a step's form begins with, at the desk and on the chair's page alike."""
    if step == "settle" and standing:
        return {f"outcome_{each.item.pk}": each.proposed for each in standing.lines}
    if step == "decide":
        today, meeting = timezone.localdate(), planning_round.meeting_on
        # A meeting still to come is not the day on which something was decided.
        day = min(meeting, today) if meeting else None
        return {"case_no": planning_round.case_no, "decided_on": day}
    return {}


def what_is_missing(
    planning_round: PlanningRound, step: Transition, actor: Actor
) -> tuple[str, ...]:
    """Return what would be refused now; what the step's own form asks for is not missing yet."""
    asked = {*form_class(step.name).base_fields, *step.asks}
    lacks = ROUND.lacks(planning_round, step.name, by=actor)
    return tuple(str(text) for name, texts in lacks.items() if name not in asked for text in texts)
