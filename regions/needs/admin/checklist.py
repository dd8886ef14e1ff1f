"""What a coordinator checks before accepting: what a machine can tell, and what it cannot."""

from dataclasses import dataclass, field
from enum import StrEnum

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from regions.models import Municipality

from ..models import ActionKind, Need
from ..personal_data import Trace, traces_in
from ..similar import Match
from ..suggestions import Suggestion
from .words import places_of, reach_of

#: Letters of a challenge below which hardly anybody understands it.
SHORT = 60


class Sign(StrEnum):
    """How a point stands; each has its own shape and word."""

    FINE = "fine"
    LOOK = "look"
    WRONG = "wrong"


SHAPES = {Sign.FINE: "✓", Sign.LOOK: "○", Sign.WRONG: "✗"}


@dataclass(frozen=True)
class Point:
    """A point of the checklist."""

    sign: Sign
    label: str
    note: str = ""
    suggestions: list[Suggestion] = field(default_factory=list)

    @property
    def shape(self) -> str:
        """The shape of the sign."""
        return SHAPES[self.sign]

    @property
    def word(self) -> str:
        """The word for the sign, for those who do not see the shape."""
        words = {
            Sign.FINE: _("Looks fine"),
            Sign.LOOK: _("Look yourself"),
            Sign.WRONG: _("Something was found"),
        }
        return words[self.sign]


def checklist(need: Need, matches: list[Match], courses: list[Suggestion]) -> list[Point]:
    """Return the points for ``need``."""
    return [
        _understandable(need),
        _training(need),
        _no_course(courses),
        _no_duplicate(matches),
        _nobody_named(need),
        _reach(need),
    ]


def _understandable(need: Need) -> Point:
    if len(need.challenge) < SHORT:
        return Point(Sign.LOOK, _("Understandable"), _("The text is very short."))
    return Point(
        Sign.LOOK, _("Understandable"), _("Would somebody in another municipality get it?")
    )


def _training(need: Need) -> Point:
    wished = any(action.kind == ActionKind.COMPETENCE for action in need.actions.all())
    if wished:
        return Point(Sign.FINE, _("About training"), _("They say by what training."))
    return Point(Sign.LOOK, _("About training"), _("They do not say by what training."))


def _no_course(courses: list[Suggestion]) -> Point:
    if not courses:
        return Point(
            Sign.FINE, _("Not in the catalogue"), _("No course was found for these words.")
        )
    number = len(courses)
    note = ngettext("%(number)s course to look at", "%(number)s courses to look at", number)
    return Point(Sign.LOOK, _("Not in the catalogue"), note % {"number": number}, courses)


def _no_duplicate(matches: list[Match]) -> Point:
    if not matches:
        return Point(Sign.FINE, _("Not reported already"), _("The region has nothing like it."))
    settled = sum(match.text.settled for match in matches)
    waiting = len(matches) - settled
    notes = []
    if waiting:
        words = ngettext("%(number)s is like it", "%(number)s are like it", waiting)
        notes.append(words % {"number": waiting})
    if settled:
        words = ngettext(
            "%(number)s like it is in a round or decided already",
            "%(number)s like it are in a round or decided already",
            settled,
        )
        notes.append(words % {"number": settled})
    return Point(Sign.LOOK, _("Not reported already"), ". ".join(notes))


#: The submitter's own words.
_TEXTS = ("challenge", "goal_achieve", "strategic_reason", "workplace", "answer")


def _nobody_named(need: Need) -> Point:
    texts = {str(need._meta.get_field(name).verbose_name): getattr(need, name) for name in _TEXTS}
    texts |= {_("what could be done"): " ".join(action.text for action in need.actions.all())}
    found = traces_in(texts, places_of(need))
    label = _("No personal data")
    if not found:
        return Point(Sign.LOOK, label, _("Nothing was found by itself. Read it all the same."))
    words = {
        Trace.NUMBER: _("Perhaps an identity number in “%(field)s”"),
        Trace.EMAIL: _("An e-mail address in “%(field)s”"),
        Trace.PHONE: _("Perhaps a telephone number in “%(field)s”"),
        Trace.NAME: _("Perhaps a name in “%(field)s”"),
        Trace.ROOM: _("Perhaps somebody known by their room in “%(field)s”"),
    }
    return Point(
        Sign.WRONG, label, ". ".join(words[trace] % {"field": name} for trace, name in found)
    )


def _reach(need: Need) -> Point:
    reach = reach_of(need)
    if not reach:
        return Point(Sign.LOOK, _("Reach"), _("They do not say how many need it."))
    place: Municipality = need.municipality
    note = _("%(reach)s in %(place)s") % {"reach": reach, "place": place.name}
    return Point(Sign.FINE, _("Reach"), note)
