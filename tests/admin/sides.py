"""One region with one or more of everything; what can be named carries its word."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from io import BytesIO

from django.core.files.base import ContentFile
from django.core.files.images import ImageFile
from django.db.models import Model
from django.utils import timezone
from PIL import Image
from wagtail.admin.models import EditingSession
from wagtail.contrib.redirects.models import Redirect
from wagtail.log_actions import log
from wagtail.models import (
    Comment,
    GroupApprovalTask,
    Page,
    PageSubscription,
    PageViewRestriction,
    Revision,
    TaskState,
    UploadedFile,
    Workflow,
    WorkflowState,
)
from wagtail.rich_text import RichText

from catalogue.models import (
    CourseDocument,
    CourseFact,
    CourseLink,
    CourseModule,
    CourseOccasion,
    DistanceCoursePage,
    Picture,
    SharedOfferingPage,
)
from catalogue.services import make_region_page
from regions.forum.lifecycle import ROUND
from regions.forum.models import PlanningRound
from regions.models import (
    Membership,
    MunicipalityCode,
    MunicipalityFigure,
    ProfessionalNetwork,
    Region,
    RegionGroup,
    Role,
)
from regions.needs.models import Need
from regions.needs.services import merge
from search.admin.searches import spans_of
from search.models import AskedFor
from tests import factories
from tests.needs import makers


@dataclass
class Side:
    """One of the two regions, with one or more of everything."""

    region: Region
    word: str
    things: dict[str, object] = field(default_factory=dict)

    def __getattr__(self, name: str) -> object:
        try:
            return self.things[name]
        except KeyError as error:
            raise AttributeError(name) from error

    def named(self, what: str) -> str:
        return f"{self.word} {what}".strip()

    def slug(self, what: str) -> str:
        return f"{self.word} {what}".replace(" ", "-").lower()

    def mail(self, what: str) -> str:
        return f"{self.slug(what)}@samkurs.example"


def make_side(region: Region, word: str, shared: dict[str, Model]) -> Side:
    """Fill ``region``; every name has ``word`` in it."""
    side = Side(region, word)
    _make_municipalities(side, shared)
    _make_files(side)
    _make_pages(side, shared)
    _make_occasions(side)
    _make_round(side)
    _make_needs(side)
    _make_traces(side)
    make_search(side, "søk")
    return side


def _make_municipalities(side: Side, shared: dict[str, Model]) -> None:
    things, region = side.things, side.region
    for number in (1, 2):
        name = "municipality" if number == 1 else "second_municipality"
        things[name] = factories.make_municipality(
            region,
            name=side.named(f"kommune {number}"),
            slug=side.slug(f"kommune {number}"),
            contact_role=side.named("rådgiver"),
            contact_email=side.mail(f"post{number}"),
            profile=side.named("profil"),
        )
    MunicipalityCode.objects.create(
        municipality=side.municipality,
        country=region.country,
        code="1404",
        valid_from=factories.in_days(-900),
    )
    MunicipalityFigure.objects.create(
        municipality=side.municipality, year=2025, population=9000, source=side.named("kilde")
    )
    for role in Role:
        user = factories.make_user(
            email=side.mail(role.value), first_name=side.named(role.value), last_name="Nordmann"
        )
        extra = {"municipality": side.municipality} if role == Role.CONTACT else {}
        things[role.value] = factories.make_member(region, role, user=user, **extra)
    # As a form gives it to everyone: the name also stands in the log of what they share.
    things["user"] = things["editor"]
    things["membership"] = Membership.objects.get(user=side.editor, role=Role.EDITOR)
    things["seat"] = factories.make_seat(region, municipality=side.municipality)
    things["union_seat"] = factories.make_seat(region, organisation=side.named("forbund"))
    holder = factories.make_user(email=side.mail("forum"), first_name=side.named("forum"))
    things["holder"] = factories.make_holder(side.seat, user=holder)
    things["forum"] = side.seat.forum
    network = ProfessionalNetwork.objects.create(
        region=region, name=side.named("nettverk"), contact=side.named("leder")
    )
    network.municipalities.set([side.municipality])
    network.service_areas.set([shared["service_area"]])
    things["network"] = network


def _make_files(side: Side) -> None:
    things = side.things
    collection = RegionGroup.objects.get(region=side.region, role=Role.EDITOR).group
    collection = collection.collection_permissions.first().collection
    picture = BytesIO()
    Image.new("RGB", (64, 48), "teal" if side.word == "eget" else "navy").save(picture, "PNG")
    picture.seek(0)
    things["collection"] = collection
    things["picture"] = Picture.objects.create(
        title=side.named("bilde"),
        file=ImageFile(picture, name=f"{side.slug('bilde')}.png"),
        collection=collection,
        uploaded_by_user=side.editor,
    )
    things["document"] = CourseDocument.objects.create(
        title=side.named("dokument"),
        file=ContentFile(side.named("innhold").encode(), name=f"{side.slug('fil')}.pdf"),
        collection=collection,
        uploaded_by_user=side.editor,
    )
    for file in (side.picture, side.document):
        file.tags.add(side.named("merkelapp"))
        file.save()
        log(instance=file, action="wagtail.create", user=side.editor)
    things["upload"] = UploadedFile.objects.create(
        for_content_type=None,
        file=ContentFile(b"x", name=f"{side.slug('opplasting')}.png"),
        uploaded_by_user=side.editor,
    )


def _make_pages(side: Side, shared: dict[str, Model]) -> None:
    things, region = side.things, side.region
    things["region_page"] = factories.region_page(region)
    things["index"] = factories.index_page(region)
    things["index"].title = side.named("kursliste")
    things["index"].save_revision().publish()
    second = "sv" if region.default_language == "nb" else "nb"
    things["second_page"] = make_region_page(region, second)
    things["course"] = make_course(
        side,
        "kurs",
        shared,
        owner=side.editor,
        image=side.picture,
        image_alt=side.named("bildetekst"),
    )
    course = side.course
    course.modules.add(CourseModule(title=side.named("modul")))
    course.links.add(CourseLink(title=side.named("lenke"), url="https://samkurs.example/"))
    course.facts.add(CourseFact(label=side.named("fakta")[:40], value=side.named("verdi")))
    course.body = [("text", RichText(f"<p>{side.named('tekst')}</p>"))]
    course.save_revision(user=side.editor, log_action=True).publish(user=side.editor)
    course.title = side.named("utkast av kurs")
    course.save_revision(user=side.editor, log_action=True)
    offering = SharedOfferingPage(
        title=side.named("tilbud"),
        slug=side.slug("tilbud"),
        summary=side.named("ingress"),
        provider=shared["provider"],
        host_municipality=side.municipality,
    )
    offering.participating_municipalities.set([side.municipality, side.second_municipality])
    things["offering"] = _place(side, offering, shared, live=True)
    things["draft"] = make_course(side, "utkast", shared, live=False, owner=side.resource_author)
    things["package"] = factories.make_package(
        region, [side.course], title=side.named("pakke"), slug=side.slug("pakke")
    )
    scheduled = make_course(side, "senere", shared, live=False, owner=side.editor)
    scheduled.go_live_at = timezone.now() + timedelta(days=3)
    scheduled.save_revision(user=side.editor).publish(user=side.editor)
    things["scheduled"] = scheduled
    locked = make_course(side, "sperret", shared, owner=side.editor)
    Page.objects.filter(pk=locked.pk).update(
        locked=True, locked_by=side.coordinator, locked_at=timezone.now()
    )
    things["locked"] = locked
    _send_to_review(side)


def make_course(
    side: Side, what: str, shared: dict[str, Model], *, live: bool = True, **fields: object
) -> Page:
    page = DistanceCoursePage(
        title=side.named(what),
        slug=side.slug(what),
        summary=side.named("ingress"),
        provider=shared["provider"],
        pace_percent=25,
        **fields,
    )
    return _place(side, page, shared, live=live)


def _place(side: Side, page: Page, shared: dict[str, Model], *, live: bool) -> Page:
    """Put a course below the region's listing, with the words that all regions share."""
    page.target_groups.set([shared["target_group"]])
    page.service_areas.set([shared["service_area"]])
    page.topics.set([shared["topic"]])
    return factories._place(page, side.region, live=live)


