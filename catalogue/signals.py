"""What follows from changes to pages."""

from django.db.models.signals import post_delete
from wagtail.models import Page
from wagtail.signals import copy_for_translation_done, page_published, page_unpublished

from .answers import settle_soon
from .models import CoursePage


def on_course(sender: type, instance: Page, **kwargs: object) -> None:
    """Tell those whose needs a course answers, or take it back: by hand, in bulk, by the clock."""
    if isinstance(instance, CoursePage):
        settle_soon(instance.translation_key)


def on_translation(sender: type, source_obj: Page, target_obj: Page, **kwargs: object) -> None:
    """Let a translation say what its course answers, which copies leave out.

    It is the same course, and speaks for it once the original is gone.
    """
    if not isinstance(source_obj, Page):
        return
    source, translated = source_obj.specific, target_obj.specific
    if not isinstance(source, CoursePage) or translated.alias_of_id:
        return
    translated.answers_needs = source.answers_needs.all()
    translated.save(clean=False)
    revision = translated.latest_revision
    revision.content["answers_needs"] = [each.pk for each in source.answers_needs.all()]
    revision.save(update_fields=["content"])


def connect() -> None:
    """Connect what is above. Called once, when the app is ready."""
    page_published.connect(on_course, dispatch_uid="catalogue.answered")
    page_unpublished.connect(on_course, dispatch_uid="catalogue.unanswered")
    copy_for_translation_done.connect(on_translation, dispatch_uid="catalogue.translated")
    post_delete.connect(on_course, sender=CoursePage, dispatch_uid="catalogue.course_gone")
