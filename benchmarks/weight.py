"""What a browser fetches for a page, and what it weighs. No network: files are read."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

#: What a server compresses as it goes out; fonts and photographs are compressed already.
TEXT = (".css", ".js", ".svg", ".webmanifest")
#: Level of gzip: what servers use unless told otherwise.
LEVEL = 6
#: Relations of `<link>` that a browser fetches to show the page.
FETCHED = frozenset({"stylesheet", "icon", "preload", "manifest", "modulepreload"})
_CSS_URL = re.compile(r"""url\(\s*["']?([^"')]+)["']?\s*\)""")


@dataclass
class Links(HTMLParser):
    """The addresses that a page makes a browser fetch: files of ours, and photographs."""

    files: set[str] = field(default_factory=set)
    photographs: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the tag fetches. Of a picture's sources a browser takes one."""
        values = {name: value or "" for name, value in attrs}
        if tag == "link" and FETCHED & set(values.get("rel", "").split()):
            self.files.add(values["href"])
        elif tag == "script" and values.get("src"):
            self.files.add(values["src"])
        elif tag == "img" and values.get("src"):
            source = values["src"]
            if source.endswith(TEXT):
                self.files.add(source)
            else:
                self.photographs.append(source)


def packed(content: bytes) -> int:
    """Return the bytes of ``content`` as gzip sends them."""
    return len(gzip.compress(content, LEVEL))


def links_of(html: str) -> Links:
    """Return what ``html`` makes a browser fetch."""
    links = Links()
    links.feed(html)
    return links


def fetched_by_css(address: str, css: str) -> set[str]:
    """Return the addresses that the stylesheet at ``address`` fetches."""
    found = (urljoin(address, url) for url in _CSS_URL.findall(css) if not url.startswith("data:"))
    return {urlsplit(url).path for url in found}
