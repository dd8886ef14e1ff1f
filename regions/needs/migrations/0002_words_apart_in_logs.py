"""Words of steps that are not the step's text stand beside the facts of the log, and can be erased.

Entries that were sealed with such words among their facts keep them, since their seals would break;
there are none but on development machines, since nothing is released. Erasing a need takes what its
submitter was advised, so a declined one may lack it afterwards.
"""

from django.db import migrations, models
from django.db.models import Q


def say_something_again(apps: object, schema_editor: object) -> None:
    """Fill what was erased, since the constraint of before asks for words."""
    erased = apps.get_model("needs", "Need").objects.filter(state="declined", alternative="")
    erased.exclude(decline_reason="spam").update(alternative="–")


class Migration(migrations.Migration):
    dependencies = [("needs", "0001_needs")]

    operations = [
        migrations.RemoveConstraint(model_name="need", name="need_declined_has_reason"),
        migrations.RunPython(migrations.RunPython.noop, say_something_again),
        migrations.AddField(
            model_name="needlog",
            name="words",
            field=models.JSONField(blank=True, default=dict, verbose_name="more words"),
        ),
        migrations.AddField(
            model_name="sharedneedlog",
            name="words",
            field=models.JSONField(blank=True, default=dict, verbose_name="more words"),
        ),
        migrations.AddConstraint(
            model_name="need",
            constraint=models.CheckConstraint(
                name="need_declined_has_reason",
                condition=~Q(state="declined")
                | Q(decline_reason="spam")
                | (
                    ~Q(decline_reason="")
                    & (~Q(alternative="") | Q(closed_at__isnull=False, erase_after__isnull=True))
                ),
            ),
        ),
    ]
