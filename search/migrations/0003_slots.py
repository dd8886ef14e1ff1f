"""Two slots for the read model. It is rebuilt, not moved: ``manage.py rebuild_search``."""

import django.db.models.deletion
from django.db import migrations, models

from search.engines.text import text_index


def anew(apps, schema_editor):
    index = text_index(schema_editor.connection)
    for statement in (*index.drop, *index.create):
        schema_editor.execute(statement)


def fields(*own):
    return [
        *own,
        ("translation_key", models.UUIDField(db_index=True)),
        ("language", models.CharField(max_length=10)),
        ("is_source", models.BooleanField(default=True)),
        ("title", models.CharField(max_length=255)),
        ("newest_at", models.DateTimeField(null=True)),
        ("values", models.TextField()),
        ("moments", models.JSONField()),
        ("summary", models.JSONField()),
    ]


def forget(apps, schema_editor):
    """Without rows there is no version either: it is made with the first of them."""
    apps.get_model("search", "CatalogueVersion").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("catalogue", "0003_occasion_one_day_in_order"),
        ("search", "0002_text_index"),
    ]

    operations = [
        migrations.RunPython(forget, forget),
        migrations.DeleteModel("CourseEntry"),
        migrations.CreateModel(
            name="CourseEntry",
            fields=fields(
                ("id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("slot", models.PositiveSmallIntegerField()),
                (
                    "page",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="search_entries",
                        to="catalogue.coursepage",
                    ),
                ),
            ),
            options={
                "verbose_name_plural": "course entries",
                "constraints": [
                    models.CheckConstraint(
                        name="courseentry_key_is_page_and_slot",
                        condition=models.Q(("id", models.F("page") * 2 + models.F("slot"))),
                    )
                ],
            },
        ),
        migrations.AddField("catalogueversion", "slot", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("catalogueversion", "rebuild", models.UUIDField(null=True)),
        migrations.AddConstraint(
            "catalogueversion",
            models.CheckConstraint(
                name="catalogueversion_slot_is_one_of_two", condition=models.Q(("slot__lt", 2))
            ),
        ),
        migrations.RunPython(anew, anew),
    ]
