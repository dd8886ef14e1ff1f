"""What the search server said against a document that it refuses for good."""

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("search", "0012_catalogue_changes")]

    operations = [
        migrations.AddField(
            "pendingindexing", "refused", models.CharField(max_length=100, default="")
        ),
        migrations.AddField(
            "pendingindexing", "tries", models.PositiveSmallIntegerField(default=0)
        ),
        migrations.AddField(
            "pendingindexing", "again_at", models.DateTimeField(default=django.utils.timezone.now)
        ),
    ]
