"""The screens of regions, municipalities, forum, people and vocabularies."""

from typing import ClassVar

from django.db.models import QuerySet
from django.forms import BaseModelForm
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, FieldRowPanel, InlinePanel, ObjectList
from wagtail.admin.ui.tables import BooleanColumn, Column
from wagtail.admin.viewsets.model import ModelViewSetGroup

from ..models import (
    Forum,
    ForumSeat,
    Membership,
    Municipality,
    ProfessionalNetwork,
    Region,
    SeatHolder,
    ServiceArea,
    TargetGroup,
    Topic,
    User,
)
from ..models.vocabulary import in_reading_order, reader_first
from ..services import create_region
from .forms import MunicipalityForm, RegionForm, VocabularyForm, desk_form
from .scoped import (
    ScopedChooserViewSet,
    ScopedCreateView,
    ScopedIndexView,
    ScopedModelViewSet,
)

SETTINGS_FIELDS = [
    "employee_seats",
    "quorum_num",
    "quorum_den",
    "envelope_small_pct",
    "dialogue_months",
    "min_gradings",
]
FOUNDING_FIELDS = [
    "name",
    "slug",
    "country",
    "currency",
    "default_language",
    "timezone",
    "contact_email",
]


class RegionCreateView(ScopedCreateView):
    """A new region, with its page, groups, rights and collection."""

    def save_instance(self) -> Region:
        """Create the region through its service."""
        form: BaseModelForm = self.form
        return create_region(
            form.instance, forum_name=form.cleaned_data["forum_name"], by=self.request.user
        )


class RegionViewSet(ScopedModelViewSet):
    """Regions: an administrator founds one, its coordinator keeps its settings."""

    model = Region
    icon = "globe"
    list_display: ClassVar = [
        "name",
        "country",
        "currency",
        "default_language",
        Column("employee_seats", label=_("Employees' seats"), accessor="employee_seats"),
    ]
    list_filter: ClassVar = ["country"]
    list_export: ClassVar = [
        "name",
        "country",
        "currency",
        "default_language",
        "timezone",
        *SETTINGS_FIELDS,
    ]
    search_fields: ClassVar = ["name"]
    add_view_class = RegionCreateView

    def get_form_class(self, for_update: bool = False) -> type:
        """Return the founding form, or the form of what can change later."""
        if for_update:
            return desk_form(Region, ["name", "timezone", "contact_email", *SETTINGS_FIELDS])
        return desk_form(Region, [*FOUNDING_FIELDS, *SETTINGS_FIELDS], RegionForm)


class MunicipalityIndexView(ScopedIndexView):
    """Municipalities with the newest population figure."""

    def get_base_queryset(self) -> object:
        """Return the scoped rows with figures, in two queries."""
        rows = super().get_base_queryset().with_latest_figure().select_related("region")
        return rows.prefetch_related("codes")


class MunicipalityViewSet(ScopedModelViewSet):
    """Municipalities with their codes and figures."""

    model = Municipality
    icon = "home"
    index_view_class = MunicipalityIndexView
    list_display: ClassVar = [
        "name",
        Column("region", label=_("Region"), accessor="region", sort_key="region__name"),
        Column("code", label=_("Code"), accessor="current_code"),
        Column("population", label=_("Population"), accessor="population", sort_key="population"),
        Column("contact_role", label=_("Contact"), accessor="contact_role"),
    ]
    list_filter: ClassVar = ["region"]
    search_fields: ClassVar = ["name", "codes__code"]
    list_export: ClassVar = [
        "name",
        "region",
        "current_code",
        "population",
        "figure_year",
        "contact_role",
    ]
    export_headings: ClassVar = {"figure_year": _("Year of the figure")}
    edit_handler = ObjectList(
        [
            FieldPanel("region"),
            FieldPanel("name"),
            FieldPanel("slug"),
            FieldRowPanel([FieldPanel("contact_role"), FieldPanel("contact_email")]),
            FieldPanel("profile"),
            InlinePanel("codes", heading=_("Codes"), label=_("Code"), max_num=20),
            InlinePanel("figures", heading=_("Figures"), label=_("Figure"), max_num=60),
            FieldPanel("expected_version", classname="w-hidden"),
        ],
        base_form_class=MunicipalityForm,
    )


class ForumViewSet(ScopedModelViewSet):
    """The forum of each region."""

    model = Forum
    icon = "group"
    form_fields: ClassVar = ["region", "name", "is_active"]
    list_display: ClassVar = ["name", "region", BooleanColumn("is_active", label=_("Active"))]
    list_filter: ClassVar = ["region", "is_active"]
    list_select_related = ("region",)


