"""The screens of providers."""

from typing import ClassVar

from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BooleanColumn

from regions.admin.scoped import ScopedModelViewSet

from ..models import Provider


class ProviderViewSet(ScopedModelViewSet):
    """Providers, shared by all regions."""

    model = Provider
    icon = "site"
    menu_order = 210
    add_to_admin_menu = True
    form_fields: ClassVar = [
        "name",
        "slug",
        "kind",
        "country",
        "website",
        "org_no",
        "is_higher_education",
        "contact",
        "introduction",
    ]
    list_display: ClassVar = [
        "name",
        "kind",
        "country",
        BooleanColumn("is_higher_education", label=_("Gives credits")),
    ]
    list_export: ClassVar = [
        "name",
        "kind",
        "country",
        "org_no",
        "website",
        "is_higher_education",
        "contact",
    ]
    list_filter: ClassVar = ["kind", "country", "is_higher_education"]
    search_fields: ClassVar = ["name", "org_no"]
