"""Whoever is known to have graded a line has had a hand in it."""

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

BATCH = 1000


def fill(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Note the grader of each line; of others who had a hand in it nothing is on file."""
    line = apps.get_model("forum", "BallotLine")
    hands = line.hands.through
    graded = line.objects.filter(graded_by__isnull=False)
    hands.objects.bulk_create(
        (
            hands(ballotline_id=key, user_id=user)
            for key, user in graded.values_list("pk", "graded_by").iterator()
        ),
        batch_size=BATCH,
        ignore_conflicts=True,
    )


class Migration(migrations.Migration):
    dependencies = [("forum", "0002_hands_of_lines")]

    operations = [migrations.RunPython(fill, migrations.RunPython.noop)]
