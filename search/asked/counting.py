"""Counting a search: after the page is sent, with nothing that says who searched."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

from django.conf import settings
from django.core.cache import cache
from django.db import Error, IntegrityError, transaction
from django.db.models import F
from django.http import HttpRequest, QueryDict
from django.utils import timezone
from django.utils.crypto import salted_hmac

from regions.account import network_address
from regions.needs.personal_data import traces_in

from ..analysis import words_of
from ..models import AskedFor
from ..query import Choices, CourseQuery, FacetKey
from .models import MOST_CHARACTERS, MOST_WORDS

logger = logging.getLogger(__name__)

#: Seconds within which the same words from one network are one search.
HOUR = 3600
#: Rows of a week that are kept: those asked for most often. More come from machines.
MOST_OF_A_WEEK = 10_000
#: Digits that make a telephone or an identity number, however they are parted.
_DIGITS = re.compile(r"(?:\d[\s().+-]*){8,}")
_MACHINE = re.compile(r"bot|crawl|spider|slurp|curl|wget|python|headless|monitor", re.IGNORECASE)
_SLUG = re.compile(r"[-\w]{0,120}")


@dataclass(frozen=True)
class Search:
    """A search as it is counted."""

    text: str
    language: str
    region: str = ""
    area: str = ""

    def key(self, day: date) -> dict[str, object]:
        """Return the fields of its row in the week of ``day``."""
        return {"week": monday(day), **self.__dict__}

    def sent_back(self) -> str:
        """Return what a page sends when one of its courses is opened."""
        return urlencode({name: value for name, value in self.__dict__.items() if value})


@dataclass(frozen=True)
class Asked:
    """What a request searched for, and whether there was any course."""

    search: Search
    found: bool


def monday(day: date) -> date:
    """Return the first day of the week of ``day``."""
    return day - timedelta(days=day.weekday())


def normal_text(text: str) -> str:
    """Return a search as it is kept; nothing if it may not be kept.

    What looks like an address, a number or a tale of somebody is not: nobody reads it here.
    """
    words = words_of(text)
    kept = " ".join(words)
    if not words or len(words) > MOST_WORDS or max(len(text.strip()), len(kept)) > MOST_CHARACTERS:
        return ""
    # Behind a word: at the beginning of a sentence any word may look like a name, here only names.
    private = traces_in({"text": f"x {text}"}) or "@" in text or _DIGITS.search(text)
    return "" if private else kept


def search_of(query: CourseQuery) -> Search | None:
    """Return what a query searches for; None if it may not be counted."""
    text = normal_text(query.text)
    if not text:
        return None
    region = _only(query.scope, FacetKey.REGION)
    area = _only(query.scope, FacetKey.AREA) or _only(query.choices, FacetKey.AREA)
    return Search(text, query.language, region, area)


def _only(choices: Choices, key: FacetKey) -> str:
    """Return the one value of a facet, nothing if there are none or several."""
    values = choices.get(key, ())
    return next(iter(values)) if len(values) == 1 else ""


def note_search(request: HttpRequest, query: CourseQuery, total: int) -> Search | None:
    """Let a request be counted when it is answered; return what for.

    A search is the first page of new words. Other filters, another order or the next page for the
    same words are no search, nor is what machines ask.
    """
    search = search_of(query)
    if search is None:
        return None
    new = query.page == 1 and _is_reader(request) and not _asked_before(request, search.text)
    if new and _is_first(request, search.text):
        request.samkurs_asked = Asked(search, found=total > 0 or _is_narrowed(query))
    return search


def _is_narrowed(query: CourseQuery) -> bool:
    """Return whether the reader's own filters may be why there is no course."""
    return bool(query.choices.keys() - {FacetKey.AREA}) or any(query.days)


def _is_reader(request: HttpRequest) -> bool:
    agent = request.headers.get("User-Agent", "")
    fetched_ahead = "prefetch" in request.headers.get("Sec-Purpose", "")
    return request.method == "GET" and not fetched_ahead and not _MACHINE.search(agent)


def _asked_before(request: HttpRequest, text: str) -> bool:
    """Return whether the page that the reader comes from had the same words."""
    htmx = getattr(request, "htmx", None)
    before = request.headers.get("HX-Current-URL" if htmx else "Referer", "")
    try:
        parts = urlsplit(before)
        if parts.netloc != request.get_host():
            return False
        words = parse_qs(parts.query, max_num_fields=100).get("q", [""])[0]
    except ValueError:
        return False
    return normal_text(words) == text


def _is_first(request: HttpRequest, text: str) -> bool:
    """Return whether nobody of the same network has searched for the same within the hour.

    Who reloads a page, or searches again, is one reader. What is remembered for that hour is a sum
    that tells neither the network nor the words.
    """
    asked = salted_hmac("samkurs.asked", f"{network_address(request)} {text}").hexdigest()
    return cache.add(f"samkurs.asked.{asked}", 1, HOUR)


def count(asked: Asked) -> None:
    """Count a search, by one statement. Whatever goes wrong is logged, and nobody's concern."""
    try:
        _count(asked)
    except Error as error:
        _log("a search was not counted", error)


def _count(asked: Asked) -> None:
    key = asked.search.key(timezone.localdate())
    one_more = {"total": F("total") + 1}
    if not asked.found:
        one_more["without_hits"] = F("without_hits") + 1
    rows = AskedFor.objects.filter(**key)
    if rows.update(**one_more):
        return
    try:
        with transaction.atomic():
            AskedFor.objects.create(**key, total=1, without_hits=int(not asked.found))
    except IntegrityError:  # another worker was faster
        rows.update(**one_more)


def read_click(data: QueryDict, language: str) -> Search | None:
    """Return the search of which a page says that a course was opened; None if it is none."""
    text = data.get("text", "")
    region, area = data.get("region", ""), data.get("area", "")
    if normal_text(text) != text or not text:
        return None
    if not (_SLUG.fullmatch(region) and _SLUG.fullmatch(area)):
        return None
    return Search(text, language, region, area)


def count_click(search: Search) -> None:
    """Count that a course was opened, of a search of this week, at most once each.

    On Monday of the last week too: from Tuesday on its numbers lie fast (``gaps``).
    """
    today = timezone.localdate()
    days = [today] if today.weekday() else [today, today - timedelta(days=7)]
    try:
        for day in days:
            rows = AskedFor.objects.filter(**search.key(day), with_clicks__lt=F("total"))
            if rows.update(with_clicks=F("with_clicks") + 1):
                return
    except Error as error:
        _log("an opened course was not counted", error)


def _log(what: str, error: Error) -> None:
    """Log a failure by its class alone: databases quote the row, and so what was searched for."""
    logger.warning("%s: %s", what, type(error).__name__)


def forget_old() -> None:
    """Delete the weeks that are older than ``SEARCHES_KEPT_WEEKS``, and rows beyond the limit."""
    first = monday(timezone.localdate()) - timedelta(weeks=settings.SEARCHES_KEPT_WEEKS)
    AskedFor.objects.filter(week__lt=first).delete()
    for week in AskedFor.objects.order_by().values_list("week", flat=True).distinct():
        rows = AskedFor.objects.filter(week=week)
        beyond = rows.order_by("-total", "pk").values_list("pk", flat=True)[MOST_OF_A_WEEK:]
        keys = list(beyond)
        for start in range(0, len(keys), 500):
            AskedFor.objects.filter(pk__in=keys[start : start + 500]).delete()


#: Run by the clock.
JOBS = [("old searches", forget_old)]
