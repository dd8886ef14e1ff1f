"""What a test does to a world is not there for the next one; who begins alike shares a world."""

from __future__ import annotations

from collections import Counter

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core import mail
from django.core.cache import cache
from django.db import IntegrityError, connection, transaction
from wagtail.models import Site

from catalogue.models import RegionPage
from regions.models import Municipality, Region, User
from search.models import CatalogueVersion

from . import factories, worlds
from .conftest import TwoRegions

_made: Counter[str] = Counter()
_tokens = set()


@worlds.layer
def place(region: Region) -> Municipality:
    _made["place"] += 1
    CatalogueVersion.locked()
    mail.send_mail("Hei", "", "fra@samkurs.example", ["til@samkurs.example"])
    transaction.on_commit(lambda: pytest.fail("a world is never committed"))
    return factories.make_municipality(region, name="Alvdal", slug="alvdal")


@worlds.layer
def person(place: Municipality) -> dict[str, User]:
    _made["person"] += 1
    return {"holder": factories.make_holder(factories.make_seat(place.region)).user}


@pytest.mark.django_db
@pytest.mark.parametrize("turn", range(3))
def test_each_begins_as_if_no_other_had_been(
    turn: int, region: Region, place: Municipality, person: dict[str, User]
) -> None:
    assert _made == {"place": 1, "person": 1}
    # Rows, objects and what they share.
    assert place.region is region
    assert (region.name, Region.objects.get().name) == ("Fjellregionen", "Fjellregionen")
    assert [each.name for each in region.municipalities.filter(slug="alvdal")] == ["Alvdal"]
    assert set(person) == {"holder"}
    assert User.objects.get(pk=person["holder"].pk).email == person["holder"].email
    # What is known beside the rows.
    assert cache.get("turn") is None
    assert mail.outbox == []
    assert connection.run_on_commit == []
    page = RegionPage.objects.get(region=region, language_code="nb")
    assert page.get_url() == "/nb/fjellregionen/"
    assert {path.site_id for path in Site.get_site_root_paths()} == {Site.objects.get().pk}
    token = CatalogueVersion.current()
    assert token not in _tokens
    _tokens.add(token)

    region.name = place.name = "Et annet sted"
    region.save()
    person["another"] = factories.make_user()
    region.municipalities.filter(slug="alvdal").delete()
    cache.set("turn", turn)
    mail.send_mail("Hei", "", "fra@samkurs.example", ["til@samkurs.example"])
    transaction.on_commit(list)
    Site.objects.create(hostname="annen.example", root_page=page)
    Site.get_site_root_paths()
    other = factories.make_region(slug="annen")
    with pytest.raises(IntegrityError), transaction.atomic():
        Region.objects.filter(pk=other.pk).update(slug=region.slug)
    assert ContentType.objects.get_for_model(Region).pk


def test_less_is_there_for_who_asks_for_less(region: Region) -> None:
    assert not User.objects.exists()
    assert not region.municipalities.exists()


@pytest.mark.django_db
def test_nothing_is_there_for_who_asks_for_nothing() -> None:
    assert not Region.objects.exists()


def test_others_begin_elsewhere(two_regions: TwoRegions) -> None:
    assert Region.objects.count() == 2
    assert two_regions.people["own", "coordinator"].memberships.get().region == two_regions.own


@pytest.mark.django_db
def test_a_world_that_fails_leaves_nothing() -> None:
    def fails() -> None:
        factories.make_region()
        raise LookupError

    stack = worlds._Stack()
    with pytest.raises(LookupError):
        stack.stand({fails: {}})
    assert not Region.objects.exists()
    stack.stand({factories.make_region: {}})
    assert Region.objects.count() == 1
    assert stack.value(factories.make_region, {}) == Region.objects.get()
    stack.leave()
    assert not Region.objects.exists()
