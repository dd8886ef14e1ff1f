"""Public pages of results: how a region prioritises, and each published round.

Everything is shown from the sealed snapshot. A round that is not published does not exist, for
coordinators either.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.http import content_disposition_header, quote_etag
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from regions.models import Region
from regions.needs.answers import Answer, answers_of_many
from regions.place import stand

from . import result_words as words
from .counting.values import STANDARD_CRITERIA
from .models import RoundItem, RoundResult, RoundState
from .result_csv import result_csv as csv_of
from .result_page import result_page
from .snapshot import parse

#: A published result is never changed; the state of its round can be.
PUBLISHED = (RoundState.PUBLISHED, RoundState.ARCHIVED)


def _sealed(region: str, slug: str) -> RoundResult:
    """Return the sealed result of a published round. Raises ``Http404``."""
    found = RoundResult.objects.filter(
        region__slug=region, round__slug=slug, round__state__in=PUBLISHED
    )
    sealed = found.select_related("region").first()
    if sealed is None:
        raise Http404
    return sealed


@require_safe
def method(request: HttpRequest, region: str) -> HttpResponse:
    """Show how a region prioritises, and its published rounds."""
    place = get_object_or_404(Region, slug=region)
    stand(request, place.pk, section="rounds")
    sealed = list(
        RoundResult.objects.filter(region=place, round__state__in=PUBLISHED)
        .select_related("round")
        .defer("snapshot")
        .order_by("-number")
    )
    standard = STANDARD_CRITERIA
    latest = sealed[0].round if sealed else None
    member = [(each.code, each.weight) for each in standard.member]
    statutory, reach = standard.statutory, standard.reach
    if latest:
        member = list(latest.member_weights.items())
        statutory, reach = latest.weight_statutory, latest.weight_reach
    most = sum(weight for _code, weight in member)
    context = {
        "region": place,
        "lang": place.foreign_language,
        "rounds": [each.round for each in sealed],
        "criteria": words.criteria(member, statutory, reach),
        "tie_rules": words.tie_rules(most),
        "steps": _steps(place),
        "url": request.path,
    }
    return render(request, "rounds/method.html", context)


def _steps(region: Region) -> list[dict[str, str]]:
    """Return the way of a round, in the order in which it is gone."""
    return [
        {
            "title": _("Needs are collected"),
            "text": _(
                "Anyone can report one. It counts for a municipality once its contact says so."
            ),
        },
        {
            "title": _("Needs that are alike become one"),
            "text": _("The coordinator merges them and writes a neutral summary of each."),
        },
        {
            "title": _("The list is frozen"),
            "text": _("Needs, questions and weights stay as they are from then on."),
        },
        {
            "title": _("Every seat grades alone"),
            "text": _(
                "Each municipality has one ballot, whatever its size, and so has each employees' "
                "organisation. Nobody sees another's grades before the close."
            ),
        },
        {
            "title": _("The score is counted"),
            "text": _(
                "As in ski jumping the best and the worst judge are struck. The mean of the rest "
                "and the secretariat's points make the score."
            ),
        },
        {
            "title": _("The forum decides"),
            "text": _(
                "It may depart from the order, by a vote and with a reason that is published. At "
                "least %(num)d of %(den)d of the municipalities must have graded."
            )
            % {"num": region.quorum_num, "den": region.quorum_den},
        },
        {
            "title": _("The result is published"),
            "text": _("With every vote, without names, so that anyone can count it again."),
        },
    ]


@require_safe
def result(request: HttpRequest, region: str, slug: str) -> HttpResponse:
    """Show the result of a published round."""
    sealed = _sealed(region, slug)
    before = RoundResult.objects.filter(region=sealed.region_id, number=sealed.number - 1).first()
    crumb = (_("How we prioritise"), reverse("rounds:method", args=[region]))
    stand(request, sealed.region_id, crumb, section="rounds")
    page = result_page(
        sealed,
        parse(sealed.snapshot),
        answers=_answers(sealed),
        before=parse(before.snapshot) if before else None,
    )
    context = {
        "page": page,
        "region": sealed.region,
        "url": request.path,
        "json_url": reverse("rounds:result_json", args=[region, slug]),
        "csv_url": reverse("rounds:result_csv", args=[region, slug]),
    }
    return render(request, "rounds/result.html", context)


def _answers(sealed: RoundResult) -> Mapping[str, list[Answer]]:
    """Return the courses that answer the round's needs, by the reference of the need."""
    rows = RoundItem.objects.filter(round=sealed.round_id)
    references = dict(rows.values_list("shared_need", "facts__reference"))
    return {references[key]: found for key, found in answers_of_many(references).items()}


@require_safe
def result_json(request: HttpRequest, region: str, slug: str) -> HttpResponse:
    """Answer with the sealed text itself, letter by letter, so that its hash can be checked."""
    sealed = _sealed(region, slug)
    response = HttpResponse(sealed.snapshot, content_type="application/json; charset=utf-8")
    response["X-Samkurs-SHA256"] = sealed.sha256
    if sealed.previous_hash:
        response["X-Samkurs-Previous"] = sealed.previous_hash
    return _file(request, response, sealed.sha256, f"{region}-{slug}.json")


@require_safe
def result_csv(request: HttpRequest, region: str, slug: str) -> HttpResponse:
    """Answer with a table for a spreadsheet, in the reader's language."""
    sealed = _sealed(region, slug)
    data = csv_of(parse(sealed.snapshot), sealed.sha256)
    response = HttpResponse(data, content_type="text/csv; charset=utf-8")
    return _file(request, response, f"{sealed.sha256}-{get_language()}", f"{region}-{slug}.csv")


def _file(request: HttpRequest, response: HttpResponse, etag: str, name: str) -> HttpResponse:
    """Return a file to keep, or 304 to who has it already."""
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["ETag"] = quote_etag(etag)
    return get_conditional_response(request, etag=response["ETag"], response=response)
