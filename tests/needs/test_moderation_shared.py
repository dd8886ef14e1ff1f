"""Shared needs at the desk: changed, merged, taken apart, read."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from regions.models import Municipality, Role, Topic
from regions.needs import services
from regions.needs.co_signing import co_sign
from regions.needs.models import CoSign, Need, SharedNeed, co_signing
from tests import factories

from . import makers
from .desk import Desk, text_of

pytestmark = pytest.mark.django_db


def stored(shared: SharedNeed) -> SharedNeed:
    return SharedNeed.objects.get(pk=shared.pk)


def form_of(desk: Desk, shared: SharedNeed, **changes: object) -> dict:
    form = desk.ask(shared, "edit").context["form"]
    data = {name: form[name].value() for name in form.fields}
    return {name: value for name, value in (data | changes).items() if value is not None}


def test_words_are_changed_and_the_log_keeps_what_was(desk: Desk, place: Municipality) -> None:
    shared = makers.make_accepted(place, title="Før").shared_need
    topic = factories.make_term(Topic)
    data = form_of(desk, shared, title="Etter", est_seats=40, topics=[topic.pk])
    answer = desk.client.post(f"/admin/shared_need_desk/edit/{shared.pk}/", data)
    assert answer.status_code == 302
    changed = stored(shared)
    assert (changed.title, changed.est_seats, list(changed.topics.all())) == ("Etter", 40, [topic])
    entry = changed.log.get(action="change")
    assert entry.facts["changed"] == ["title", "est_seats", "topics"]
    assert entry.facts["before"] == {"est_seats": "", "topics": ""}
    assert entry.facts["after"]["est_seats"] == "40"
    assert entry.words == {"wording_before": {"title": "Før"}, "wording_after": {"title": "Etter"}}
    page = text_of(desk.read(changed))
    assert "title: Før" in page
    assert "title: Etter" in page


def test_a_late_change_is_refused_and_kept(desk: Desk, place: Municipality) -> None:
    shared = makers.make_accepted(place).shared_need
    data = form_of(desk, shared, title="For sent")
    desk.client.post(f"/admin/shared_need_desk/edit/{shared.pk}/", data | {"title": "Først"})
    answer = desk.client.post(f"/admin/shared_need_desk/edit/{shared.pk}/", data)
    assert answer.status_code == 200
    assert "Somebody else saved this" in text_of(answer)
    assert answer.context["form"]["title"].value() == "For sent"
    assert stored(shared).title == "Først"


def test_changed_words_give_nobody_away(desk: Desk, place: Municipality) -> None:
    shared = makers.make_accepted(place, title="Før").shared_need
    url = f"/admin/shared_need_desk/edit/{shared.pk}/"
    for name in ("title", "public_summary", "local_supplements"):
        answer = desk.client.post(url, form_of(desk, shared, **{name: "Ring 99 88 77 66"}))
        assert "“99 88 77 66”" in answer.context["form"].errors[name][0]
    assert stored(shared).title == "Før"
    saved = desk.client.post(url, form_of(desk, shared, title="Bruk av Visma Flyt"), follow=True)
    assert "“Visma Flyt” looks like a name." in text_of(saved)
    assert stored(shared).title == "Bruk av Visma Flyt"


def test_points_need_a_reference(desk: Desk, place: Municipality) -> None:
    shared = makers.make_accepted(place).shared_need
    data = form_of(desk, shared, statutory_points=4, statutory_reference="")
    answer = desk.client.post(f"/admin/shared_need_desk/edit/{shared.pk}/", data)
    assert "statutory_reference" in answer.context["form"].errors
    assert stored(shared).statutory_points == 0


def test_only_an_open_one_is_changed(desk: Desk, place: Municipality) -> None:
    first, second = (makers.make_accepted(place).shared_need for _ in range(2))
    data = form_of(desk, first, title="For sent")
    desk.take(first, "absorb", into=second.pk)
    assert desk.ask(first, "edit").status_code == 302
    late = desk.client.post(
        f"/admin/shared_need_desk/edit/{first.pk}/",
        data | {"expected_version": stored(first).version},
    )
    assert late.status_code == 200
    assert "no longer possible" in text_of(late)
    assert stored(first).title != "For sent"


def test_merging_leads_on_and_restoring_takes_apart(desk: Desk, place: Municipality) -> None:
    source_need, target_need = makers.make_accepted(place), makers.make_accepted(place)
    joined = makers.make_accepted(place, into=source_need.shared_need)
    source, target = stored(source_need.shared_need), target_need.shared_need
    assert desk.take(source, "absorb", into=target.pk).status_code == 302
    absorbed = stored(source)
    assert (absorbed.state, absorbed.merged_into) == ("absorbed", target)
    assert set(target.accepted_needs()) == {source_need, target_need, joined}
    assert f"Merged into {target.reference}" in text_of(desk.read(absorbed))
    assert source.reference in text_of(desk.read(target))
    assert desk.take(absorbed, "restore").status_code == 302
    assert set(source.accepted_needs()) == {source_need, joined}
    assert list(target.accepted_needs()) == [target_need]
    assert stored(source).state == "open"


def test_an_undone_merge_leaves_every_co_signature_where_it_was_given(
    desk: Desk, place: Municipality
) -> None:
    first, both, second, later = (factories.make_municipality(place.region) for _ in range(4))
    source, target = (makers.make_accepted(place).shared_need for _ in range(2))
    for shared, signing in ((source, first), (source, both), (target, both), (target, second)):
        co_sign(shared, signing, by=makers.contact_of(signing), headcount=signing.pk)
    desk.take(stored(source), "absorb", into=target.pk)
    assert set(co_signing(target)) == {first, both, second}
    # Said again of the merged one, it is the same co-signature.
    co_sign(target, first, by=makers.contact_of(first), headcount=7)
    co_sign(target, later, by=makers.contact_of(later))
    assert desk.take(stored(source), "restore").status_code == 302
    assert set(co_signing(source)) == {first, both}
    assert set(co_signing(target)) == {both, second, later}
    assert CoSign.objects.get(municipality=first).headcount == 7


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_merges_of_merges_are_undone_with_their_co_signatures(
    place: Municipality, order: tuple[int, int]
) -> None:
    by, signing = makers.coordinator_of(place.region), factories.make_municipality(place.region)
    first, second, third = (makers.make_accepted(place).shared_need for _ in range(3))
    for shared in (first, third):
        co_sign(shared, signing, by=makers.contact_of(signing))
    services.merge(first, second, by=by)
    services.merge(second, third, by=by)
    for number in order:
        services.restore(stored((first, second)[number]), by=by)
    assert [list(co_signing(each)) for each in (first, second, third)] == [
        [signing],
        [],
        [signing],
    ]


def test_a_need_that_is_moved_out_brings_back_what_its_shared_need_had(
    place: Municipality,
) -> None:
    by, signing = makers.coordinator_of(place.region), factories.make_municipality(place.region)
    need, other = makers.make_accepted(place), makers.make_accepted(place)
    source, target = need.shared_need, other.shared_need
    co_sign(source, signing, by=makers.contact_of(signing))
    services.merge(source, target, by=by)
    makers.NEED.apply(need, "move", by=by, into=None)
    assert (list(co_signing(source)), list(co_signing(target))) == ([signing], [])


def test_the_log_says_where_a_need_came_from_and_went(desk: Desk, place: Municipality) -> None:
    need, target = makers.make_accepted(place), makers.make_accepted(place).shared_need
    source = need.shared_need
    assert desk.take(need, "move", into=target.pk).status_code == 302
    entry = need.log.get(action="move")
    assert (entry.facts["from"], entry.facts["into"]) == (source.pk, target.pk)
    page = text_of(desk.read(need))
    assert f"From: {source.reference}" in page
    assert f"Into: {target.reference}" in page
    makers.NEED.apply(need, "move", by=makers.coordinator_of(place.region), into=None)
    services.merge(stored(source), target, by=makers.coordinator_of(place.region))
    assert need.log.last().facts["from"] == source.pk


def test_what_has_nothing_to_bring_back_stays_absorbed(desk: Desk, place: Municipality) -> None:
    need, target = makers.make_accepted(place), makers.make_accepted(place).shared_need
    source = need.shared_need
    desk.take(source, "absorb", into=target.pk)
    by = makers.coordinator_of(place.region)
    makers.NEED.apply(Need.objects.get(pk=need.pk), "reopen", by=by)
    answer = desk.take(stored(source), "restore")
    assert "None of its needs is in" in text_of(answer)
    assert stored(source).state == "absorbed"


def test_who_merges_what_has_changed_is_told(desk: Desk, place: Municipality) -> None:
    source, target = (makers.make_accepted(place).shared_need for _ in range(2))
    makers.make_accepted(place, into=source)
    answer = desk.take(source, "absorb", into=target.pk)
    assert answer.status_code == 409
    assert "Somebody has changed this since you opened it" in text_of(answer)
    assert stored(source).state == "open"


def test_a_foreign_or_closed_target_is_no_choice(desk: Desk, place: Municipality) -> None:
    source, gone, target = (makers.make_accepted(place).shared_need for _ in range(3))
    elsewhere = factories.make_municipality(factories.make_region(name="Annen", slug="annen"))
    foreign = makers.make_accepted(elsewhere).shared_need
    desk.take(stored(gone), "absorb", into=target.pk)
    for key in (foreign.pk, gone.pk, source.pk, 10**30, "x", ""):
        answer = desk.take(stored(source), "absorb", into=key)
        assert answer.status_code == 200
        assert "into" in answer.context["form"].errors
    assert stored(source).state == "open"


def test_who_stands_behind_it_is_told_apart(desk: Desk, place: Municipality) -> None:
    backed = makers.make_accepted(place, backed=True)
    shared = backed.shared_need
    unconfirmed, signing = (factories.make_municipality(place.region) for _ in range(2))
    makers.make_accepted(unconfirmed, into=shared)
    CoSign.objects.create(shared_need=shared, municipality=signing)
    context = desk.read(shared).context
    assert set(context["co_signing"]) == {place, signing}
    assert context["unconfirmed"] == [unconfirmed]


def test_an_editor_reads_shared_needs_and_changes_nothing(place: Municipality) -> None:
    need = makers.make_accepted(place, email="hemmelig@samkurs.example")
    shared = need.shared_need
    editor = Desk(factories.make_member(place.region, Role.EDITOR))
    page = editor.read(shared)
    assert page.status_code == 200
    assert page.context["steps"] == []
    assert f"/need_desk/inspect/{need.pk}/" not in text_of(page)
    assert "hemmelig@" not in text_of(page)
    for answer in (
        editor.ask(shared, "edit"),
        editor.take(shared, "absorb", into=shared.pk),
        editor.client.post(f"/admin/shared_need_desk/edit/{shared.pk}/", {"title": "Nytt"}),
    ):
        assert answer.status_code in {302, 404}
        assert answer.headers.get("Location", "/admin/") == "/admin/"
    assert stored(shared).title == shared.title


@pytest.mark.both
def test_the_list_is_filtered_searched_and_exported(desk: Desk, place: Municipality) -> None:
    first = makers.make_accepted(place, title="Medisinrutine").shared_need
    second = makers.make_accepted(place, title="Byggesak").shared_need
    base = "/admin/shared_need_desk/"

    def rows(**query: object) -> set[SharedNeed]:
        return set(desk.client.get(base, query).context["object_list"])

    assert rows() == {first, second}
    assert rows(q="byggesak") == {second}
    desk.take(first, "absorb", into=second.pk)
    assert rows() == {second}
    assert rows(state="absorbed") == {first}
    table = b"".join(desk.client.get(base, {"export": "csv"})).decode()
    assert second.reference in table
    assert "leder@samkurs.example" not in table
    assert desk.client.get(base, {"export": "xlsx"}).status_code == 200
    assert desk.queue(show="all", export="xlsx").status_code == 200


def test_files_tell_times_by_the_regions_clock(desk: Desk, place: Municipality) -> None:
    shared = makers.make_accepted(place).shared_need
    at = datetime(2026, 7, 1, 22, 30, tzinfo=UTC)
    SharedNeed.objects.filter(pk=shared.pk).update(created_at=at)
    Need.objects.update(submitted_at=at)
    for url in ("/admin/shared_need_desk/", "/admin/need_desk/?show=all"):
        joint = "&" if "?" in url else "?"
        table = b"".join(desk.client.get(f"{url}{joint}export=csv")).decode()
        assert "2026-07-02 00:30:00" in table
        assert "+00:00" not in table
