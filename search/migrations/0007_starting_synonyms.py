"""The pairs that a new installation begins with: see starting_synonyms.txt."""

from itertools import combinations
from pathlib import Path
from uuid import uuid4

from django.db import migrations

from search.analysis import words_of

FILE = Path(__file__).with_name("starting_synonyms.txt")
LANGUAGES = {"*": ""}


def pairs():
    """Yield the fields of each row; a pair that stands in two lines counts once."""
    seen = set()
    for line in FILE.read_text("utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        both_ways = ">" not in line
        said = [_saying(part) for part in line.replace(">", "|").split("|")]
        couples = combinations(said, 2) if both_ways else ((said[0], other) for other in said[1:])
        for (language, words), (other_language, other_words) in couples:
            pair = frozenset((words, other_words))
            if len(pair) == 2 and pair not in seen:
                seen.add(pair)
                yield {
                    "words": words,
                    "words_language": language,
                    "other_words": other_words,
                    "other_language": other_language,
                    "both_ways": both_ways,
                }


def _saying(part):
    language, text = part.strip().split(" ", 1)
    return LANGUAGES.get(language, language), " ".join(words_of(text))


def add(apps, schema_editor):
    """Add the pairs where there are none; a token tells workers to read them."""
    synonyms = apps.get_model("search", "Synonym")._default_manager
    if not synonyms.exists():
        synonyms.bulk_create(synonyms.model(version=1, **fields) for fields in pairs())
    versions = apps.get_model("search", "SynonymVersion")._default_manager
    versions.update_or_create(pk=1, defaults={"token": uuid4()})


def take_away(apps, schema_editor):
    """Take away the pairs that are still as they were added."""
    synonyms = apps.get_model("search", "Synonym")._default_manager
    for fields in pairs():
        synonyms.filter(version=1, note="", **fields).delete()
    versions = apps.get_model("search", "SynonymVersion")._default_manager
    versions.update_or_create(pk=1, defaults={"token": uuid4()})


class Migration(migrations.Migration):
    dependencies = [("search", "0006_synonyms")]

    operations = [migrations.RunPython(add, take_away)]
