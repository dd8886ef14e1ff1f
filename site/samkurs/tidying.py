"""What the clock tidies for the whole site."""

from django.core.management import call_command
from django_tasks import task_backends
from django_tasks_db import DatabaseBackend

#: Every save of a page leaves one; failed ones are kept for somebody to look at.
DAYS, DAYS_OF_FAILED = 1, 14


def prune_task_results() -> None:
    """Delete the results of old tasks, where a worker writes them."""
    if isinstance(task_backends["default"], DatabaseBackend):
        call_command(
            "prune_db_task_results",
            min_age_days=DAYS,
            failed_min_age_days=DAYS_OF_FAILED,
            verbosity=0,
        )
