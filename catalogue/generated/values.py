"""What the course of a seed and a number is: the same every time but for the days, seen from today.

Nothing here knows the database. Terms, providers and municipalities are named by their addresses.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, time
from decimal import Decimal
from random import Random
from uuid import UUID

from django.utils.text import slugify

from catalogue.states import OccasionState

from .content import providers, read, vocabulary
from .keys import occasion_code
from .timing import any_state, occasion_days

#: Days since the course was first published, at most.
OLDEST = 1200
#: How many occasions a course has, and how often.
OCCASIONS = (0, 1, 2, 3, 4)
OCCASION_WEIGHTS = (8, 44, 28, 12, 8)
#: Credits by the kind of distance course.
CREDITS = ("2.5", "3", "5", "7.5", "7.5", "10", "15")
PACES = (10, 20, 25, 25, 25, 33, 50, 100)
#: A tool's weight is one by its position to this power: the first is common, the last is rare.
STEEPNESS = 1.6
LONGEST_SLUG = 60
_ASCII = str.maketrans({"æ": "ae", "ø": "o", "Æ": "Ae", "Ø": "O"})


@dataclass(frozen=True)
class Place:
    """What a course takes from its region."""

    language: str
    country: str
    #: Addresses and names of the municipalities.
    municipalities: tuple[tuple[str, str], ...] = ()


@dataclass
class CourseValues:
    """A course: fields of its page as they are, everything else by address."""

    distance: bool
    slug: str
    published_days_ago: int
    fields: dict[str, object]
    provider: str
    terms: dict[str, list[str]]
    host: str = ""
    participating: list[str] = field(default_factory=list)
    modules: list[dict] = field(default_factory=list)
    occasions: list[dict] = field(default_factory=list)


def course_values(seed: int, number: int, place: Place, today: date) -> CourseValues:
    """Return the course. The order of what is picked is a part of what a seed means."""
    return _Writer(seed, number, place, today).course()


class _Writer:
    def __init__(self, seed: int, number: int, place: Place, today: date) -> None:
        # A seed gives the same course again; nothing is secret.
        self.pick = Random(f"{seed}/{number}")  # noqa: S311
        self.seed, self.number, self.place, self.today = seed, number, place, today
        language = place.language if place.language in {"nb", "sv"} else ""
        self.language = language or ("sv" if place.country == "SE" else "nb")
        self.words = read(self.language)
        self.topic = self.pick.choice(read("topics")["topics"])
        self.own = self.topic[self.language]
        self.skills = self.pick.sample(self.own["skills"], len(self.own["skills"]))

    def course(self) -> CourseValues:
        pick = self.pick
        distance = not self._is_shareable() or pick.random() < 0.45  # noqa: PLR2004
        terms = self._terms()
        title = self._title(terms["target_groups"][0])
        provider, points = self._provider(distance)
        fields = {
            "title": title,
            "summary": self._summary(terms["target_groups"][0]),
            "body": self._body(),
            "outcomes": "\n".join(self.skills[: pick.randint(2, 3)]),
            "prerequisites": pick.choice(self.words["prerequisites"]),
            "origin": pick.choice(["existing", "tailored"]),
            "level": pick.choices(["intro", "basic", "deepening", "advanced"], (4, 4, 2, 1))[0],
            "language": self._language(),
            "learning_forms": self._learning_forms(),
            "work_integrated": pick.random() < 0.3,  # noqa: PLR2004
            "is_pilot": pick.random() < 0.06,  # noqa: PLR2004
            "price_note": pick.choice(self.words["price_notes"]),
            "order_via": pick.choice(
                ["open", "municipal_contact", "municipal_contact", "agreement"]
            ),
            "material_rights": pick.choice(["municipalities", "shared", "provider", "unknown"]),
            "audience": pick.choices(["employees", "managers", "public"], (8, 2, 1))[0],
            **points,
        }
        if pick.random() < 0.15:  # noqa: PLR2004
            fields |= {"byod": True, "byod_instructions": self.words["byod"]}
        values = CourseValues(
            distance=distance,
            slug=f"{_slug(title)}-{self.number + 1}",
            published_days_ago=pick.randint(0, OLDEST),
            fields=fields,
            provider=provider,
            terms=terms,
            modules=self._modules(),
        )
        self._add_distance(fields) if distance else self._add_shared(values)
        values.occasions = self._occasions(distance, study=distance and bool(points))
        return values

    def _is_shareable(self) -> bool:
        return len(self.place.municipalities) > 1

    def _terms(self) -> dict[str, list[str]]:
        pick, known = self.pick, vocabulary()
        areas = self.topic["areas"][: pick.randint(1, 2)]
        targets = pick.sample(self.topic["targets"], min(len(self.topic["targets"]), 2))
        if pick.random() < 0.25:  # noqa: PLR2004
            targets.append(pick.choice(list(known["target_groups"])))
        topics = [self.topic["slug"]]
        if pick.random() < 0.4:  # noqa: PLR2004
            topics.append(pick.choice(list(known["topics"])))
        return {
            "service_areas": list(dict.fromkeys(areas)),
            "target_groups": list(dict.fromkeys(targets)),
            "topics": list(dict.fromkeys(topics)),
        }

    def _title(self, target: str) -> str:
        pick, subject = self.pick, self.pick.choice(self.own["subjects"])
        return pick.choice(self.words["titles"]).format(
            subject=subject,
            about=_lower(subject),
            angle=pick.choice(self.words["angles"]),
            form=pick.choice(self.words["forms"]),
            target=self._target(target),
        )

    def _target(self, slug: str) -> str:
        return _lower(vocabulary()["target_groups"][slug][self.language][0])

    def _summary(self, target: str) -> str:
        pattern = self.pick.choice(self.words["summaries"])
        sentence = pattern.format(target=self._target(target), skill=self.skills[0])
        return f"{sentence} {self.pick.choice(self.words['also'])}"

    def _body(self) -> list[dict]:
        pick, words = self.pick, self.words
        tools = pick.choices(
            words["tools"],
            [(position + 1) ** -STEEPNESS for position in range(len(words["tools"]))],
            k=pick.randint(0, 2),
        )
        sentences = [pick.choice(words["opening"]), *pick.sample(words["method"], 2)]
        sentences += [pick.choice(words["tool"]).format(tool=tool) for tool in dict.fromkeys(tools)]
        if self.place.municipalities and pick.random() < 0.5:  # noqa: PLR2004
            name = pick.choice(self.place.municipalities)[1]
            sentences.append(words["place"].format(place=name))
        half = len(sentences) // 2
        text = "".join(
            f"<p>{' '.join(part)}</p>" for part in (sentences[:half], sentences[half:]) if part
        )
        blocks = [self._block("text", text)]
        if pick.random() < 0.5:  # noqa: PLR2004
            points = [self._block("item", _upper(skill)) for skill in self.skills]
            blocks.append(self._block("key_points", {"heading": words["points"], "points": points}))
        if pick.random() < 0.15:  # noqa: PLR2004
            quote = {
                "text": pick.choice(words["quote"]),
                "attribution": pick.choice(words["said_by"]),
            }
            blocks.append(self._block("quote", quote))
        if pick.random() < 0.15:  # noqa: PLR2004
            heading, note = words["callout"]
            blocks.append(self._block("callout", {"heading": heading, "text": f"<p>{note}</p>"}))
        if pick.random() < 0.3:  # noqa: PLR2004
            asked = [
                self._block("item", {"question": question, "answer": f"<p>{answer}</p>"})
                for question, answer in pick.sample(words["questions"], 2)
            ]
            blocks.append(self._block("questions", asked))
        return blocks

    def _block(self, kind: str, value: object) -> dict:
        return {"type": kind, "value": value, "id": str(UUID(int=self.pick.getrandbits(128)))}

    def _language(self) -> str:
        return self.pick.choices(
            [self.language, "nn" if self.language == "nb" else "sv", "en"], (88, 7, 5)
        )[0]

    def _learning_forms(self) -> list[str]:
        forms = ["lecture", "lab", "workshop", "seminar", "elearning", "peer"]
        return self.pick.sample(forms, self.pick.randint(1, 3))

    def _provider(self, distance: bool) -> tuple[str, dict[str, object]]:
        """Return who gives the course, and the credits that only some of them can give."""
        pick = self.pick
        near = [row for row in providers().values() if row["country"] == self.place.country]
        higher = [row for row in near if row.get("is_higher_education")]
        if distance and pick.random() < 0.7:  # noqa: PLR2004
            points = {
                "credits": _one_decimal(pick.choice(CREDITS)),
                "credit_system": self.words["credits_system"],
            }
            return pick.choice(higher)["slug"], points
        return pick.choice(near)["slug"], {}

    def _modules(self) -> list[dict]:
        pick, words = self.pick, self.words
        titles = pick.sample(words["modules"], pick.choice((0, 0, 2, 3, 4)))
        return [
            {
                "title": title,
                "hours": _one_decimal(Decimal(pick.randint(2, 24)) / 2),
                "description": words["module_text"].format(skill=pick.choice(self.skills)),
                "task": pick.choice(["", words["task"]]),
            }
            for title in titles
        ]

    def _add_distance(self, fields: dict[str, object]) -> None:
        pick, words = self.pick, self.words
        fields |= {
            "place": "distance",
            "pace_percent": pick.choice(PACES),
            "study_hours": pick.choice([None, 40, 80, 120, 200]),
            "schedule": pick.choice(words["schedule"]),
            "number_of_meetings": pick.choice([None, 2, 4, 6]),
            "tools": pick.choice(["", "Teams", "Zoom"]),
            "examination": pick.choice(words["examination"]),
        }

    def _add_shared(self, values: CourseValues) -> None:
        pick, words = self.pick, self.words
        slugs = [slug for slug, _name in self.place.municipalities]
        values.participating = pick.sample(slugs, pick.randint(2, len(slugs)))
        values.host = pick.choice(values.participating)
        name = dict(self.place.municipalities)[values.host]
        values.fields |= {
            "place": pick.choices(["onsite", "hybrid", "distance"], (5, 3, 1))[0],
            "duration": pick.choice(words["durations"]),
            "qualification": words["certificate"],
            "venue": pick.choice(words["venues"]).format(place=name),
        }

    def _occasions(self, distance: bool, *, study: bool) -> list[dict]:
        count = self.pick.choices(OCCASIONS, OCCASION_WEIGHTS)[0]
        if count == 1 and self.pick.random() < 0.15:  # noqa: PLR2004
            url = f"https://apply.example/{self.number}"
            return [
                {
                    "code": occasion_code(self.seed, self.number, 0),
                    "continuous": True,
                    "apply_url": url,
                }
            ]
        return [self._occasion(position, distance, study=study) for position in range(count)]

    def _occasion(self, position: int, distance: bool, *, study: bool) -> dict:
        pick, state = self.pick, any_state(self.pick)
        # A distance course lasts longer than a day.
        days = occasion_days(pick, state, self.today, study=study or distance)
        seats = (
            pick.choice([12, 20, 24, 30, 60])
            if state == OccasionState.FULL
            else pick.choice([None, 12, 20, 24, 30, 60])
        )
        occasion = {
            "code": occasion_code(self.seed, self.number, position),
            **days,
            "cohort": pick.choice(self.words["cohorts"]),
            "seats_total": seats,
            "seats_taken": seats if state == OccasionState.FULL else pick.randrange(seats or 1),
            "min_seats": pick.choice([None, 6, 8]) if seats else None,
            "price_per_seat": pick.choice([None, Decimal(0), Decimal(450), Decimal(1200)]),
            "open_to": [],
        }
        if not distance and days["starts_on"]:
            occasion |= {"start_time": time(9), "end_time": time(pick.choice((12, 15, 16)))}
        if not distance and pick.random() < 0.1:  # noqa: PLR2004
            occasion["open_to"] = [pick.choice(self.place.municipalities)[0]]
        if state == OccasionState.CANCELLED:
            reason = pick.choice(self.words["reasons"])
            occasion |= {"cancelled": True, "cancel_reason": reason}
        return occasion


def _slug(title: str) -> str:
    """Return a title as an address, cut between words."""
    slug = slugify(title.translate(_ASCII))
    return slug if len(slug) <= LONGEST_SLUG else slug[:LONGEST_SLUG].rpartition("-")[0]


def _one_decimal(value: Decimal | str) -> Decimal:
    """Return a number as the database gives it back: a revision would show a change else."""
    return Decimal(value).quantize(Decimal("0.1"))


def _lower(text: str) -> str:
    """Return ``text`` as it stands within a sentence; what is written in capitals stays."""
    return text[0].lower() + text[1:] if text[1:2].islower() else text


def _upper(text: str) -> str:
    return text[0].upper() + text[1:]
