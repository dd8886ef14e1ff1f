"""Lists and choosers of pictures and documents without the tags of every region.

Wagtail proposes the ten tags that are used most on the whole site. Its views for files are fixed,
but read these attributes when the routes are made.
"""

from wagtail.documents.views import documents
from wagtail.images.views import chooser, images


class _Untagged:
    """A filter set without the filter by popular tags."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.filters.pop("tag", None)


class PicturesFilterSet(_Untagged, images.ImagesFilterSet):
    """The filters of pictures."""

    class Meta(images.ImagesFilterSet.Meta):
        pass


class DocumentsFilterSet(_Untagged, documents.DocumentsFilterSet):
    """The filters of documents."""

    class Meta(documents.DocumentsFilterSet.Meta):
        pass


class PictureChooseView(chooser.ImageChooseView):
    """The chooser of pictures."""

    def get_context_data(self, **kwargs: object) -> dict:
        """Return the context without tags to search by."""
        return {**super().get_context_data(**kwargs), "popular_tags": []}


images.IndexView.filterset_class = PicturesFilterSet
documents.IndexView.filterset_class = DocumentsFilterSet
chooser.viewset.choose_view_class = PictureChooseView
