"""One mechanism for everything that has states: tables of steps, and one way to take a step.

A ``Lifecycle`` is a table: for each step from which states, to which, who may, what must hold, what
is logged and who is told. ``Lifecycle.apply`` is the only way a state changes: it locks the row,
asks the table, runs the step's effect, writes the log and tells people through the outbox, in one
transaction. A refusal changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import ObjectDoesNotExist, ValidationError
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .models import ChainedLog, User
from .models.stateful import moving

CHANGED_MEANWHILE = _("Somebody has changed this since you opened it. Look at it again.")


class Party(StrEnum):
    """As what somebody takes a step."""

    #: Whoever holds the secret link of a need.
    SUBMITTER = "submitter"
    #: The contact of the municipality in question.
    CONTACT = "contact"
    COORDINATOR = "coordinator"
    #: A seat in the region's forum: of a municipality, of an employees' organisation, the chair.
    SEAT = "seat"
    UNION = "union"
    CHAIR = "chair"
    #: A technical administrator: erases, and decides nothing.
    ADMIN = "admin"
    CLOCK = "clock"
    #: A step that follows from another one, or from a published page.
    CONSEQUENCE = "consequence"


@dataclass(frozen=True)
class Actor:
    """Who takes a step: a person, the holder of a link, the clock, or another step."""

    user: User | None = None
    #: What the actor is without any row that says so.
    given: frozenset[Party] = frozenset()

    @classmethod
    def of(cls, by: Actor | User | AnonymousUser) -> Actor:
        """Return the actor that ``by`` stands for."""
        if isinstance(by, Actor):
            return by
        return cls(by if by.is_authenticated else None)

    @classmethod
    def with_link(cls) -> Actor:
        """Return whoever holds the secret link; the caller has checked it."""
        return cls(None, frozenset({Party.SUBMITTER}))

    @classmethod
    def clock(cls) -> Actor:
        """Return the clock."""
        return cls(None, frozenset({Party.CLOCK}))

    def following(self) -> Actor:
        """Return the actor of a step that follows from a step of this one."""
        return Actor(self.user, frozenset({Party.CONSEQUENCE}))


class RefusedError(Exception):
    """A step that is not taken. ``message`` is for people; ``errors`` stand at fields."""

    def __init__(
        self, reason: Refusal, message: object, errors: Mapping[str, list] | None = None
    ) -> None:
        super().__init__(str(message))
        self.reason = reason
        self.message = message
        self.errors = dict(errors or {})


class Refusal(StrEnum):
    """Why a step is not taken."""

    UNKNOWN = "unknown"
    PARTY = "party"
    STATE = "state"
    CHANGED = "changed"
    GUARD = "guard"


#: Others would have to move a row this often between two statements to keep a step from its locks.
LOCK_TRIES = 5

#: Asked before a step: the row, and what was said with it. Raises ``ValidationError``.
Guard = Callable[[Model, "Step"], None]
#: What a step does besides moving the state.
Effect = Callable[[Model, "Step"], None]
#: Who is told: notices are written with ``regions.outbox.tell``.
Teller = Callable[[Model, "Step", ChainedLog], None]


@dataclass(frozen=True)
class Step:
    """A step as it is taken."""

    transition: Transition
    actor: Actor
    party: Party
    at: datetime
    from_state: str
    details: Mapping[str, object] = field(default_factory=dict)
    #: What the step's effects note for the log, beside what was said.
    noted: dict[str, object] = field(default_factory=dict)

    def __getitem__(self, name: str) -> object:
        return self.details.get(name)


@dataclass(frozen=True)
class Transition:
    """A line of the table. Without ``target`` the state stays as it is."""

    name: str
    sources: frozenset[str]
    target: str
    who: frozenset[Party]
    label: object
    guards: tuple[Guard, ...] = ()
    effects: tuple[Effect, ...] = ()
    tells: tuple[Teller, ...] = ()
    #: Names of the details that are asked; ``text`` is kept apart in the log and can be erased.
    asks: tuple[str, ...] = ()
    #: Those of ``asks`` that are people's words too: kept apart like ``text``, in a ``WordedLog``.
    words: tuple[str, ...] = ()


def line(
    name: str, sources: str, target: str, who: Iterable[Party], label: object, **more: object
) -> Transition:
    """Return a line of a table; ``sources`` are states parted by spaces."""
    return Transition(name, frozenset(sources.split()), target, frozenset(who), label, **more)


class Lifecycle:
    """The table of one model."""

    def __init__(
        self,
        model: type[Model],
        log_model: type[ChainedLog],
        parties: Callable[[User, Model], frozenset[Party]],
        lines: Iterable[Transition],
        *,
        before: Callable[[Model, Mapping[str, object]], frozenset[int]] | None = None,
        lock: Callable[[frozenset[int]], object] | None = None,
    ) -> None:
        """``before`` names the keys of what is locked before the row, ``lock`` locks them.

        The order is round, shared needs by key, needs by key: so none waits in a circle.
        """
        self.model = model
        self.log_model = log_model
        self._parties = parties
        self._before = before
        self._lock = lock
        self.lines = {each.name: each for each in lines}

    def parties_of(self, by: Actor | User | AnonymousUser, instance: Model) -> frozenset[Party]:
        """Return what ``by`` is towards ``instance``."""
        actor = Actor.of(by)
        if actor.given or actor.user is None or not actor.user.is_active:
            return actor.given
        return self._parties(actor.user, instance)

    def allowed(self, instance: Model, by: Actor | User | AnonymousUser) -> list[Transition]:
        """Return the steps that ``by`` may take from here, before any guard is asked."""
        parties = self.parties_of(by, instance)
        return [
            each
            for each in self.lines.values()
            if instance.state in each.sources and each.who & parties
        ]

    def may(self, instance: Model, action: str, by: Actor | User | AnonymousUser) -> bool:
        """Return whether ``by`` may take the step from here, before any guard is asked."""
        return any(each.name == action for each in self.allowed(instance, by))

    def lacks(
        self, instance: Model, action: str, *, by: Actor | User, **details: object
    ) -> dict[str, list]:
        """Return what the guards would refuse now, by field: for a list of what is missing.

        Nothing is locked or changed; ``apply`` asks again.
        """
        transition, actor = self.lines[action], Actor.of(by)
        parties = self.parties_of(actor, instance) & transition.who
        if not parties:
            return {"": [_("You cannot take this step.")]}
        step = Step(transition, actor, min(parties), timezone.now(), instance.state, details)
        try:
            self._ask(instance, step)
        except RefusedError as error:
            return error.errors
        return {}

    @transaction.atomic
    def apply(
        self,
        instance: Model,
        action: str,
        /,
        *,
        by: Actor | User | AnonymousUser,
        seen: int | None = None,
        at: datetime | None = None,
        **details: object,
    ) -> Model:
        """Take a step and return the row as it is afterwards.

        ``seen`` is the version of the row that the person saw: an older one is refused. Raises
        ``RefusedError``; then nothing has changed.
        """
        transition = self.lines.get(action)
        if transition is None:
            raise RefusedError(Refusal.UNKNOWN, _("There is no such step."))
        row = self._locked(instance, details)
        actor = Actor.of(by)
        parties = self.parties_of(actor, row) & transition.who
        if not parties:
            raise RefusedError(Refusal.PARTY, _("You cannot take this step."))
        if row.state not in transition.sources:
            raise RefusedError(Refusal.STATE, self.already(row))
        if seen is not None and seen != row.version:
            raise RefusedError(Refusal.CHANGED, CHANGED_MEANWHILE)
        at = at or timezone.now()
        step = Step(transition, actor, min(parties), at, row.state, details)
        self._ask(row, step)
        for effect in transition.effects:
            _gather({}, effect, row, step)
        with moving():
            row.state = transition.target or row.state
            row.save()
        entry = self.write(row, step)
        for teller in transition.tells:
            teller(row, step, entry)
        return row

    def _locked(self, instance: Model, details: Mapping[str, object]) -> Model:
        """Return the row as it is now, locked after all that comes before it.

        What comes before is read without a lock: if it has changed by the time the row is locked,
        the savepoint gives every lock back, and they are taken anew.
        """
        for _try in range(LOCK_TRIES):
            with transaction.atomic():
                row = self._lock_once(instance, details)
                if row is not None:
                    return row
                transaction.set_rollback(True)
        raise RefusedError(Refusal.CHANGED, CHANGED_MEANWHILE)

    def _lock_once(self, instance: Model, details: Mapping[str, object]) -> Model | None:
        rows = self.model._default_manager
        try:
            keys = frozenset()
            if self._before:
                keys = self._before(rows.get(pk=instance.pk), details)
                self._lock(keys)
            row = rows.select_for_update(of=("self",)).get(pk=instance.pk)
        except ObjectDoesNotExist as error:
            raise RefusedError(Refusal.UNKNOWN, _("This is no longer there.")) from error
        if self._before and not self._before(row, details) <= keys:
            return None
        return row

    def begin(self, row: Model, *, by: Actor | User, at: datetime | None = None) -> Model:
        """Save a new row in its first state, and begin its log. The caller has asked who may."""
        begun = line("begin", "", "", Party, "")
        with transaction.atomic():
            row.save()
            at = at or timezone.now()
            actor = Actor.of(by)
            parties = self.parties_of(actor, row) or {Party.CONSEQUENCE}
            self.write(row, Step(begun, actor, min(parties), at, ""))
        return row

    def write(self, row: Model, step: Step) -> ChainedLog:
        """Write the step into the log of ``row``."""
        said = {
            name: plain(step[name])
            for name in step.transition.asks
            if name != "text" and step[name] not in (None, "")
        }
        words = {name: said.pop(name) for name in step.transition.words if name in said}
        entry = self.log_model(
            at=step.at,
            actor=step.actor.user,
            party=step.party,
            action=step.transition.name,
            from_state=step.from_state,
            to_state=row.state,
            facts=said | {name: plain(value) for name, value in step.noted.items()},
            text=str(step["text"] or ""),
            **({"words": words} if words else {}),
        )
        setattr(entry, self.log_model.subject, row)
        entry.save()
        return entry

    def already(self, row: Model) -> object:
        """Return the words for "somebody was faster"."""
        return _("This is no longer possible: it is “%(state)s” now.") % {
            "state": row.get_state_display()
        }

    def _ask(self, row: Model, step: Step) -> None:
        errors: dict[str, list] = {}
        for guard in step.transition.guards:
            errors = _gather(errors, guard, row, step, at_once=False)
        if errors:
            raise refused(errors)


def _gather(
    errors: dict[str, list], ask: Guard, row: Model, step: Step, *, at_once: bool = True
) -> dict[str, list]:
    """Ask, and put what is wrong to ``errors``; raise it where that is to be at once."""
    try:
        ask(row, step)
    except ValidationError as error:
        found = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for name, texts in found.items():
            errors.setdefault(name, []).extend(texts)
        if at_once:
            raise refused(errors) from error
    return errors


def refused(errors: Mapping[str, list]) -> RefusedError:
    """Return the refusal of a step that lacks something, by field; "" is the step as a whole."""
    return RefusedError(Refusal.GUARD, next(iter(errors.values()))[0], errors)


def plain(value: object) -> object:
    """Return ``value`` as JSON holds it: rows by their key, the rest as text."""
    if isinstance(value, Model):
        return value.pk
    if isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, Mapping):
        return {str(name): plain(each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(each) for each in value]
    return str(value)
