"""What a seat says about one need, apart from where it is stored."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from .models import GRADES, BallotLine
from .models.ballot import COMMENT_MAX, GRADE_MAX


@dataclass(frozen=True)
class Entry:
    """What somebody fills in for one need. A grade is None while it is open."""

    benefit: int | None = None
    urgency: int | None = None
    regional: int | None = None
    no_opinion: bool = False
    comment: str = ""
    comment_public: bool = False

    @classmethod
    def of(cls, row: BallotLine | None) -> Entry:
        """Return what a line holds; an empty entry where there is none."""
        return cls(**{name: getattr(row, name) for name in FIELDS}) if row else cls()

    @property
    def grades(self) -> tuple[int | None, ...]:
        """The three grades."""
        return self.benefit, self.urgency, self.regional

    @property
    def is_complete(self) -> bool:
        """Whether it is answered: all three grades, or no opinion."""
        return self.no_opinion or None not in self.grades

    @property
    def is_begun(self) -> bool:
        """Whether some of the grades are given, but not all."""
        return not self.is_complete and any(grade is not None for grade in self.grades)

    def may_be_sent(self, *, handed_over: bool) -> bool:
        """Return whether it keeps no ballot back: answered, or left empty where it may be.

        ``handed_over``: somebody of the seat is recused on the need, and the other need not grade
        it; begun it has to be finished.
        """
        return self.is_complete or (handed_over and not self.is_begun)

    @property
    def mark(self) -> str:
        """A short mark of what it says: two entries with the same mark say the same."""
        said = json.dumps([getattr(self, name) for name in FIELDS], ensure_ascii=False)
        return hashlib.sha256(said.encode()).hexdigest()[:16]

    def answers_like(self, other: Entry) -> bool:
        """Return whether it grades as ``other`` does, whatever the comments are."""
        return (self.grades, self.no_opinion) == (other.grades, other.no_opinion)

    def check(self) -> None:
        """Raise ``ValidationError`` for what no ballot can hold."""
        errors: dict[str, object] = {
            name: _("A grade from 0 to 4.")
            for name, grade in zip(GRADES, self.grades, strict=True)
            if grade is not None and not 0 <= grade <= GRADE_MAX
        }
        if len(self.comment) > COMMENT_MAX:
            errors["comment"] = _("At most %(number)d characters.") % {"number": COMMENT_MAX}
        elif "\0" in self.comment:
            errors["comment"] = _("Null characters are not allowed.")
        if errors:
            raise ValidationError(errors)

    def settled(self, before: Entry) -> Entry:
        """Return the entry with either grades or "no opinion": what is newer than ``before``.

        Without JavaScript nobody can take a chosen grade back, so "no opinion" takes its place;
        grades that are given where "no opinion" stood take the place of that.
        """
        has_grades = any(grade is not None for grade in self.grades)
        if not (self.no_opinion and has_grades):
            return self
        rest = {"comment": self.comment, "comment_public": self.comment_public}
        if before.no_opinion:
            return Entry(self.benefit, self.urgency, self.regional, **rest)
        return Entry(no_opinion=True, **rest)


FIELDS = (*GRADES, "no_opinion", "comment", "comment_public")
