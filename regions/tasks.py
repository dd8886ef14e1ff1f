"""What is done after a commit, by a worker where there is one."""

from django_tasks import task

from . import outbox


@task()
def send_notice(pk: int) -> None:
    """Send one notice of the outbox; what fails is tried again by the clock."""
    outbox.send(pk)
