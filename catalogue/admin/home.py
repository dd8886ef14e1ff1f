"""The admin's home: the ways to begin a course."""

from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _
from wagtail.admin.site_summary import SummaryItem

from regions.models import User
from regions.policy import standing_of

from ..models import (
    CatalogueIndexPage,
    DistanceCoursePage,
    SharedOfferingPage,
)
from ..tree import pages_of_regions


def shortcuts(user: User) -> list[dict]:
    """Return links that begin a new course where the person may, without walking the tree."""
    standing = standing_of(user)
    indexes = CatalogueIndexPage.objects.filter(pages_of_regions(standing.desk_regions))
    return begin_links(user, indexes)


def begin_links(user: User, indexes: QuerySet) -> list[dict]:
    """Return links that begin a course of each kind below ``indexes``, where ``user`` may."""
    links = []
    for index in indexes.select_related("locale").order_by("path"):
        for model in (DistanceCoursePage, SharedOfferingPage):
            if (
                not model.can_create_at(index)
                or not index.permissions_for_user(user).can_add_subpage()
            ):
                continue
            names = {"kind": model._meta.verbose_name, "place": index.get_parent().title}
            label = _("New %(kind)s") % names
            if len(indexes) > 1:
                label = _("New %(kind)s in %(place)s") % names
            address = reverse(
                "wagtailadmin_pages:add", args=["catalogue", model._meta.model_name, index.pk]
            )
            links.append({"label": label, "url": address, "index": index.path})
    return links


class Shortcut(SummaryItem):
    """A way to begin a course, first on the page: a Tab after the skip link."""

    order = 10
    template_name = "catalogue/admin/shortcut.html"

    def __init__(self, request: HttpRequest, link: dict) -> None:
        super().__init__(request)
        self.link = link

    def get_context_data(self, parent_context: dict) -> dict:
        """Return the link."""
        return self.link