def _send_to_review(side: Side) -> None:
    things = side.things
    workflow = Workflow.objects.get(name=side.region.name)
    workflow.start(things["draft"], side.resource_author)
    things["workflow"] = workflow
    things["task"] = GroupApprovalTask.objects.get(name__startswith=side.region.name)
    things["workflow_state"] = WorkflowState.objects.get(object_id=str(things["draft"].pk))
    things["task_state"] = TaskState.objects.get(workflow_state=side.workflow_state)
    TaskState.objects.filter(pk=side.task_state.pk).update(comment=side.named("merknad"))
    things["revision"] = Revision.objects.for_instance(side.course).earliest("pk")


def _make_occasions(side: Side) -> None:
    course = side.course
    side.things["occasion"] = make_occasion(side, course)
    CourseOccasion.objects.filter(pk=make_occasion(side, course).pk).update(
        cancelled=True, cancel_reason=side.named("grunn")
    )
    side.things["unseen_occasion"] = make_occasion(side, side.draft)
    past = make_occasion(side, course)
    CourseOccasion.objects.filter(pk=past.pk).update(
        starts_on=factories.in_days(-40), ends_on=factories.in_days(-9), apply_by=None
    )


def make_occasion(side: Side, course: Page) -> CourseOccasion:
    """Make one more occasion, with the region's mark in its code and venue."""
    count = CourseOccasion.objects.count()
    occasion = factories.make_occasion(
        course,
        code=f"{side.word.split()[-1]}-{count}",
        venue=side.named("sal"),
        cohort=side.named("gruppe"),
    )
    occasion.open_to.set([side.municipality])
    log(instance=occasion, action="wagtail.edit", user=side.editor)
    return occasion


