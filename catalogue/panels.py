"""The page editor's tabs for courses, written to editors."""

from collections.abc import Sequence

from django.forms import CheckboxSelectMultiple
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    InlinePanel,
    MultiFieldPanel,
    ObjectList,
    Panel,
    PublishingPanel,
    TabbedInterface,
    TitleFieldPanel,
)

from .admin.occasions_panel import OccasionsPanel


class Tab(ObjectList):
    """A tab whose address is the same in every language, such as ``#tab-occasions``.

    Wagtail would derive it from the translated heading.
    """

    def __init__(self, children: Sequence[Panel] = (), *, name: str, **kwargs: object) -> None:
        super().__init__(children, **kwargs)
        self.name = name

    def clone_kwargs(self) -> dict:
        """Return what a copy bound to a model is made with."""
        return {**super().clone_kwargs(), "name": self.name}

    @property
    def clean_name(self) -> str:
        """The name in addresses."""
        return self.name


def _choices(name: str) -> FieldPanel:
    """Return a panel of tick boxes: each is one Tab and one Space away, unlike a list box."""
    return FieldPanel(name, widget=CheckboxSelectMultiple, required_on_save=False)


def _content(*extra: object) -> ObjectList:
    return Tab(
        [
            TitleFieldPanel("title"),
            FieldPanel("summary"),
            FieldPanel("provider"),
            _choices("target_groups"),
            _choices("service_areas"),
            *extra,
            _choices("answers_needs"),
            FieldPanel("outcomes"),
            FieldPanel("body"),
            MultiFieldPanel(
                [FieldPanel("image"), FieldPanel("image_alt"), FieldPanel("image_decorative")],
                heading=_("Picture"),
            ),
            InlinePanel("modules", heading=_("Modules"), label=_("Module"), max_num=30),
        ],
        name="content",
        heading=_("Content"),
    )


def _facts(*extra: object, with_place: bool = True) -> ObjectList:
    return Tab(
        [
            FieldRowPanel(
                [FieldPanel("credits"), FieldPanel("credit_system")], heading=_("Credits")
            ),
            FieldPanel("qualification"),
            FieldRowPanel([FieldPanel("level"), FieldPanel("language")]),
            *([FieldPanel("place")] if with_place else []),
            FieldPanel("duration"),
            *extra,
            FieldPanel("learning_forms"),
            _choices("topics"),
            MultiFieldPanel(
                [
                    FieldPanel("order_via"),
                    FieldPanel("price_note"),
                    FieldPanel("audience"),
                ],
                heading=_("Signing up"),
            ),
            FieldPanel("prerequisites"),
            MultiFieldPanel(
                [FieldPanel("byod"), FieldPanel("byod_instructions")],
                heading=_("Bring your own data"),
            ),
            FieldRowPanel([FieldPanel("work_integrated"), FieldPanel("is_pilot")]),
            MultiFieldPanel(
                [
                    FieldPanel("origin"),
                    FieldPanel("material_rights"),
                    FieldPanel("licence"),
                    FieldPanel("external_platform_url"),
                ],
                heading=_("Material"),
            ),
            InlinePanel("links", heading=_("Links"), label=_("Link"), max_num=20),
            InlinePanel("facts", heading=_("More facts"), label=_("Fact"), max_num=6),
        ],
        name="facts",
        heading=_("Facts"),
    )


def _tabs(content: ObjectList, facts: ObjectList) -> TabbedInterface:
    return TabbedInterface(
        [
            content,
            facts,
            Tab([OccasionsPanel()], name="occasions", heading=_("Occasions")),
            Tab(
                [
                    FieldPanel("slug"),
                    FieldPanel("seo_title"),
                    FieldPanel("search_description"),
                    PublishingPanel(),
                ],
                name="publishing",
                heading=_("Publishing"),
            ),
        ]
    )


def course_edit_handler() -> TabbedInterface:
    """Return the tabs that every kind of course has."""
    return _tabs(_content(), _facts())


def distance_edit_handler() -> TabbedInterface:
    """Return the tabs of a distance course: pace and examination, no choice of place."""
    return _tabs(
        _content(FieldPanel("pace_percent")),
        _facts(
            FieldRowPanel([FieldPanel("study_hours"), FieldPanel("number_of_meetings")]),
            FieldPanel("schedule"),
            FieldPanel("tools"),
            FieldPanel("pedagogy"),
            FieldPanel("examination"),
            FieldPanel("research_links"),
            with_place=False,
        ),
    )


def offering_edit_handler() -> TabbedInterface:
    """Return the tabs of a shared offering: host, participants and venue."""
    return _tabs(
        _content(
            FieldPanel("host_municipality"),
            _choices("participating_municipalities"),
        ),
        _facts(FieldPanel("venue"), FieldPanel("facilities")),
    )
