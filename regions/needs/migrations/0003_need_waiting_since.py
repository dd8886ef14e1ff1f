"""Since when a submitter waits: a claim was counted as an answer, and is none."""

from django.db import migrations, models

ANSWERS = ("return", "accept", "decline")
WAITING = ("submitted", "in_moderation")


def from_the_log(apps, schema_editor):
    """Take the first answer, and since when somebody waits, from what the log says."""
    need_model, log = apps.get_model("needs", "Need"), apps.get_model("needs", "NeedLog")
    for need in need_model.objects.filter(submitted_at__isnull=False):
        steps = log.objects.filter(need=need.pk)
        answered = steps.filter(action__in=ANSWERS).order_by("number").first()
        since = steps.filter(action__in=("confirm", "answer", "reopen")).order_by("number").last()
        need_model.objects.filter(pk=need.pk).update(
            answered_at=answered.at if answered else None,
            waiting_since=(since.at if since else need.submitted_at)
            if need.state in WAITING
            else None,
        )


class Migration(migrations.Migration):
    dependencies = [("needs", "0002_words_apart_in_logs")]

    operations = [
        migrations.AddField(
            model_name="need",
            name="waiting_since",
            field=models.DateTimeField(blank=True, editable=False, null=True),
        ),
        migrations.RunPython(from_the_log, migrations.RunPython.noop, elidable=True),
    ]
