"""The pairs, and the token that changes with them."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID, uuid4

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.db.models.functions import Greatest, Least, Length
from django.db.models.lookups import LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from regions.models import VersionedModel

from ..analysis import words_of
from ..language.little import LITTLE
from ..wishes import wishes_of
from .meeting import meet

#: Characters of a side: what is longer is a text, not a saying.
PHRASE_MAX = 60
#: Words of a side that say something: queries are read in runs of as many.
MOST_WORDS = 3
#: A word that says nothing, to see how a phrase is read beside one.
_ANOTHER = "x"


class WordLanguage(models.TextChoices):
    """The language of a word; of its own or not."""

    ANY = "", _("Any language")
    NB = "nb", _("Norwegian (bokmål)")
    NN = "nn", _("Norwegian (nynorsk)")
    SV = "sv", _("Swedish")
    EN = "en", _("English")


_LIMITS = _("Write one to three words, little ones apart, in at most 60 characters.")


def normal(text: str) -> str:
    """Return a phrase as it is stored and compared: its words in small letters."""
    return " ".join(words_of(text))


def telling(phrase: str) -> tuple[str, ...]:
    """Return the words of a normal phrase without those that queries leave out."""
    words = tuple(phrase.split())
    return tuple(word for word in words if word not in LITTLE) or words


def _within(field: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"synonym_{field}_within_limits",
        condition=~models.Q(**{field: ""})
        & models.Q(LessThanOrEqual(Length(field), models.Value(PHRASE_MAX))),
        violation_error_message=_LIMITS,
    )


def _of_a_known_language(field: str) -> models.CheckConstraint:
    return models.CheckConstraint(
        name=f"synonym_{field}_is_known",
        condition=models.Q(**{f"{field}__in": WordLanguage.values}),
        violation_error_message=_("Choose one of the languages."),
    )


class Synonym(VersionedModel):
    """Two sayings for one thing. Whoever searches for the one finds the other as well.

    All regions share the rows. Changed row by row, so that ``on_change`` notices.
    """

    words = models.CharField(
        _("words"),
        max_length=PHRASE_MAX,
        help_text=_("What people type: one to three words. Any inflection of them counts."),
    )
    words_language = models.CharField(
        _("language of the words"),
        max_length=2,
        choices=WordLanguage.choices,
        default=WordLanguage.ANY,
        blank=True,
    )
    other_words = models.CharField(
        _("other words"),
        max_length=PHRASE_MAX,
        help_text=_("What courses call the same thing."),
    )
    other_language = models.CharField(
        _("language of the other words"),
        max_length=2,
        choices=WordLanguage.choices,
        default=WordLanguage.ANY,
        blank=True,
    )
    both_ways = models.BooleanField(
        _("both ways"),
        default=True,
        help_text=_(
            "Whoever types the other words finds the first ones too. Take the tick away where the "
            "other words are wider: “BAM” means “arbetsmiljö”, but not the other way round."
        ),
    )
    own_readers_only = models.BooleanField(
        _("only for readers of that language"),
        default=False,
        help_text=_(
            "For words that mean something else next door, as “rolig” does: only who reads Samkurs "
            "in the language of what they typed gets the other words."
        ),
    )
    note = models.CharField(
        _("note"),
        max_length=200,
        blank=True,
        help_text=_("For colleagues: why the two belong together. Readers never see it."),
    )

    message_at: ClassVar[dict[str, str]] = {
        "synonym_once": "other_words",
        "synonym_sides_differ": "other_words",
        "synonym_words_within_limits": "words",
        "synonym_other_words_within_limits": "other_words",
        "synonym_words_language_is_known": "words_language",
        "synonym_other_language_is_known": "other_language",
        "synonym_own_readers_have_a_language": "own_readers_only",
    }

    class Meta:
        verbose_name = _("synonym")
        verbose_name_plural = _("synonyms")
        ordering = ["words", "other_words"]
        constraints: ClassVar = [
            # Whichever stands first, and in whatever languages: it is one pair.
            models.UniqueConstraint(
                Least("words", "other_words"),
                Greatest("words", "other_words"),
                name="synonym_once",
                violation_error_message=_("These two are a pair already: change that one."),
            ),
            models.CheckConstraint(
                name="synonym_sides_differ",
                condition=~models.Q(words=models.F("other_words")),
                violation_error_message=_("The other words are the same ones."),
            ),
            models.CheckConstraint(
                name="synonym_own_readers_have_a_language",
                condition=models.Q(own_readers_only=False)
                | (
                    ~models.Q(words_language="")
                    & (models.Q(both_ways=False) | ~models.Q(other_language=""))
                ),
                violation_error_message=_("Then say which language the words are in."),
            ),
            _within("words"),
            _within("other_words"),
            _of_a_known_language("words_language"),
            _of_a_known_language("other_language"),
        ]

    def __str__(self) -> str:
        return f"{self.words} {'↔' if self.both_ways else '→'} {self.other_words}"

    def save(self, *args: object, **kwargs: object) -> None:
        """Save the words as they are compared."""
        self.words, self.other_words = normal(self.words), normal(self.other_words)
        super().save(*args, **kwargs)

    def clean(self) -> None:
        """Refuse what holds no word, too many words, or two inflections of one word."""
        errors = {}
        for field in ("words", "other_words"):
            phrase = normal(getattr(self, field))
            setattr(self, field, phrase)
            if not 0 < len(telling(phrase)) <= MOST_WORDS:
                errors[field] = _LIMITS
        one, other = telling(self.words), telling(self.other_words)
        if not errors and self.words != self.other_words and meet(one, other):
            errors[NON_FIELD_ERRORS] = _(
                "These two find one another already: they are forms of one word."
            )
        for field in ("words", "other_words"):
            if field not in errors and (reason := _says_nothing(getattr(self, field))):
                errors[field] = reason
        if errors:
            raise ValidationError(errors)


def _says_nothing(phrase: str) -> str:
    """Return why no search would gain by a phrase; nothing where one may."""
    words = telling(phrase)
    if all(word in LITTLE or len(word) == 1 for word in words):
        return _("Searches leave out little words and single letters: write what they are about.")
    # Beside another word: "studiepoeng" is a filter where it stands alone, and a word elsewhere.
    if wishes_of(f"{phrase} {_ANOTHER}", timezone.localdate())[0]:
        return _("Numbers and dates like this are read as a filter, and never looked for as words.")
    return ""


class SynonymVersion(models.Model):
    """One row: a token that is another after every change of a pair. See ``CatalogueVersion``."""

    token = models.UUIDField(default=uuid4)
    #: Keys of the pairs that Samkurs brings and editors were given or asked about (``starting``).
    answered = models.JSONField(default=list)

    class Meta:
        constraints: ClassVar = [
            models.CheckConstraint(name="synonymversion_is_one_row", condition=models.Q(pk=1)),
        ]

    def __str__(self) -> str:
        return str(self.token)

    @classmethod
    def current(cls) -> UUID | None:
        """Return the token; None before the first change. One query."""
        return cls.objects.filter(pk=1).values_list("token", flat=True).first()

    @classmethod
    def advance(cls) -> None:
        """Let every worker see that something changed, once the transaction is through."""
        token = uuid4()
        if not cls.objects.filter(pk=1).update(token=token):
            cls.objects.update_or_create(pk=1, defaults={"token": token})


def on_change(sender: type, **kwargs: object) -> None:
    """Follow a pair that was saved or deleted."""
    SynonymVersion.advance()
