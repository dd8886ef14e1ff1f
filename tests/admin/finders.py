"""Ways to look for a leak at one place, for the tests that take checks away."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse

from catalogue.services import make_region_page
from regions.models import Role

from .counts import compare_when_more_is_there
from .queries import hostile
from .routes import addresses
from .walker import Finding, Walker, form_data, knock, named_routes, visit

#: What nobody's browser would send, in every parameter that a view of ours or Wagtail's reads.
ODD_VALUES = (str(10**30), "\x00", "x", "-1", "٣")
PARAMETERS = (
    "id",
    "p",
    "q",
    "ordering",
    "course",
    "region",
    "collection_id",
    "childOf",
    "parent_page_id",
    "target_pages[]",
    "locale",
    "export",
    "content_type",
    "page_type",
    "child_of",
    "starts_on_from",
)

MakeWalker = Callable[[str], Walker]
Find = Callable[[MakeWalker], list[Finding]]


@dataclass(frozen=True)
class Walks:
    """Walks the routes whose names end like one of ``names``, until something is found."""

    who: str
    names: tuple[str, ...]

    def __call__(self, walker: MakeWalker) -> list[Finding]:
        """Return what one person found."""
        person = walker(self.who)
        for route in named_routes():
            if route.name.endswith(self.names):
                for address in addresses(route, person.world):
                    visit(person, address, ("GET", "twin"))
                    if person.findings:
                        return person.findings
        return []


@dataclass(frozen=True)
class Does:
    """Lets one person do what ``find`` does."""

    find: Callable[[Walker], list[Finding]]
    who: str

    def __call__(self, walker: MakeWalker) -> list[Finding]:
        """Return what came of it."""
        return self.find(walker(self.who))


def walks(who: str, *names: str) -> Find:
    """Walk the routes whose names end like one of ``names``, until something is found."""
    return Walks(who, names)


def walks_exactly(who: str, names: tuple[str, ...]) -> Find:
    """Walk these routes, then send them what nobody's browser would."""

    def find(walker: MakeWalker) -> list[Finding]:
        for route in named_routes(names):
            found = walks(who, route.name)(walker) or send_odd_input(walker(who), (route.name,))
            if found:
                return found
        return []

    return find


def does(find: Callable[[Walker], list[Finding]], who: str = "coordinator") -> Find:
    """Let one person do what ``find`` does."""
    return Does(find, who)


def counts(*names: str) -> Find:
    """Compare one's own screens at these routes when the other region grows."""
    return does(lambda walker: compare_when_more_is_there(walker, names))


def knocks(who: str, *names: str) -> Find:
    """Knock at these routes, to read and to write."""
    return lambda walker: [*knock(walker(who), 0, names), *knock(walker(who), 1, names)]


def type_a_foreign_address(walker: Walker) -> list[Finding]:
    """Type the public address of a foreign page into the dialog of links.

    Wagtail recognises pages below the site's own front page, by someone who reads its language.
    """
    page = make_region_page(walker.world.other.region, "en")
    walker.user.language = "en"
    walker.user.save()
    walker.look_again()
    url = reverse("wagtailadmin_choose_page_external_link")
    text = walker.ask("POST", url, {"external-link-chooser-url": page.full_url}).text
    # The address itself comes back, as it was typed.
    named = page.draft_title in text
    return [Finding(walker.who, url, f"reads “{page.draft_title}”")] if named else []


def choose_a_kind_of_page_that_only_they_have(walker: Walker) -> list[Finding]:
    """Open the page chooser for a kind of page that the own region has none of.

    Wagtail starts at the common ancestor of all pages of the kind: here, at the only one.
    """
    walker.world.own.package.delete()
    walker.look_again()
    url = reverse("wagtailadmin_choose_page")
    walker.ask("GET", f"{url}?page_type=catalogue.CoursePackagePage")
    return walker.findings


def add_up_rights(walker: Walker) -> list[Finding]:
    """Coordinate here, edit there, and add a municipality there."""
    own, other = walker.world.own, walker.world.other
    own.coordinator.memberships.create(region=other.region, role=Role.EDITOR)
    walker.look_again()
    url = reverse("municipality:add")
    base = form_data(walker.ask("GET", url).text) | {"name": "Ny", "slug": "ny-der"}
    walker.findings.clear()  # whoever edits there may read of it
    if walker.ask("POST", url, base | {"region": own.region.pk}).status != 302:
        walker.note(f"POST {url}", "refuses one's own")
    walker.ask("POST", url, base | {"region": other.region.pk})
    return [found for found in walker.findings if "reads" not in found.what]


def send_odd_input(walker: Walker, only: tuple[str, ...] = ()) -> list[Finding]:
    """Send odd addresses and odd queries to each route; return what came of it."""
    mirrored = replace(walker.world, other=walker.world.own)
    for route in named_routes(only):
        for url in hostile(addresses(route, walker.world)[0]):
            walker.ask("GET", url)
            walker.ask("POST", url, {})
        own = addresses(route, mirrored)[0].url
        if walker.ask("GET", own).status == 200:
            sign = "&" if "?" in own else "?"
            for value in ODD_VALUES[: 2 if route.arguments else None]:
                walker.ask("GET", f"{own}{sign}{urlencode(dict.fromkeys(PARAMETERS, value))}")
    return walker.findings
