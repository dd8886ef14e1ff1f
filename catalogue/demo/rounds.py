"""The demo's rounds, each a unit with its ballots and what came of it, recognised by address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from catalogue.answers import settle
from catalogue.models import CoursePage
from regions.forum import ballots, counts
from regions.forum.entries import Entry
from regions.forum.lifecycle import ROUND
from regions.forum.models import PlanningRound, RoundItem
from regions.forum.recusals import recuse
from regions.lifecycle import Actor, RefusedError
from regions.models import ForumSeat, Region, Role, SeatHolder, User
from regions.needs.lifecycle import SHARED_NEED
from regions.needs.models import SharedNeedState

from .content import read
from .courses import find_page
from .needs import shared_of
from .people import person
from .times import Diary, back_then, nobody_told

Say = Callable[[str], object]
NO_OPINION, RECUSED = "-", "r"
OPENS, CLOSES = time(8), time(16)
#: The last month of a round that is called after the spring.
SPRING_ENDS = 6


def ensure_round(region: Region, row: dict, say: Say, *, today: date) -> bool:
    """Lead a round to its stage; False if it is there already, or its seats were not filled then.

    A published round comes with the courses that answer what it prioritised.
    """
    if PlanningRound.objects.filter(region=region, slug=row["key"]).exists():
        return False
    way = _Way(region, row, say, Diary(region, today))
    if not way.seats_were_filled():
        say(f"  left  {row['key']}: the seats of the forum were filled later")
        return False
    with nobody_told():
        way.go()
        if row["stage"] == "published":
            publish_answers(region)
    return True


def publish_answers(region: Region) -> None:
    """Publish which needs the demo's courses answer; one that somebody is changing is left."""
    editor = person(region, Role.EDITOR)
    for key, needs in read(f"needs/{region.slug}")["answers"].items():
        found = find_page(region, key)
        page: CoursePage | None = found.specific if found else None
        if page is None or not page.live or page.has_unpublished_changes:
            continue
        page.answers_needs = [shared_of(region, need) for need in needs]
        page.save_revision(user=editor).publish(user=editor)
        settle(page.translation_key)


