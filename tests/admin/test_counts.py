"""Nothing on one's own screens depends on how much the other region has."""

from __future__ import annotations

import pytest
from django.urls import reverse

from .counts import compare_when_more_is_there, grown_queries
from .finders import MakeWalker
from .walker import named_routes, report
from .world import World


# Not on PostgreSQL, which shows rows that compare alike in any order: no news of the other's.
def test_no_screen_tells_how_much_the_other_region_has(walker: MakeWalker) -> None:
    assert report(compare_when_more_is_there(walker("coordinator"))) == ""


@pytest.mark.both
def test_lists_ask_no_more_when_ones_own_region_grows(walker: MakeWalker, world: World) -> None:
    """Ten times as much of everything that lists list, all of it on one page."""
    own = world.own
    lists = [
        reverse(route.name)
        for route in named_routes()
        if route.name.endswith((":index", ":index_results")) and not route.arguments
    ]
    screens = [
        *lists,
        reverse("wagtailadmin_home"),
        reverse("reader_searches"),
        reverse("wagtailadmin_explore", args=[own.region_page.pk]),
        reverse("wagtailadmin_explore", args=[own.index.pk]),
        reverse("municipality_chooser:choose"),
        reverse("person_chooser:choose"),
        reverse("wagtailimages_chooser:choose"),
        reverse("wagtaildocs_chooser:choose"),
    ]
    assert grown_queries(walker("coordinator"), world, screens) == {}
