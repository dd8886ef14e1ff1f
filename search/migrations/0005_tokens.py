"""Marked tokens in place of ranked columns. The read model is rebuilt, not moved."""

import uuid

from django.db import migrations, models

from search.engines.text import text_index


def anew(apps, schema_editor):
    index = text_index(schema_editor.connection)
    for statement in (*index.drop, *index.create):
        schema_editor.execute(statement)


#: As the migrations before this one made it, whose code may come back.
BEFORE = {
    "sqlite": (
        "CREATE VIRTUAL TABLE search_text USING fts5("
        "title_exact, title_stem, topics_exact, topics_stem, "
        "summary_exact, summary_stem, body_exact, body_stem, "
        "tokenize=\"unicode61 remove_diacritics 0 tokenchars '._'\")",
    ),
    "postgresql": (
        "CREATE TABLE search_text (entry bigint PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX search_text_words ON search_text USING gin (words)",
    ),
}


def back(apps, schema_editor):
    index = text_index(schema_editor.connection)
    for statement in (*index.drop, *BEFORE[schema_editor.connection.vendor]):
        schema_editor.execute(statement)


def forget(apps, schema_editor):
    """Without rows there is no version either: it is made with the first of them."""
    apps.get_model("search", "CourseEntry").objects.all().delete()
    apps.get_model("search", "CatalogueVersion").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("search", "0004_catalogue_version_time")]

    operations = [
        migrations.RunPython(forget, forget),
        migrations.AddField(
            "catalogueversion", "pages", models.UUIDField(default=uuid.uuid4)
        ),
        migrations.AddField("courseentry", "tokens", models.TextField(default="")),
        migrations.CreateModel(
            name="CatalogueWord",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.CharField(max_length=60)),
                ("kind", models.CharField(max_length=10)),
                ("digest", models.BigIntegerField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        models.F("text"), models.F("kind"), name="catalogueword_stands_once"
                    )
                ]
            },
        ),
        migrations.RunPython(anew, back),
    ]