class ForumSeatViewSet(ScopedModelViewSet):
    """The seats of the forum."""

    model = ForumSeat
    icon = "user"
    form_fields: ClassVar = [
        "forum",
        "kind",
        "municipality",
        "organisation",
        "is_chair",
        "is_active",
    ]
    list_display: ClassVar = [
        "__str__",
        "forum",
        "kind",
        BooleanColumn("is_chair", label=_("Chair")),
        BooleanColumn("is_active", label=_("Active")),
    ]
    list_filter: ClassVar = ["forum", "kind", "is_active"]
    list_select_related = ("forum", "municipality")


class SeatHolderViewSet(ScopedModelViewSet):
    """Who holds which seat, and until when."""

    model = SeatHolder
    icon = "user"
    form_fields: ClassVar = ["seat", "user", "kind", "starts_on", "ended_at"]
    list_display: ClassVar = ["seat", "user", "kind", "starts_on", "ended_at"]
    list_filter: ClassVar = ["kind"]
    list_select_related = ("seat__municipality", "user")


class NetworkViewSet(ScopedModelViewSet):
    """Professional networks."""

    model = ProfessionalNetwork
    icon = "group"
    form_fields: ClassVar = ["region", "name", "contact", "service_areas", "municipalities"]
    list_display: ClassVar = ["name", "region", "contact"]
    list_export: ClassVar = ["name", "region", "contact", "service_areas", "municipalities"]
    list_filter: ClassVar = ["region", "service_areas"]
    list_select_related = ("region",)
    search_fields: ClassVar = ["name"]


class MembershipViewSet(ScopedModelViewSet):
    """Who is what in which region; groups follow from it."""

    model = Membership
    icon = "key"
    form_fields: ClassVar = ["user", "region", "role", "municipality", "starts_on", "ends_on"]
    list_display: ClassVar = ["user", "region", "role", "municipality", "starts_on", "ends_on"]
    list_filter: ClassVar = ["region", "role"]
    list_select_related = ("user", "region", "municipality")
    search_fields: ClassVar = ["user__email", "user__first_name", "user__last_name"]


class VocabularyIndexView(ScopedIndexView):
    """Terms under the names that the reader knows them by."""

    @cached_property
    def list_display(self) -> list[str]:
        """The names, that of the reader's language first."""
        return [*reader_first("name"), "slug"]

    @cached_property
    def default_ordering(self) -> str:
        """The order of the names that the reader sees."""
        return reader_first("name")[0]

    def order_queryset(self, queryset: QuerySet) -> QuerySet:
        """Order by the reader's names as forms do, whatever the case of their letters."""
        if self.is_explicitly_ordered:
            return super().order_queryset(queryset)
        return in_reading_order(queryset)


class VocabularyViewSet(ScopedModelViewSet):
    """Terms that all regions share."""

    icon = "tag"
    index_view_class = VocabularyIndexView
    form_base = VocabularyForm
    form_fields: ClassVar = [*reader_first("name"), "slug", *reader_first("introduction")]
    search_fields: ClassVar = reader_first("name")


class ServiceAreaViewSet(VocabularyViewSet):
    """Service areas."""

    model = ServiceArea


class TargetGroupViewSet(VocabularyViewSet):
    """Target groups."""

    model = TargetGroup


class TopicViewSet(VocabularyViewSet):
    """Topics."""

    model = Topic


class RegionGroupOfScreens(ModelViewSetGroup):
    """The menu of the region."""

    menu_label = _("Region")
    menu_icon = "globe"
    menu_order = 300
    items = (
        RegionViewSet("region"),
        MunicipalityViewSet("municipality"),
        ForumViewSet("forum"),
        ForumSeatViewSet("forum_seat"),
        SeatHolderViewSet("seat_holder"),
        NetworkViewSet("network"),
        MembershipViewSet("membership"),
    )


class VocabularyGroupOfScreens(ModelViewSetGroup):
    """The menu of the shared vocabularies."""

    menu_label = _("Vocabularies")
    menu_icon = "tag"
    menu_order = 310
    items = (
        ServiceAreaViewSet("service_area"),
        TargetGroupViewSet("target_group"),
        TopicViewSet("topic"),
    )


class MunicipalityChooserViewSet(ScopedChooserViewSet):
    """Chooses among one's own region's municipalities."""

    model = Municipality
    icon = "home"
    choose_one_text = _("Choose a municipality")
    choose_another_text = _("Choose another municipality")
    search_lookups: ClassVar = ["name__icontains"]


class PersonChooserViewSet(ScopedChooserViewSet):
    """Chooses among people with a membership in one's own region."""

    model = User
    icon = "user"
    choose_one_text = _("Choose a person")
    choose_another_text = _("Choose another person")
    search_lookups: ClassVar = [
        "email__icontains",
        "first_name__icontains",
        "last_name__icontains",
    ]


SCREENS = [RegionGroupOfScreens(), VocabularyGroupOfScreens()]
CHOOSERS = [
    MunicipalityChooserViewSet("municipality_chooser"),
    PersonChooserViewSet("person_chooser"),
]
