"""What a worker does for search, apart from requests."""

from django_tasks import task


@task()
def update_courses(page_ids: list[int]) -> None:
    """Bring the index up to date with these pages."""
    from .sync import engine  # it enqueues this task

    engine.update(page_ids)