class _Way:
    """The way of one round, step by step, each on its day."""

    def __init__(self, region: Region, row: dict, say: Say, diary: Diary) -> None:
        self.region, self.row, self.say, self.diary = region, row, say, diary
        self.content = read(f"needs/{region.slug}")
        self.coordinator = person(region, Role.COORDINATOR)
        self.seats = [self._seat(name) for name in self.content["forum"]["seats"]]

    def _seat(self, name: str) -> ForumSeat | None:
        seats = ForumSeat.objects.filter(
            forum__region=self.region, forum__is_active=True, is_active=True
        )
        own = seats.filter(municipality__slug=name) or seats.filter(organisation=name)
        return own.first()

    def seats_were_filled(self) -> bool:
        """Whether every seat that votes had its holder when the items were fixed."""
        if "frozen" not in self.row:
            return True
        day = self.diary.today + timedelta(days=self.row["frozen"])
        return all(
            seat and SeatHolder.objects.in_force(day).filter(seat=seat) for seat in self.seats
        )

    def go(self) -> None:
        """Take every step up to the stage of the content."""
        self.planning_round = self._begin()
        first, last = self.row["collecting"]
        self._step("collect", self.diary.past(first), self.coordinator)
        if self.row["stage"] == "collecting":
            return
        self._step("screen", self.diary.past(last + 1), self.coordinator)
        self._freeze()
        opens, closes = self.planning_round.ballot_from, self.planning_round.ballot_to
        self._step("open", opens, Actor.clock())
        self._vote(opens, closes)
        if self.row["stage"] == "ballot_open":
            return
        self._step("close", closes + timedelta(minutes=1), Actor.clock())
        self._come_late(closes + timedelta(hours=2))
        self._meet()
        self._step("publish", self.diary.workday(self.row["published"]), self.coordinator)

    def _begin(self) -> PlanningRound:
        row, diary = self.row, self.diary
        meeting = diary.workday(row["meeting"]).date()
        spring, autumn = self.content["forum"]["titles"]
        opens, closes = row["ballots"]
        planning_round = PlanningRound(
            region=self.region,
            slug=row["key"],
            title=f"{spring if meeting.month <= SPRING_ENDS else autumn} {meeting.year}",
            year_from=meeting.year,
            year_to=meeting.year + 1,
            collecting_from=diary.at(row["collecting"][0]).date(),
            collecting_to=diary.at(row["collecting"][1]).date(),
            ballot_from=diary.workday(opens, OPENS),
            ballot_to=diary.workday(closes, CLOSES),
            meeting_on=meeting,
            places=row["places"],
        )
        with back_then(diary.past(row["collecting"][0] - 7)):
            planning_round.full_clean()
            return ROUND.begin(planning_round, by=self.coordinator)

    def _step(self, action: str, moment: datetime, by: User | Actor, **said: object) -> None:
        with back_then(moment):
            self.planning_round = ROUND.apply(self.planning_round, action, by=by, **said)

    def _freeze(self) -> None:
        moment = self.diary.workday(self.row["frozen"])
        chosen = {key: shared_of(self.region, key) for key in self.row["items"]}
        with back_then(moment - timedelta(hours=1)):
            for key, shared in chosen.items():
                if shared.state == SharedNeedState.DEFERRED:
                    chosen[key] = SHARED_NEED.apply(shared, "reopen", by=self.coordinator)
        self._step("freeze", moment, self.coordinator, items=list(chosen.values()))
        rows = {item.shared_need_id: item for item in self.planning_round.items.all()}
        self.items: dict[str, RoundItem] = {key: rows[each.pk] for key, each in chosen.items()}

    def _vote(self, opens: datetime, closes: datetime) -> None:
        """Let the seats fill in their ballots, one after the other, and send them."""
        sending = self.row.get("sent")
        until = min(closes, self.diary.past(0))
        names = self.content["forum"]["seats"]
        for number, (name, seat) in enumerate(zip(names, self.seats, strict=True), start=1):
            moment = opens + (until - opens) * number / (len(names) + 1)
            with back_then(moment):
                filled = self._fill_in(number - 1, name, seat)
            sends = name in sending if sending is not None else name != self.row.get("late")
            if filled and sends:
                with back_then(moment + timedelta(minutes=25)):
                    ballots.submit(self.planning_round, seat, self._holder(seat))

    def _fill_in(self, column: int, name: str, seat: ForumSeat) -> bool:
        """Fill in one seat's draft; return whether there was anything to fill in."""
        user = self._holder(seat)
        graded = {key: marks[column] for key, marks in self.row["grades"].items() if marks[column]}
        for key, mark in graded.items():
            item = self.items[key]
            if mark == RECUSED:
                recuse(self.planning_round, seat, user, item, self.row["declared"]["kind"])
                continue
            entry = Entry(no_opinion=True) if mark == NO_OPINION else Entry(*map(int, mark))
            ballots.save_line(self.planning_round, seat, user, item, entry)
        return bool(graded)

    def _holder(self, seat: ForumSeat) -> User:
        return ballots.holders_of(seat).select_related("user").earliest("pk").user

    def _come_late(self, moment: datetime) -> None:
        """Let the seat that forgot send its ballot after the close, and be refused."""
        seat = self.seats[self.content["forum"]["seats"].index(self.row["late"])]
        with back_then(moment):
            try:
                ballots.submit(self.planning_round, seat, self._holder(seat))
            except RefusedError as refused:
                self.say(f"  late  {seat}: {refused.message}")

    def _meet(self) -> None:
        """Depart from the order once, give every need its outcome, and record the decision."""
        moment = self.diary.workday(self.row["meeting"], time(13))
        self._step("deliberate", moment, self.coordinator)
        chair = self._holder(next(seat for seat in self.seats if seat.is_chair))
        case_no = f"{self.row['case_no']}/{moment.year % 100}"
        wish = self.row["override"]
        item = self.items[wish["item"]]
        with back_then(moment):
            order = counts.outcome_of(self.planning_round).order
        place = order.index(item.facts["reference"]) + 1
        self._step(
            "override",
            moment + timedelta(hours=1),
            chair,
            item=item.pk,
            from_rank=place,
            to_rank=place - wish["up"],
            votes_for=wish["votes_for"],
            votes_against=wish["votes_against"],
            case_no=case_no,
            text=wish["reason"],
        )
        for key, outcome in self.row["outcomes"].items():
            decided = self.items[key]
            decided.outcome, decided.reason = outcome, self.row["reasons"].get(key, "")
            decided.full_clean()
            decided.save()
        self._step("decide", moment + timedelta(hours=2), chair, case_no=case_no)


def rounds_of(region: Region) -> list[dict]:
    """Return the rounds of the content, in the order in which they are made."""
    return read(f"needs/{region.slug}")["rounds"]
