"""The pairs that a new installation begins with: see starting_synonyms.txt."""

from uuid import uuid4

from django.db import migrations

from search.synonyms.starting import starting_pairs


def add(apps, schema_editor):
    """Add the pairs where there are none; a token tells workers to read them."""
    synonyms = apps.get_model("search", "Synonym")._default_manager
    if not synonyms.exists():
        rows = starting_pairs().values()
        synonyms.bulk_create(synonyms.model(version=1, **fields) for fields in rows)
    versions = apps.get_model("search", "SynonymVersion")._default_manager
    versions.update_or_create(pk=1, defaults={"token": uuid4()})


def take_away(apps, schema_editor):
    """Take away the pairs that are still as they were added."""
    synonyms = apps.get_model("search", "Synonym")._default_manager
    for fields in starting_pairs().values():
        synonyms.filter(version=1, note="", **fields).delete()
    versions = apps.get_model("search", "SynonymVersion")._default_manager
    versions.update_or_create(pk=1, defaults={"token": uuid4()})


class Migration(migrations.Migration):
    dependencies = [("search", "0006_synonyms")]

    operations = [migrations.RunPython(add, take_away)]
