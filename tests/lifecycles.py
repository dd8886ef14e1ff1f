"""Walks a lifecycle through every state, step and party, and tells where it departs from a table.

The tables are written by hand in the tests, from the design and not from the code. Rows are put
into states by raw writes, each case within a savepoint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

from django.core.exceptions import ValidationError
from django.db import models, transaction

from regions.lifecycle import Actor, Guard, Lifecycle, Party, Refusal, RefusedError, Step
from regions.models import ForumSeat, Notice, Region, Role, User
from regions.models.log import broken_links
from regions.models.stateful import moving
from tests import factories

#: Who may take a step from a state, parted by spaces, and where it leads. With "!" somebody who
#: may, but whom a guard refuses there whatever is said.
Table = Mapping[str, Mapping[str, tuple[str, str]]]
By = Actor | User
NO_PARTY = (
    Role.EDITOR,
    Role.RESOURCE_AUTHOR,
    Role.PROVIDER_CONTACT,
    Role.STEERING,
    Role.SUBMITTER,
)


def actors(region: Region, other: Region) -> dict[str, By]:
    """Return whoever could try, by name. ``region`` has a forum whose first seat chairs.

    ``contact`` and ``seat`` belong to the region's second municipality, ``neighbour_contact`` to
    its third; the chair sits for the first. The bystander has every role that gives nothing here,
    and was or is elsewhere what would give something.
    """
    seats = list(ForumSeat.objects.filter(forum__region=region).order_by("pk"))
    chair, seat, neighbour = seats[:3]
    union = next(each for each in seats if each.kind == ForumSeat.Kind.EMPLOYEE_ORG)
    found: dict[str, By] = {
        "nobody": Actor(),
        "submitter": Actor.with_link(),
        "clock": Actor.clock(),
        "consequence": Actor(None, frozenset({Party.CONSEQUENCE})),
        "contact": factories.make_member(region, Role.CONTACT, municipality=seat.municipality),
        "neighbour_contact": factories.make_member(
            region, Role.CONTACT, municipality=neighbour.municipality
        ),
        "chair": chair.holders.first().user,
        "seat": seat.holders.first().user,
        "deputy": factories.make_holder(seat, kind="deputy").user,
        "union": union.holders.first().user,
        "coordinator": factories.make_member(region, Role.COORDINATOR),
        "inactive_coordinator": factories.make_member(region, Role.COORDINATOR),
        "admin": factories.make_admin(),
    }
    User.objects.filter(pk=found["inactive_coordinator"].pk).update(is_active=False)
    found["inactive_coordinator"].refresh_from_db()
    bystander = factories.make_member(other, Role.COORDINATOR)
    for role in NO_PARTY:
        factories.make_member(region, role, user=bystander)
    ended = factories.in_days(-1)
    factories.make_member(region, Role.COORDINATOR, user=bystander, ends_on=ended)
    earlier = {"starts_on": factories.in_days(-9), "ended_at": ended}
    factories.make_holder(neighbour, user=bystander, kind="deputy", **earlier)
    return found | {"bystander": bystander}


def put(row: models.Model, state: str, **fields: object) -> models.Model:
    """Write a state past the lifecycle."""
    with moving():
        type(row).objects.filter(pk=row.pk).update(state=state, **fields)
    row.refresh_from_db()
    return row


def snapshot(tables: Iterable[type[models.Model]]) -> dict[str, list]:
    """Return all that stands in ``tables``, and every notice."""
    return {
        model._meta.label: list(model._base_manager.order_by("pk").values())
        for model in (*tables, Notice)
    }


@dataclass
class Walk:
    """``make`` puts a row into a state for a step; ``details`` is what somebody says with it."""

    lifecycle: Lifecycle
    states: Iterable[str]
    actors: Mapping[str, By]
    table: Table
    make: Callable[[str, str], models.Model]
    details: Callable[[str, str], Mapping[str, object]]
    tables: Iterable[type[models.Model]]

    def departures(self) -> list[str]:
        """Return every case in which the code does not do as the table says."""
        found = [
            f"{name} is in the code or in the table, not in both"
            for name in set(self.lifecycle.lines) ^ set(self.table)
        ]
        with self._parties_kept():
            for state in self.states:
                found += self._offers(state)
                for action in self.table:
                    with transaction.atomic():
                        found += self._cases(state, action)
                        transaction.set_rollback(True)
        return found

    @contextmanager
    def _parties_kept(self) -> Iterator[None]:
        """Ask once who somebody is: that takes two queries, and nobody's role changes here."""
        asked = self.lifecycle._parties
        known: dict[tuple[int, int], frozenset[Party]] = {}

        def kept(user: User, row: models.Model) -> frozenset[Party]:
            if (user.pk, row.pk) not in known:
                known[user.pk, row.pk] = asked(user, row)
            return known[user.pk, row.pk]

        self.lifecycle._parties = kept
        try:
            yield
        finally:
            self.lifecycle._parties = asked

    def _offers(self, state: str) -> list[str]:
        found = []
        with transaction.atomic():
            row = self.make(state, "")
            for name, by in self.actors.items():
                offered = {each.name for each in self.lifecycle.allowed(row, by)}
                due = {
                    action
                    for action, column in self.table.items()
                    if name in column.get(state, ("", ""))[0].replace("!", "").split()
                }
                if offered != due:
                    found.append(f"from {state} {name} is offered {offered}, not {due}")
            transaction.set_rollback(True)
        return found

    def _cases(self, state: str, action: str) -> list[str]:
        found = []
        row = self.make(state, action)
        before = snapshot(self.tables)
        who, target = self.table[action].get(state, ("", ""))
        for name, by in self.actors.items():
            if f"{name}!" in who.split():
                found += self._guarded(row, action, by, self.details(action, name))
                continue
            may = name in who.split()
            said = self._try(row, action, by, self.details(action, name), target or state, may=may)
            if said:
                found.append(f"{action} from {state} by {name}: {said}")
        if snapshot(self.tables) != before:
            found.append(f"{action} from {state}: a refusal changed something")
        return found

    def _guarded(self, row: models.Model, action: str, by: By, details: Mapping) -> list[str]:
        try:
            self.lifecycle.apply(row, action, by=by, **details)
        except RefusedError as refused:
            return [] if refused.reason == Refusal.GUARD else [f"{action}: {refused.reason}"]
        return [f"{action} from {row.state} is not guarded"]

    def _try(
        self, row: models.Model, action: str, by: By, details: Mapping, target: str, *, may: bool
    ) -> str:
        if not may:
            try:
                self.lifecycle.apply(row, action, by=by, **details)
            except RefusedError as refused:
                return "" if refused.reason in {Refusal.PARTY, Refusal.STATE} else refused.reason
            return "allowed"
        said = ""
        with transaction.atomic():
            try:
                count = self.lifecycle.log_model.objects.count()
                after = self.lifecycle.apply(row, action, by=by, **details)
                said = self._after(after, action, target, count)
            except RefusedError as refused:
                said = f"refused, {refused.reason}: {refused.errors or refused.message}"
            transaction.set_rollback(True)
        return said

    def _after(self, row: models.Model, action: str, target: str, count: int) -> str:
        stored = type(row).objects.get(pk=row.pk)
        entries = stored.log.all()
        entry = entries.last()
        if stored.state != target:
            return f"leads to {stored.state}"
        if (entry.action, entry.to_state) != (action, target) or broken_links(entries):
            return "the log does not tell it"
        if self.lifecycle.log_model.objects.count() != count + 1:
            return "the log tells more than one step"
        return ""


