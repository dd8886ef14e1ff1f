"""The demo's pages: courses, packages and drafts, recognised by their translation keys."""

from datetime import date
from decimal import Decimal
from typing import TypeVar
from uuid import NAMESPACE_URL, UUID, uuid5

from django.core.exceptions import ValidationError
from django.test.utils import override_settings
from wagtail.blocks import StreamValue
from wagtail.models import Page

from catalogue.blocks import BodyBlock
from catalogue.models import (
    CourseFact,
    CourseLink,
    CourseModule,
    CoursePackagePage,
    CoursePage,
    DistanceCoursePage,
    PackageCourse,
    Picture,
    SharedOfferingPage,
)
from regions.models import Region, Role, User

from .content import one_line, read_course, rich_text
from .occasions import ensure_occasions
from .people import person
from .pictures import ensure_picture
from .places import collection_of, index_page
from .shared import VOCABULARIES, provider, terms

KINDS: dict[str, type[CoursePage]] = {"distance": DistanceCoursePage, "shared": SharedOfferingPage}
#: Keys of a course's file that are not fields of the page under the same name.
APART = {
    "kind", "provider", "outcomes", "credits", "host", "participating", "shared_with", "modules",
    "links", "facts", "body", "picture", "picture_alt", "picture_decorative", "occasions",
    *VOCABULARIES,
}  # fmt: skip
_NAMESPACE = uuid5(NAMESPACE_URL, "https://samkurs.example/demo")
AnyPage = TypeVar("AnyPage", bound=Page)
_NO_MAIL = "django.core.mail.backends.dummy.EmailBackend"


def page_key(region: str, key: str) -> UUID:
    """Return the translation key of a demo page, the same in every database."""
    return uuid5(_NAMESPACE, f"{region}/{key}")


def find_page(region: Region, key: str) -> Page | None:
    """Return the demo page in the region's own language, whatever it is called by now."""
    return Page.objects.filter(
        translation_key=page_key(region.slug, key),
        locale__language_code=region.default_language,
    ).first()


def ensure_course(region: Region, key: str, *, today: date) -> tuple[bool, int]:
    """Make and publish the course with its dates; return if it is new and how many dates are."""
    content = read_course(region.slug, key)
    editor = person(region, Role.EDITOR)
    known = find_page(region, key)
    if known:
        page = known.specific
    else:
        page = _add(_build_course(region, key, content, by=editor), region)
        _publish(page, editor)
    dates = ensure_occasions(page, content.get("occasions", []), today=today, by=editor)
    return known is None, dates


def ensure_package(region: Region, key: str) -> bool:
    """Make and publish the package of courses that are there; False if it is there already."""
    if find_page(region, key):
        return False
    content = read_course(region.slug, key)
    editor = person(region, Role.EDITOR)
    page = CoursePackagePage(
        title=content["title"],
        slug=key,
        summary=one_line(content["summary"]),
        translation_key=page_key(region.slug, key),
        owner=editor,
        live=False,
        body=_body(region, content, by=editor),
    )
    page.package_courses = [
        PackageCourse(course=find_page(region, course).specific, sort_order=position)
        for position, course in enumerate(content["required"])
    ]
    _publish(_add(page, region), editor)
    return True


def ensure_draft(region: Region, key: str, *, submitted: bool) -> bool:
    """Make an unpublished course: an author's that waits for approval, or an editor's own."""
    if find_page(region, key):
        return False
    author = person(region, Role.RESOURCE_AUTHOR if submitted else Role.EDITOR)
    page = _add(_build_course(region, key, read_course(region.slug, key), by=author), region)
    page.save_revision(user=author)
    if submitted:
        # The approvers of a demo have no mailboxes: nothing must try to reach them.
        with override_settings(EMAIL_BACKEND=_NO_MAIL):
            page.get_workflow().start(page, author)
    return True


