"""What follows from changes to pages."""

from django.db.models.signals import post_delete
from wagtail.models import Page
from wagtail.signals import page_published, page_unpublished

from .answers import settle_soon
from .models import CoursePage


def on_course(sender: type, instance: Page, **kwargs: object) -> None:
    """Tell those whose needs a course answers, or take it back: by hand, in bulk, by the clock."""
    if isinstance(instance, CoursePage):
        settle_soon(instance.translation_key)


def connect() -> None:
    """Connect what is above. Called once, when the app is ready."""
    page_published.connect(on_course, dispatch_uid="catalogue.answered")
    page_unpublished.connect(on_course, dispatch_uid="catalogue.unanswered")
    post_delete.connect(on_course, sender=CoursePage, dispatch_uid="catalogue.course_gone")
