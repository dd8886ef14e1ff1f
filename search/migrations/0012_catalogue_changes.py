"""Which pages made one version of the catalogue another, so that workers read only those."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("search", "0011_runs")]

    operations = [
        migrations.CreateModel(
            name="CatalogueChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("before", models.UUIDField(unique=True)),
                ("after", models.UUIDField()),
                ("pages", models.JSONField(null=True)),
            ],
        ),
    ]