def _build_course(region: Region, key: str, content: dict, *, by: User) -> CoursePage:
    page = KINDS[content["kind"]](
        slug=key,
        translation_key=page_key(region.slug, key),
        owner=by,
        live=False,
        provider=provider(content["provider"]),
        outcomes="\n".join(content.get("outcomes", [])),
        body=_body(region, content, by=by),
    )
    for name in content.keys() - APART:
        value = content[name]
        setattr(page, name, one_line(value) if isinstance(value, str) else value)
    if "credits" in content:
        page.credits = Decimal(content["credits"])
    for name in VOCABULARIES:
        setattr(page, name, terms(name, content.get(name, [])))
    if "shared_with" in content:
        page.shared_with_regions = list(Region.objects.filter(slug__in=content["shared_with"]))
    if "host" in content:
        _set_municipalities(page, region, content)
    if "picture" in content:
        alt = content.get("picture_alt", "")
        page.image = _picture(region, content, name=content["picture"], alt=alt, by=by)
        page.image_alt = alt
        page.image_decorative = content.get("picture_decorative", False)
    _set_children(page, content)
    return page


def _set_municipalities(page: SharedOfferingPage, region: Region, content: dict) -> None:
    municipalities = {place.slug: place for place in region.municipalities.all()}
    page.host_municipality = municipalities[content["host"]]
    chosen = content["participating"]
    page.participating_municipalities = [
        place for slug, place in municipalities.items() if chosen == "all" or slug in chosen
    ]


def _set_children(page: CoursePage, content: dict) -> None:
    page.modules = [
        CourseModule(
            sort_order=position,
            title=row["title"],
            hours=Decimal(str(row["hours"])) if "hours" in row else None,
            description=row.get("description", ""),
            task=row.get("task", ""),
        )
        for position, row in enumerate(content.get("modules", []))
    ]
    page.links = [
        CourseLink(sort_order=position, **row)
        for position, row in enumerate(content.get("links", []))
    ]
    page.facts = [
        CourseFact(sort_order=position, label=label, value=value)
        for position, (label, value) in enumerate(content.get("facts", []))
    ]


def _picture(region: Region, content: dict, *, name: str, alt: str, by: User) -> Picture:
    # The description proposes the alternative text to whoever uses the picture next.
    return ensure_picture(
        name, title=content["title"], description=alt, collection=collection_of(region), by=by
    )


def _body(region: Region, content: dict, *, by: User) -> StreamValue:
    block = BodyBlock()
    raw = [
        {"type": row["type"], "value": _block_value(region, content, row, by=by)}
        for row in content.get("body", [])
    ]
    return block.clean(block.to_python(raw))


def _block_value(region: Region, content: dict, row: dict, *, by: User) -> object:
    match row["type"]:
        case "text":
            return rich_text(row["text"])
        case "callout":
            return {"heading": row["heading"], "text": rich_text(row["text"])}
        case "quote":
            return {"text": one_line(row["text"]), "attribution": row["attribution"]}
        case "key_points":
            return {"heading": row["heading"], "points": row["points"]}
        case "questions":
            return [
                {"question": item["question"], "answer": rich_text(item["answer"])}
                for item in row["items"]
            ]
        case "image":
            alt = row.get("alt", "")
            picture = _picture(region, content, name=row["picture"], alt=alt, by=by)
            return {"image": picture.pk, "alt_text": alt, "decorative": not alt}
    raise ValueError(f"No such block in the demo's content: {row['type']}")


def _add(page: AnyPage, region: Region) -> AnyPage:
    """Put ``page`` under the region's listing, checked as an editor's would be."""
    index = index_page(region)
    page.locale = index.locale
    index.add_child(instance=page)
    return page


def _publish(page: CoursePage | CoursePackagePage, editor: User) -> None:
    if missing := page.publish_errors():
        raise ValidationError(missing)
    page.full_clean()
    page.save_revision(user=editor).publish(user=editor)
