"""Occasions one by one. Rows from before say what they said until they are written again."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("search", "0010_saved_searches")]

    operations = [
        migrations.AddField("courseentry", "runs", models.TextField(default="")),
    ]
