"""Which of the pairs that Samkurs brings were answered: those of the list, to begin with."""

from django.db import migrations, models

from search.synonyms.starting import key_of, starting_pairs


def remember(apps, schema_editor):
    """Note the pairs that the installation has: whoever deletes one later is not asked again."""
    pairs = apps.get_model("search", "Synonym")._default_manager.values_list("words", "other_words")
    held = {key_of(*pair) for pair in pairs}
    versions = apps.get_model("search", "SynonymVersion")._default_manager
    versions.filter(pk=1).update(answered=sorted(held & starting_pairs().keys()))


class Migration(migrations.Migration):
    dependencies = [("search", "0013_refused_documents")]

    operations = [
        migrations.AddField(
            model_name="synonymversion",
            name="answered",
            field=models.JSONField(default=list),
        ),
        migrations.RunPython(remember, migrations.RunPython.noop),
    ]
