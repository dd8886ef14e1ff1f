"""Lists and choosers of pictures and documents without what counts and names all regions.

Wagtail proposes the ten tags that are used most on the whole site, and says how often a file is
used on all its pages. Its views for files are fixed, but read these attributes when the routes are
made or a request comes.
"""

from django.utils.functional import cached_property
from wagtail.admin.ui.tables import BaseColumn, UsageCountColumn
from wagtail.admin.views.generic import IndexView
from wagtail.documents.views import documents
from wagtail.images.views import chooser, images


class _OwnFilters:
    """A filter set without popular tags, and without the count of uses but for administrators."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.filters.pop("tag", None)
        if not self.request.user.is_superuser:
            self.filters.pop("usage_count", None)


class PicturesFilterSet(_OwnFilters, images.ImagesFilterSet):
    """The filters of pictures."""

    class Meta(images.ImagesFilterSet.Meta):
        pass


class DocumentsFilterSet(_OwnFilters, documents.DocumentsFilterSet):
    """The filters of documents."""

    class Meta(documents.DocumentsFilterSet.Meta):
        pass


def without_usage(view: IndexView, columns: list[BaseColumn]) -> list[BaseColumn]:
    """Return ``columns`` without the count of uses, which leads to a list for administrators."""
    if view.request.user.is_superuser:
        return columns
    return [column for column in columns if not isinstance(column, UsageCountColumn)]


def _own_columns(wagtails: cached_property) -> property:
    return property(lambda view: without_usage(view, wagtails.func(view)))


def _own_orders(wagtails: dict[str, str]) -> property:
    def orders(view: IndexView) -> dict[str, str]:
        every = view.request.user.is_superuser
        return {name: text for name, text in wagtails.items() if every or "usage" not in name}

    return property(orders)


class _OwnChoice:
    """A chooser of pictures without the columns and tags that tell of other regions."""

    @property
    def columns(self) -> list[BaseColumn]:
        """The columns of the list."""
        return without_usage(self, super().columns)


class PictureChooseView(_OwnChoice, chooser.ImageChooseView):
    """The chooser of pictures."""

    def get_context_data(self, **kwargs: object) -> dict:
        """Return the context without tags to search by."""
        return {**super().get_context_data(**kwargs), "popular_tags": []}


class PictureResultsView(_OwnChoice, chooser.ImageChooseResultsView):
    """What the chooser of pictures found."""


images.IndexView.filterset_class = PicturesFilterSet
images.IndexView.columns = _own_columns(images.IndexView.columns)
images.IndexView.ORDERING_OPTIONS = _own_orders(images.IndexView.ORDERING_OPTIONS)
documents.IndexView.filterset_class = DocumentsFilterSet
documents.IndexView.columns = _own_columns(documents.IndexView.columns)
chooser.viewset.choose_view_class = PictureChooseView
chooser.viewset.choose_results_view_class = PictureResultsView