def _make_round(side: Side) -> None:
    """Make a round in which needs are screened, and one that was cancelled."""
    row = make_round(side, "runde")
    for step in ("collect", "screen"):
        row = ROUND.apply(row, step, by=side.coordinator)
    side.things["round"] = row
    gone = make_round(side, "avlyst runde")
    ROUND.apply(gone, "cancel", by=side.coordinator, text=side.named("grunn"))


def make_round(side: Side, what: str) -> PlanningRound:
    """Make one more round, with the region's mark in its title and address."""
    row = PlanningRound(
        region=side.region,
        title=side.named(what),
        slug=side.slug(what),
        year_from=2027,
        year_to=2028,
        meeting_on=factories.in_days(60),
    )
    row = ROUND.begin(row, by=side.coordinator)
    log(instance=row, action="wagtail.edit", user=side.coordinator)
    return row


def _make_needs(side: Side) -> None:
    """Make a need that is being processed, accepted ones, and one merged into another."""
    things = side.things
    things["need"] = makers.make_claimed(side.municipality, **need_words(side, "behov"))
    things["accepted_need"] = make_accepted(side, "godkjent", backed=True)
    things["shared_need"] = side.accepted_need.shared_need
    merged = make_accepted(side, "annet").shared_need
    merge(merged, side.shared_need, by=side.coordinator)
    side.shared_need.refresh_from_db()
    things["other_shared_need"] = make_accepted(side, "tredje").shared_need
    makers.make_returned(side.municipality, **need_words(side, "returnert"))


def make_accepted(side: Side, what: str, **more: object) -> Need:
    """Make an accepted need, with the region's mark in all its words."""
    words = {"title": side.named(what), "summary": side.named(f"sammendrag av {what}")}
    return makers.make_accepted(side.municipality, **words, **need_words(side, what), **more)


def need_words(side: Side, what: str) -> dict[str, str]:
    return {
        "challenge": side.named(f"utfordring med {what}, som ingen har løst ennå"),
        "workplace": side.named("arbeidsplass"),
        "strategic_reason": side.named("begrunnelse"),
        "goal_achieve": side.named(f"mål for {what}"),
        "action": side.named("tiltak"),
        "email": side.mail("melder"),
    }


def _make_traces(side: Side) -> None:
    """Make what editing leaves behind: log entries, comments, sessions, redirects, privacy."""
    for name in ("municipality", "forum", "seat", "holder", "network", "membership", "region"):
        instance = side.region if name == "region" else side.things[name]
        log(instance=instance, action="wagtail.edit", user=side.coordinator)
    Comment.objects.create(
        page_id=side.course.pk,
        user=side.editor,
        text=side.named("kommentar"),
        contentpath="summary",
    )
    PageSubscription.objects.create(
        page_id=side.course.pk, user=side.editor, comment_notifications=True
    )
    privacy = PageViewRestriction.objects.create(
        page_id=side.locked.pk, restriction_type=PageViewRestriction.GROUPS
    )
    privacy.groups.set([RegionGroup.objects.get(region=side.region, role=Role.EDITOR).group])
    side.things["redirect"] = Redirect.objects.create(
        old_path=f"/{side.slug('gammel')}", redirect_page_id=side.course.pk
    )
    side.things["group"] = RegionGroup.objects.get(region=side.region, role=Role.EDITOR).group
    side.things["session"] = EditingSession.objects.create(
        user=side.editor, content_object=side.course, last_seen_at=timezone.now(), is_editing=True
    )


def make_search(side: Side, what: str) -> AskedFor:
    """Make one more search that was made often and found nothing, in the region's listing.

    In the weeks that the screen shows first.
    """
    return AskedFor.objects.create(
        week=spans_of()[0].first,
        text=side.named(what),
        language="nb",
        region=side.region.slug,
        total=20,
        without_hits=20,
    )
