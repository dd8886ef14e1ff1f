"""Where a page that is not in the page tree stands: what its header and crumbs go by.

The view says it with ``stand``; the catalogue, which knows the tree, reads it off the request.
"""

from dataclasses import dataclass

from django.http import HttpRequest


@dataclass(frozen=True)
class Standing:
    """The region that a page is about, if it is about one, and the pages between that and itself.

    ``section`` is the part of the region's menu that the page belongs to, empty for none.
    """

    region_id: int | None
    crumbs: tuple[tuple[str, str], ...] = ()
    section: str = ""


def stand(
    request: HttpRequest, region_id: int | None, *crumbs: tuple[str, str], section: str = ""
) -> None:
    """Say where the page of this request stands; each crumb is a title and an address.

    The page's address is the same in every language, up to the language itself.
    """
    request.samkurs_standing = Standing(region_id, crumbs, section)
    request.samkurs_translated = True
