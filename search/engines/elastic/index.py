"""The indexes on the server: how they are made, filled beside the live one, and take its place.

Readers ask an alias. A rebuild fills an index under a second alias; whoever writes meanwhile
writes to both, so nothing changed on the way is lost. Every write carries the number of the change
it stems from as its version: what comes late is refused by the server and does no harm.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http import HTTPStatus
from secrets import token_hex
from typing import NamedTuple

from django.conf import settings
from elasticsearch import ApiError, Elasticsearch, NotFoundError

from . import mapping

#: Documents of one request for digests.
PAGE = 5_000
#: A reader of digests that is not asked for so long is forgotten by the server.
KEEP = "1m"
#: How long the server knows of a page that was deleted, and so refuses what comes late: longer than
#: anything can be on its way. Usually it forgets after a minute.
DELETED_KNOWN = "1h"
#: How long an index that nobody asks is left alone.
YOUNG = timedelta(hours=1)
_MOMENT = "%Y%m%d%H%M%S"


class TakenOverError(Exception):
    """Another rebuild has begun meanwhile."""


def alias() -> str:
    """Return the name that readers ask."""
    return f"{settings.ELASTICSEARCH['prefix']}-courses-{mapping.version()}"


def building() -> str:
    """Return the name under which the next index is filled."""
    return f"{alias()}-next"


class Refusal(NamedTuple):
    """What the server said against a document: a status, and the names of its errors."""

    status: int
    error: str

    @property
    def is_for_good(self) -> bool:
        """Whether the document is at fault: sent once more, it would be refused once more."""
        return self.status in AT_FAULT


@dataclass
class Written:
    """What became of a bulk: pages that are done, and for the others what the server said."""

    done: set[int] = field(default_factory=set)
    refused: dict[int, Refusal] = field(default_factory=dict)

    @property
    def for_good(self) -> dict[int, str]:
        """The pages whose documents are at fault, with the error."""
        return {page: said.error for page, said in self.refused.items() if said.is_for_good}

    @property
    def no_index(self) -> bool:
        """Whether there was nothing to write to."""
        return NO_INDEX in self.refused.values()

    @property
    def kinds(self) -> str:
        """What was said, each once."""
        return ", ".join(sorted({said.error for said in self.refused.values()}))


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
    # A deletion makes an index where there is none, whatever one says: it has to name a real one.
    real = held(client) if None in documents.values() else {}
    lines: list[dict] = []
    places: list[tuple[int, str]] = []
    errors: list[tuple[int, str, Refusal]] = []
    for page, source in documents.items():
        for name in names:
            head = {"_id": str(page), "version": versions[page], "version_type": "external_gte"}
            if source is not None:
                lines += [{"index": {**head, "_index": name, "require_alias": True}}, source]
                places.append((page, name))
            elif name in real:
                lines.append({"delete": {**head, "_index": real[name]}})
                places.append((page, name))
            else:
                errors.append((page, name, NO_INDEX))
    if lines:
        items = client.bulk(operations=lines, refresh=refresh, filter_path=_TOLD)["items"]
        said = zip(places, map(_error, items), strict=True)
        errors += [(*place, error) for place, error in said if error]
    refused: dict[int, Refusal] = {}
    for page, name, error in errors:
        if error == NO_INDEX and name != names[0]:
            continue  # usually there is no next index
        if page not in refused or refused[page].is_for_good:
            refused[page] = error  # what a moment may mend counts before what it does not
    return Written(set(documents) - refused.keys(), refused)


#: Names of errors only: what they say at length may hold what the document says.
_TOLD = "items.*.status,items.*.error.type,items.*.error.caused_by.type"
#: Said of a page that is gone already, and of a write that comes after a newer one.
_HARMLESS = {HTTPStatus.NOT_FOUND, HTTPStatus.CONFLICT}
#: Said of a document that does not fit; all else is of the server, the index or the key.
AT_FAULT = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
}
NO_INDEX = Refusal(HTTPStatus.NOT_FOUND, "index_not_found_exception")


def _error(item: Mapping) -> Refusal | None:
    """Return what the server said against one operation, None if it is done."""
    (said,) = item.values()
    told = said.get("error", {})
    names = (told.get("type"), told.get("caused_by", {}).get("type"))
    error = Refusal(said["status"], ": ".join(filter(None, names)) or str(said["status"]))
    if error.status < HTTPStatus.MULTIPLE_CHOICES:
        return None
    return None if error.status in _HARMLESS and error != NO_INDEX else error


def held(client: Elasticsearch) -> dict[str, str]:
    """Return the index behind each of our two aliases that there is."""
    return {
        name: each
        for each, found in client.indices.get_alias(index=f"{alias()}*").items()
        for name in found["aliases"]
    }


def create(client: Elasticsearch) -> str:
    """Make an empty index and give it the name of the next one; what had it goes. Return it.

    Raises ``TakenOverError`` if another one has got the name meanwhile.
    """
    server = settings.ELASTICSEARCH
    name = f"{alias()}-{datetime.now(UTC):{_MOMENT}}-{token_hex(3)}"
    left = holders(client, building())
    if not left:
        _drop(client, [building()])  # what bears the name itself is none of ours
    client.indices.create(
        index=name,
        mappings=mapping.fields(),
        settings={
            "number_of_shards": server["shards"],
            "number_of_replicas": server["replicas"],
            "refresh_interval": server["refresh"],
            "gc_deletes": DELETED_KNOWN,
        },
    )
    # One that was put in place meanwhile is nobody's to take away.
    moved = [{"remove": {"index": old, "alias": building(), "must_exist": True}} for old in left]
    own = {"add": {"index": name, "alias": building(), "is_write_index": True}}
    try:
        client.indices.update_aliases(actions=[*moved, own])
    except ApiError as error:
        if holders(client, building()) == left:
            raise
        # The name was given away, or who came first has taken this index for a left one.
        _drop(client, [name])
        raise TakenOverError from error
    _drop(client, left)
    return name


def put_in_place(client: Elasticsearch, name: str) -> None:
    """Let readers ask a filled index, in one step; those it replaces go.

    Raises ``TakenOverError`` if another rebuild has taken it away meanwhile.
    """
    try:
        _put_in_place(client, name)
    except NotFoundError as error:
        raise TakenOverError from error


def _put_in_place(client: Elasticsearch, name: str) -> None:
    client.indices.refresh(index=name)
    live = holders(client, alias())
    old = [each for each in live if each != name]
    squatter = not live and client.indices.exists(index=alias())
    client.indices.update_aliases(
        actions=[
            *([{"remove_index": {"index": alias()}}] if squatter else []),
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
    """Return indexes of ours that nobody asks any more: of older forms, of rebuilds given up.

    None that is young: another rebuild may have made it and be about to name it.
    """
    prefix = f"{settings.ELASTICSEARCH['prefix']}-courses-"
    ours = re.compile(rf"{re.escape(prefix)}[0-9a-f]{{8}}-(\d{{14}})-[0-9a-f]{{6}}")
    found = client.indices.get_alias(index=f"{prefix}*")
    names, before = {alias(), building()}, f"{datetime.now(UTC) - YOUNG:{_MOMENT}}"
    return sorted(
        index
        for index, held in found.items()
        if (made := ours.fullmatch(index))
        and made[1] < before
        and not names & held["aliases"].keys()
    )


def _drop(client: Elasticsearch, names: Iterable[str]) -> None:
    for name in names:
        client.indices.delete(index=name, ignore_unavailable=True)


def is_right(client: Elasticsearch) -> bool:
    """Whether readers have an index, one, and it has the form that we write."""
    found = holders(client, alias())
    if len(found) != 1:
        return False
    live = client.indices.get_mapping(index=found[0])[found[0]]["mappings"]
    return dict(_types(live)) == dict(_types(mapping.fields()))


def _types(properties: Mapping, path: str = "") -> Iterator[tuple[str, str]]:
    """Yield the fields of a mapping with their types; servers write the rest as they like."""
    for name, each in properties.get("properties", {}).items():
        yield f"{path}{name}", each.get("type", "object")
        yield from _types(each, f"{path}{name}.")


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


def hold_still(client: Elasticsearch, name: str) -> str:
    """Return the key by which an index is read as it is now, page after page."""
    client.indices.refresh(index=name)
    return client.open_point_in_time(index=name, keep_alive=KEEP)["id"]


def digests(client: Elasticsearch, still: str, after: int) -> dict[int, int]:
    """Return the digests of the next documents after a page, by page; none: that is all."""
    answer = client.search(
        size=PAGE,
        pit={"id": still, "keep_alive": KEEP},
        sort=[{"page": "asc"}],
        source=False,
        docvalue_fields=["page", "digest"],
        track_total_hits=False,
        search_after=[after],
    )
    fields = [hit["fields"] for hit in answer["hits"]["hits"]]
    return {each["page"][0]: each["digest"][0] for each in fields}


def let_go(client: Elasticsearch, still: str) -> None:
    """Let the server forget a key."""
    client.close_point_in_time(id=still)
