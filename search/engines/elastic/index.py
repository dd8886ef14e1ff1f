"""The indexes on the server: how they are made, filled beside the live one, and take its place.

Readers ask an alias. A rebuild fills an index under a second alias; whoever writes meanwhile
writes to both, so nothing changed on the way is lost. Every write carries the number of the change
it stems from as its version: what comes late is refused by the server and does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http import HTTPStatus
from secrets import token_hex

from django.conf import settings
from elasticsearch import Elasticsearch, NotFoundError

from . import mapping

#: Documents of one request for digests.
PAGE = 5_000
#: A reader of digests that is not asked for so long is forgotten by the server.
KEEP = "1m"


def alias() -> str:
    """Return the name that readers ask."""
    return f"{settings.ELASTICSEARCH['prefix']}-courses-{mapping.version()}"


def building() -> str:
    """Return the name under which the next index is filled."""
    return f"{alias()}-next"


@dataclass
class Written:
    """What became of a bulk: pages that are done, and for the others what the server said."""

    done: set[int] = field(default_factory=set)
    refused: dict[int, str] = field(default_factory=dict)


def write(
    client: Elasticsearch,
    documents: Mapping[int, dict | None],
    versions: Mapping[int, int],
    *,
    names: Sequence[str] = (),
    refresh: bool = True,
) -> Written:
    """Write documents by page, None where a page is gone, to the live index and the next one.

    Without a rebuild there is no next one, and what is for it is refused: that is as it should be.
    """
    names = names or (alias(), building())
    operations: list[dict] = []
    for page, source in documents.items():
        for name in names:
            head = {
                "_index": name,
                "_id": str(page),
                "version": versions[page],
                "version_type": "external_gte",
                "require_alias": True,
            }
            operations.append({"delete" if source is None else "index": head})
            if source is not None:
                operations.append(source)
    if not operations:
        return Written()
    answer = client.bulk(operations=operations, refresh=refresh, filter_path=_TOLD)
    return _written(answer["items"], list(documents), names)


_TOLD = "items.*.status,items.*.error.type"
#: Said of a page that is gone already, and of a write that comes after a newer one.
_HARMLESS = {HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT}
NO_INDEX = "index_not_found_exception"


def _written(items: Sequence[dict], pages: Sequence[int], names: Sequence[str]) -> Written:
    """Read what became of each page under the first of the names; the next one may be missing."""
    if len(items) != len(pages) * len(names):
        raise ValueError("an answer to something else")
    written = Written()
    for number, item in enumerate(items):
        page, name = pages[number // len(names)], names[number % len(names)]
        (said,) = item.values()
        error = said.get("error", {}).get("type", "")
        gone = error == NO_INDEX
        fine = said["status"] < HTTPStatus.MULTIPLE_CHOICES or (
            said["status"] in _HARMLESS and not gone
        )
        if fine or (gone and name == building() and len(names) > 1):
            written.done.add(page)
        else:
            written.refused[page] = error or str(said["status"])
    written.done -= written.refused.keys()
    return written


def create(client: Elasticsearch) -> str:
    """Make an empty index and give it the name of the next one; what had it goes. Return it."""
    server = settings.ELASTICSEARCH
    name = f"{alias()}-{datetime.now(UTC):%Y%m%d%H%M%S}-{token_hex(3)}"
    left = holders(client, building())
    client.indices.create(
        index=name,
        mappings=mapping.fields(),
        settings={
            "number_of_shards": server["shards"],
            "number_of_replicas": server["replicas"],
            "refresh_interval": server["refresh"],
        },
    )
    moved = [{"remove": {"index": old, "alias": building()}} for old in left]
    client.indices.update_aliases(
        actions=[*moved, {"add": {"index": name, "alias": building(), "is_write_index": True}}]
    )
    _drop(client, left)
    return name


def put_in_place(client: Elasticsearch, name: str) -> None:
    """Let readers ask a filled index, in one step; those it replaces go.

    Raises ``NotFoundError`` if another rebuild has taken it away meanwhile.
    """
    client.indices.refresh(index=name)
    old = [each for each in holders(client, alias()) if each != name]
    client.indices.update_aliases(
        actions=[
            {"remove": {"index": name, "alias": building(), "must_exist": True}},
            {"add": {"index": name, "alias": alias(), "is_write_index": True}},
            *({"remove": {"index": each, "alias": alias()}} for each in old),
        ]
    )
    _drop(client, old)
    _drop(client, leftovers(client))


def holders(client: Elasticsearch, name: str) -> list[str]:
    """Return the indexes that bear an alias."""
    try:
        return sorted(client.indices.get_alias(name=name))
    except NotFoundError:
        return []


def leftovers(client: Elasticsearch) -> list[str]:
    """Return indexes of ours that nobody asks any more: of older forms, of rebuilds given up."""
    prefix = f"{settings.ELASTICSEARCH['prefix']}-courses-"
    ours = re.compile(rf"{re.escape(prefix)}[0-9a-f]{{8}}-\d{{14}}-[0-9a-f]{{6}}")
    found = client.indices.get_alias(index=f"{prefix}*")
    names = {alias(), building()}
    return sorted(
        index
        for index, held in found.items()
        if ours.fullmatch(index) and not names & held["aliases"].keys()
    )


def _drop(client: Elasticsearch, names: Iterable[str]) -> None:
    for name in names:
        client.indices.delete(index=name, ignore_unavailable=True)


def is_right(client: Elasticsearch) -> bool:
    """Whether readers have an index, one, and it has the form that we write."""
    held = holders(client, alias())
    if len(held) != 1:
        return False
    return client.indices.get_mapping(index=held[0])[held[0]]["mappings"] == mapping.fields()


def state(client: Elasticsearch) -> tuple[str, int | None]:
    """Return the colour of the cluster, and how many courses readers can find: None, no index."""
    colour = client.cluster.health(filter_path="status")["status"]
    try:
        return colour, client.count(index=alias())["count"]
    except NotFoundError:
        return colour, None


@dataclass(frozen=True)
class Fingerprint:
    """How many documents there are, and the sum of their checks: equal sums, equal indexes."""

    count: int
    total: int


def fingerprint(client: Elasticsearch) -> Fingerprint:
    """Return the fingerprint of the live index. One request."""
    answer = client.search(
        index=alias(),
        size=0,
        track_total_hits=True,
        aggs={"total": {"sum": {"field": "check"}}},
        request_cache=False,
    )
    return Fingerprint(
        answer["hits"]["total"]["value"], round(answer["aggregations"]["total"]["value"])
    )


def digests(client: Elasticsearch, name: str) -> Iterator[tuple[int, int]]:
    """Yield page and digest of every document of an index, as it is now."""
    client.indices.refresh(index=name)
    pit = client.open_point_in_time(index=name, keep_alive=KEEP)["id"]
    after = None
    try:
        while True:
            answer = client.search(
                size=PAGE,
                pit={"id": pit, "keep_alive": KEEP},
                sort=[{"page": "asc"}],
                source=False,
                docvalue_fields=["page", "digest"],
                track_total_hits=False,
                **({"search_after": after} if after else {}),
            )
            found = answer["hits"]["hits"]
            for hit in found:
                yield hit["fields"]["page"][0], hit["fields"]["digest"][0]
            if len(found) < PAGE:
                return
            after = found[-1]["sort"]
    finally:
        client.close_point_in_time(id=pit)
