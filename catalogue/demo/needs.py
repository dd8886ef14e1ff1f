"""The demo's needs, each by the way it has gone, recognised by the keys of their forms."""

from __future__ import annotations

from datetime import date, time
from uuid import UUID

from regions.lifecycle import Actor
from regions.models import Municipality, Region, Role, SeatHolder, User
from regions.needs.co_signing import co_sign
from regions.needs.lifecycle import NEED, SHARED_NEED
from regions.needs.models import Need, SharedNeed
from regions.needs.services import Contact, report

from .content import read
from .courses import page_key
from .people import person
from .shared import terms
from .times import Diary, back_then, nobody_told

#: Keys of the content that are fields of a need under the same name.
FIELDS = (
    "challenge", "workplace", "level", "headcount", "headcount_of", "driver", "legal_reference",
    "strategic_reason", "goal_achieve", "action", "size",
)  # fmt: skip
#: States that are reached with the e-mail confirmed, and with somebody having claimed the need.
CONFIRMED = ("submitted", "in_moderation", "returned", "accepted", "declined", "withdrawn")
CLAIMED = ("in_moderation", "returned", "accepted", "declined")


def need_key(region: Region, key: str) -> UUID:
    """Return the key of a need's form, the same in every database."""
    return page_key(region.slug, f"needs/{key}")


def find_need(region: Region, key: str) -> Need:
    """Return the demo's need."""
    return Need.objects.select_related("shared_need").get(idempotency_key=need_key(region, key))


def shared_of(region: Region, key: str) -> SharedNeed:
    """Return the shared need in which the demo's need stands."""
    return find_need(region, key).shared_need


def seat_user(region: Region, municipality: Municipality) -> User:
    """Return who sits in the forum for ``municipality`` today."""
    holders = SeatHolder.objects.in_force().filter(
        forum__region=region, seat__municipality=municipality
    )
    return holders.select_related("user").earliest("pk").user


def ensure_need(region: Region, row: dict, *, today: date) -> bool:
    """Report the need and let it go its way; False if it is there already."""
    if Need.objects.filter(idempotency_key=need_key(region, row["key"])).exists():
        return False
    diary = Diary(region, today)
    working = row.get("ago_workdays")
    first = -row["ago"] if working is None else diary.workdays_ago(working)
    with nobody_told():
        _Way(region, row, diary, first).go()
    return True


class _Way:
    """The way of one need, step by step, each on its day."""

    def __init__(self, region: Region, row: dict, diary: Diary, first: int) -> None:
        self.region, self.row, self.diary, self.first = region, row, diary, first
        self.state = row.get("state", "accepted")
        self.places = {place.slug: place for place in region.municipalities.all()}
        self.coordinator = person(region, Role.COORDINATOR)

    def go(self) -> None:
        """Take every step up to the state of the content."""
        self.need = self._report()
        if self.state in CONFIRMED:
            self._step("confirm", 0, Actor.with_link(), hour=time(9, 20))
        if self.state in CLAIMED:
            self._step("claim", 1, self.coordinator)
        if "asked" in self.row:
            words = {"text": self.row["asked"], "alternative": self.row["alternative"]}
            self._step("return", 1, self.coordinator, hour=time(10), **words)
        if "answer" in self.row:
            self._step("answer", 3, Actor.with_link(), text=self.row["answer"])
            self._step("claim", 4, self.coordinator)
        match self.state:
            case "accepted":
                self._accept()
            case "declined":
                text = self.row.get("text", "")
                reason = self.row["reason"]
                self._step("decline", 2, self.coordinator, reason=reason, text=text)
            case "withdrawn":
                self._step("withdraw", 2, Actor.with_link())

    def _report(self) -> Need:
        values = {name: self.row[name] for name in FIELDS if name in self.row}
        place = self.places[self.row["municipality"]]
        if "area" in self.row:
            (values["service_area"],) = terms("service_areas", [self.row["area"]])
        with back_then(self.diary.past(self.first)):
            need, _new = report(
                self.region,
                key=need_key(self.region, self.row["key"]),
                language=self.region.default_language,
                values={**values, "municipality": place},
                contact=Contact(f"hr@{place.slug}.example", place.contact_role),
                send=self.state != "draft",
            )
        return need

    def _step(
        self, action: str, days: int, by: User | Actor, *, hour: time = time(9, 40), **said: object
    ) -> None:
        with back_then(self.diary.past(self.first + days, hour)):
            self.need = NEED.apply(self.need, action, by=by, **said)

    def _accept(self) -> None:
        row = self.row
        days = 5 if "answer" in row else 3
        into = shared_of(self.region, row["into"]) if "into" in row else None
        self._step(
            "accept",
            days,
            self.coordinator,
            into=into,
            no_personal_data=True,
            values={name: row[name] for name in ("title", "public_summary")},
        )
        if "shared" in row:
            self._complete(row["shared"], days)
        if row.get("backed", True):
            self._step("back", days + 2, seat_user(self.region, self.need.municipality))
        for slug in row.get("co_signed", ()):
            with back_then(self.diary.past(self.first + days + 4)):
                place = self.places[slug]
                co_sign(self.need.shared_need, place, by=seat_user(self.region, place))

    def _complete(self, values: dict, days: int) -> None:
        """Write what the coordinator knows of cost and law into the shared need."""
        shared = self.need.shared_need
        with back_then(self.diary.past(self.first + days, time(11))):
            for name, value in values.items():
                setattr(shared, name, value)
            shared.full_clean(exclude=["merged_into"])
            shared.save()
            changed = sorted(values)
            SHARED_NEED.apply(shared, "change", by=self.coordinator, changed=changed, values=values)


def needs_of(region: Region) -> list[dict]:
    """Return the needs of the content, in the order in which they are made."""
    return read(f"needs/{region.slug}")["needs"]
