"""The text index: FTS5 on SQLite, a tsvector on PostgreSQL; neither is a model's table."""

from django.db import migrations

from search.engines.text import text_index


def create(apps, schema_editor):
    for statement in text_index(schema_editor.connection).create:
        schema_editor.execute(statement)


def drop(apps, schema_editor):
    for statement in text_index(schema_editor.connection).drop:
        schema_editor.execute(statement)


class Migration(migrations.Migration):
    dependencies = [("search", "0001_read_model")]

    operations = [migrations.RunPython(create, drop)]
