"""What members grade, and the meaning of each grade in words."""

from dataclasses import dataclass

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True)
class Question:
    """A question of the ballot; ``words`` are the meanings of the grades 0, 2 and 4."""

    name: str
    label: object
    words: tuple[object, object, object]

    def meaning(self, grade: int) -> str:
        """Return what ``grade`` means: 1 and 3 lie between their neighbours."""
        if grade % 2 == 0:
            return str(self.words[grade // 2])
        low, high = self.words[grade // 2], self.words[grade // 2 + 1]
        return gettext("between “%(low)s” and “%(high)s”") % {"low": low, "high": high}

    def words_by_grade(self) -> list[tuple[int, str]]:
        """Return each grade with its meaning."""
        return [(grade, self.meaning(grade)) for grade in range(5)]


QUESTIONS = (
    Question(
        "benefit",
        _("How much does it benefit the users or the service?"),
        (
            pgettext_lazy("benefit", "None"),
            _("Noticeable in one service"),
            _("Large, can be measured"),
        ),
    ),
    Question(
        "urgency",
        _("How urgent is it?"),
        (_("Can wait for years"), _("Within a year"), _("Harm or standstill now")),
    ),
    Question(
        "regional",
        _("What does the region gain by doing it together?"),
        (_("Better alone"), _("Cheaper together"), _("Only possible together")),
    ),
)
