"""Lists of pages whose links all lead somewhere."""

from typing import ClassVar

from django.urls import reverse
from wagtail.admin.views.pages.usage import ContentTypeUseView

from .publishing import PageScreens

#: The report above the list of a page type: it counts pages of every region.
REPORT = "wagtailadmin_reports:page_types_usage"


class TypeListView(ContentTypeUseView):
    """The pages of a type; the way up leads to a report for administrators only."""

    def get_breadcrumbs_items(self) -> list[dict]:
        """Return the way here, without the report for those to whom it is closed."""
        items = super().get_breadcrumbs_items()
        if self.request.user.is_superuser:
            return items
        return [item for item in items if item["url"] != reverse(REPORT)]


class ExplorerScreens(PageScreens):
    """The page screens, with lists that link only to what opens."""

    content_type_use_view_class: ClassVar = TypeListView