@dataclass(frozen=True)
class Hindered:
    """A step that one guard refuses: what is said, and the field at which the refusal stands."""

    action: str
    row: models.Model
    by: By
    details: Mapping[str, object]
    field: str
    #: What is done before, past the lifecycle.
    first: Callable[[], object] = bool


def not_hindered(lifecycle: Lifecycle, cases: Iterable[Hindered]) -> list[str]:
    """Return the guards that alone refuse none of the cases, and the cases that are not refused."""
    spared = {
        (each.name, place): guard.__qualname__
        for each in lifecycle.lines.values()
        for place, guard in enumerate(each.guards)
    }
    found = []
    for number, case in enumerate(cases):
        with transaction.atomic():
            case.first()
            stored = type(case.row).objects.filter(pk=case.row.pk)
            before = list(stored.values()), stored.get().log.count()
            with _heard(lifecycle, case.action) as refusing:
                try:
                    lifecycle.apply(case.row, case.action, by=case.by, **case.details)
                    found.append(f"case {number}, {case.action}: taken")
                except RefusedError as refused:
                    if refused.reason != Refusal.GUARD or list(refused.errors) != [case.field]:
                        found.append(f"case {number}, {case.action}: {refused.errors} {refused}")
            if (list(stored.values()), stored.get().log.count()) != before:
                found.append(f"case {number}, {case.action}: something changed")
            if len(refusing) == 1:
                spared.pop((case.action, refusing[0]), None)
            transaction.set_rollback(True)
    return found + [f"{action}: {name} refuses nothing" for (action, _), name in spared.items()]


@contextmanager
def _heard(lifecycle: Lifecycle, action: str) -> Iterator[list[int]]:
    """Keep the places of the guards of a step that refuse it."""
    whole = lifecycle.lines[action]
    refusing: list[int] = []

    def listening(place: int, guard: Guard) -> Guard:
        def ask(row: models.Model, step: Step) -> None:
            try:
                guard(row, step)
            except ValidationError:
                refusing.append(place)
                raise

        return ask

    guards = tuple(listening(place, guard) for place, guard in enumerate(whole.guards))
    lifecycle.lines[action] = replace(whole, guards=guards)
    try:
        yield refusing
    finally:
        lifecycle.lines[action] = whole
