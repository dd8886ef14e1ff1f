"""What waits for the search server, and a digest of each row. Old rows get theirs by a rebuild."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("search", "0007_starting_synonyms")]

    operations = [
        migrations.AddField("courseentry", "digest", models.BigIntegerField(default=0)),
        migrations.CreateModel(
            name="PendingIndexing",
            fields=[
                ("page_id", models.BigIntegerField(primary_key=True, serialize=False)),
                ("change", models.BigIntegerField()),
                ("since", models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={"verbose_name_plural": "pending indexing"},
        ),
    ]
