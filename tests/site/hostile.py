"""Requests that nobody sends by accident, made from a seed: number 4711 is the same every time.

Addresses come from the resolver and from the links of the site itself, so that whatever is added
to either is asked as well.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from io import BytesIO
from urllib.parse import parse_qsl, quote, quote_from_bytes, urlsplit

from bs4 import BeautifulSoup
from django.conf import settings
from django.test import Client
from django.urls import URLResolver, get_resolver
from django.urls.resolvers import LocalePrefixPattern
from django.utils.regex_helper import normalize

from search.query import FacetKey

SEED = 4
LANGUAGES = [code for code, _name in settings.LANGUAGES]
METHODS = ("HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE")
ODD_METHODS = ("get", "BREW", "CONNECT", "X" * 500, "GE\xa0T", "")

#: Bytes that parsers, databases and templates stumble over.
NOISE = (
    *(b"", b" ", b"-1", b"0", b"9e99", b"1e400", b"NaN", b"inf", b"1_000", b"+1", b"0x10", b"1,5"),
    *(b"1" * 40, b"-" + b"9" * 30, str(2**63).encode(), "٣".encode(), "１２".encode(),),
    *("²".encode(),),
    *(b"'", b'"', b"`", b"\\", b"%", b"%%", b"%25", b"*", b"(", b"^a", b"&", b"#", b"?", b"/",
        b"//"),
    *(b"\x00", b"a\x00b", b"\x1f", b"\x7f", b"\n", b"\r\nSet-Cookie: a=b", b"\x1b[31m", b"\x85"),
    # Not UTF-8: a lone start, a lone end, overlong, surrogates, beyond the last, UTF-16, UTF-7.
    *(b"\xff\xfe", b"\xc3", b"\x80", b"\xc0\xaf", b"\xe0\x80\xaf", b"\xf0\x80\x80\xaf"),
    *(b"\xed\xa0\x80", b"\xed\xb0\x80", b"\xed\xa0\xbd\xed\xb8\x80", b"\xf4\x90\x80\x80"),
    *("kurs".encode("utf-16"), "kurs".encode("utf-32"), b"+ADw-script+AD4-",
        "ål".encode("latin-1")),
    *(text.encode() for text in ("\u202e", "\ufeff", "\u2028", "\ufffd", "\uffff", "İ", "ß", "ǅ")),
    *(b"x" * 10_240, b"a " * 5_000, b"%" * 3_000, "😀".encode() * 500, "x\u0301".encode() * 500),
    *(b"../" * 20 + b"etc/passwd", b"..", b".", b"%2e%2e%2f", b"C:\\nul", b"\\\\host\\share"),
    *(b"' OR 1=1 --", b"1); DROP TABLE x; --", b"{{ 7*7 }}", b"{% debug %}", b"%(x)s %s %n", b"$@"),
    *(b"<script>alert(1)</script>", b'"><script>alert(1)</script>', b"javascript:alert(1)"),
    *(b"[]", b"{}", b"null", b"true", b'{"a": [1]}', b"a[b]=c", b"a,b;c|d", b"//evil.example/"),
    # Signs of the two text searches.
    *(b'"a* NEAR(b c)"', b"a AND NOT (", b"col:a", b"a:* & !b | <->", b"a OR OR b", b"- + ~ < >"),
)  # fmt: skip

NAMES = ("q", "page", "sort", "next", "lang", "username", "password", "email", "x", "", "_method")
#: What a framework reads a list or a map into; ours reads a name.
NESTED = ("{}[]", "{}[0][y]", "{}[$ne]", "{}.x", "{}[", "{}[]]", "{}%5B%5D", " {}", "{}\x00", "{}=")
HEADERS = {
    "HTTP_HOST": ("evil.example", "", "a b", "localhost:x", "[::1", "testserver:99999", "é",
        "..", "%"),
    "HTTP_ACCEPT_LANGUAGE": (
        *("*", "nn", "nb;q=0", "sv;q=9e99", "en;q=-1", "xx-" * 300, ",,,;;;=", "zh-hant-tw", "q=1"),
        *("nb" + ",nb" * 2_000, "\xff", "a" * 9_000, "x\x00", "../../x", "nb_NO.UTF-8",
            "i-klingon"),
    ),
    "HTTP_ACCEPT": (
        *("*", "*/*;q=x", "text/html;level=é", "/", "a/b/c", ",", "text/calendar",
            "application/json"),
        *("x/" + "y" * 9_000, "text/html," * 900, "application/atom+xml", "\x00", "text/*;q=1e400"),
    ),
    "HTTP_COOKIE": (
        *("=;=;==", "sessionid", "sessionid=" + "x" * 4_000, 'csrftoken="', "sessionid=\x00",
            "é=é"),
        *("messages=W1td", "django_language=../x", "sessionid=' OR 1=1", "csrftoken=" + "a" * 64),
    ),
    "HTTP_REFERER": ("é", "http://[", "javascript:x", "x" * 9_000, "//", "http://testserver/\x00"),
    "HTTP_ORIGIN": ("null", "http://[", "é", "http://evil.example", "\x00"),
    "HTTP_RANGE": ("bytes=0-", "bytes=9-1", "bytes=-", "x", "bytes=0-1,2-3," * 900, "bytes=é"),
    "HTTP_IF_MODIFIED_SINCE": ("x", "Thu, 31 Feb 2099 25:61:61 GMT", "-1", "Mon, 01 Jan 0001"),
    "HTTP_IF_NONE_MATCH": ("*", '"', 'W/"x', "é", '"x",' * 900),
    "HTTP_X_FORWARDED_FOR": ("'", "x" * 9_000, ",,,,", "1.2.3.4, é", "::ffff:1.2.3.4", "\x00"),
    "HTTP_X_FORWARDED_HOST": ("evil.example", "", "\x00"),
    "HTTP_X_FORWARDED_PROTO": ("https", "x", "é"),
    "HTTP_X_HTTP_METHOD_OVERRIDE": ("DELETE", "\x00"),
    "HTTP_X_REQUESTED_WITH": ("XMLHttpRequest", "é"),
    "HTTP_X_REQUEST_ID": ("x" * 9_000, "\x00", "é", "a b\tc", '"}'),
    "HTTP_HX_REQUEST": ("true", "false", "é", ""),
    "HTTP_HX_CURRENT_URL": ("http://[", "é", "javascript:x"),
    "HTTP_HX_TARGET": ("é", "<script>", "\x00"),
    "HTTP_TRANSFER_ENCODING": ("chunked", "x"),
    "HTTP_CONTENT_ENCODING": ("gzip", "x"),
    "HTTP_EXPECT": ("100-continue", "x"),
    "HTTP_UPGRADE": ("websocket", "h2c"),
    # What is no number never gets past a server: test_hostile_server.py asks one.
    "CONTENT_LENGTH": ("", "9" * 30, "0", "7"),
    "REMOTE_ADDR": ("", "x", "::1", "fe80::1%eth0", "é"),
}  # fmt: skip
#: Every odd header has its turn, whatever the dice say: one in so many requests.
TURN = 37
TURNS = [(name, value) for name, values in HEADERS.items() for value in values]
#: What a form of ours would bring: without it, nothing that is sent by POST is read.
TOKEN = "4" * 32
FORM = "application/x-www-form-urlencoded"
CONTENT_TYPES = (
    *(FORM, FORM, FORM, "multipart/form-data; boundary=b", "multipart/form-data; boundary=b"),
    *("multipart/form-data", "multipart/form-data; boundary=" + "x" * 1_000, "application/json"),
    *("multipart/form-data; boundary=\xe9", "text/plain", "", ";;;", "é", "a/b;" * 900,
        "text/html; x"),
    *(f"{FORM}; charset={name}"
        for name in ("utf-8", "iso-8859-1", "utf-7", "utf-16", "idna", "hex")),
    *(f"{FORM}; charset={name}"
        for name in ("punycode", "x" * 900, "é", '"', "utf-8\x00", "undefined")),
    *(f"multipart/form-data; boundary=b; charset={name}"
        for name in ("utf-7", "utf_16_le", "base64")),
)  # fmt: skip


@dataclass(frozen=True)
class Request:
    """One request, in the bytes that a server would hand on."""

    number: int
    method: str
    path: bytes
    query: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""

    def environ(self) -> dict[str, object]:
        """Return what a WSGI server makes of it."""
        return {
            "REQUEST_METHOD": self.method,
            "SCRIPT_NAME": "",
            "PATH_INFO": self.path.decode("latin-1"),
            "QUERY_STRING": self.query.decode("latin-1"),
            "SERVER_NAME": "testserver",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "testserver",
            "CONTENT_LENGTH": str(len(self.body)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(self.body),
            "wsgi.errors": BytesIO(),
            "wsgi.multithread": True,
            "wsgi.multiprocess": True,
            "wsgi.run_once": False,
            **self.headers,
        }

    def __str__(self) -> str:
        """Return it in one line, long parts shortened."""
        address = _short(self.path) + (f"?{_short(self.query)}" if self.query else "")
        headers = {
            name: _short(value.encode("latin-1"))
            for name, value in self.headers.items()
            if TOKEN not in value
        }
        body = f" body {_short(self.body)}" if self.body else ""
        return f"#{self.number} {self.method[:12]!r} {address} {headers or ''}{body}"


def _short(data: bytes) -> str:
    text = repr(data)[2:-1]
    return text if len(text) <= 240 else f"{text[:240]}… ({len(data)} bytes)"


def public_routes() -> list[str]:
    """Return every address of the resolver outside the admin, with ``%(name)s`` for arguments."""
    admin = settings.ADMIN_PATH.lstrip("/")
    found = _routes(get_resolver(), "")
    return sorted({route for route in found if not route.startswith(admin)} | {admin})


def _routes(resolver: URLResolver, way: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern.pattern, LocalePrefixPattern):
            ways = [f"{code}/" for code in LANGUAGES]
        else:
            ways = [form for form, _names in normalize(pattern.pattern.regex.pattern)]
        for each in ways:
            if isinstance(pattern, URLResolver):
                yield from _routes(pattern, way + each)
            else:
                yield way + each


@dataclass
class Site:
    """What the site shows of itself: its addresses, and the fields that its pages send."""

    paths: list[str]
    fields: dict[str, list[str]]
    words: list[str]
    #: What arguments of these names should mostly be, to get past the door.
    arguments: dict[str, list[str]]

    @cached_property
    def routes(self) -> list[str]:
        """Return the routes; each says where arguments stand."""
        return public_routes()

    @cached_property
    def names(self) -> list[str]:
        """Return the names of what its pages send, and of what they do not."""
        return [*sorted({*self.fields, *FacetKey}), *NAMES]


#: Links that are followed: two steps from any front page, and no choice of filters on another.
STEPS = 3


def harvest(words: list[str], arguments: dict[str, list[str]] | None = None) -> Site:
    """Walk the site as a visitor and return its addresses and fields; ``words`` are slugs."""
    client = Client()
    seen: dict[str, None] = {}
    fields: dict[str, set[str]] = {}
    ahead = [f"/{code}/" for code in LANGUAGES]
    for _step in range(STEPS):
        found: dict[str, None] = {}
        for path in ahead:
            seen[path] = None
            response = client.get(path)
            content = response.getvalue()  # read to its end, a file is closed
            if not response.headers.get("Content-Type", "").startswith("text/html"):
                continue
            found |= dict.fromkeys(_links(content, path, fields))
        ahead = [path for path in found if path not in seen]
    return Site(
        sorted([*seen, *ahead]),
        {name: sorted(values) for name, values in fields.items()},
        sorted(words),
        arguments or {},
    )


def _links(html: bytes, base: str, fields: dict[str, set[str]]) -> Iterator[str]:
    page = BeautifulSoup(html, "html.parser")
    for each in page.select("[href]"):
        link = urlsplit(each["href"])
        if link.netloc not in {"", "testserver"} or link.scheme not in {"", "http", "https"}:
            continue
        for name, value in parse_qsl(link.query):
            fields.setdefault(name, set()).add(value)
        path = link.path or base
        if path.startswith("/") and not path.startswith((settings.ADMIN_PATH, "/static/")):
            yield path
    for each in page.select("[name]:not(meta)"):
        fields.setdefault(each["name"], set()).add(each.get("value", ""))


def request(site: Site, number: int) -> Request:
    """Return request ``number``."""
    return _Maker(site, random.Random(f"{SEED}/{number}")).make(number)


class _Maker:
    """Throws the dice for one request."""

    def __init__(self, site: Site, dice: random.Random) -> None:
        self.site = site
        self.dice = dice

    def make(self, number: int) -> Request:
        method = self._method()
        # A third keeps its address whole: what is odd is then what follows.
        path = self._address(odd=self.dice.random() < 0.35)
        query = self._query() if self.dice.random() < 0.75 else b""
        headers = self._headers()
        turn, rest = divmod(number, TURN)
        if rest == 0 and turn < len(TURNS):
            headers |= dict([TURNS[turn]])
        if self.dice.random() < 0.9:  # else as a form of another site
            cookie = headers.get("HTTP_COOKIE", "")
            headers |= {"HTTP_COOKIE": f"csrftoken={TOKEN}; {cookie}", "HTTP_X_CSRFTOKEN": TOKEN}
        body = b""
        if method not in {"GET", "HEAD", "TRACE"} or self.dice.random() < 0.02:
            headers["CONTENT_TYPE"] = self.dice.choice(CONTENT_TYPES)
            body = self._body(headers["CONTENT_TYPE"])
        return Request(number, method, path, query, headers, body)

    def _method(self) -> str:
        roll = self.dice.random()
        if roll < 0.6:
            return "GET"
        return self.dice.choice(METHODS if roll < 0.98 else ODD_METHODS)

    def _address(self, *, odd: bool) -> bytes:
        if self.dice.random() < 0.5:
            path = self.dice.choice(self.site.paths).encode()
        else:
            path = self._route(odd=odd)
        return self._bent(path) if odd and self.dice.random() < 0.5 else path

    def _route(self, *, odd: bool) -> bytes:
        parts = self.dice.choice(self.site.routes).split("%(")
        path = b"/" + parts[0].encode()
        for part in parts[1:]:
            path += self._noise() if odd else self._argument(part.split(")s", 1)[0]).encode()
            path += part.split(")s", 1)[1].encode()
        return path

    def _argument(self, name: str) -> str:
        if name.startswith("_"):  # the way to a page
            return self.dice.choice(self.site.paths).split("/", 2)[-1]
        if name in self.site.arguments and self.dice.random() < 0.8:
            return self.dice.choice(self.site.arguments[name])
        return self.dice.choice([*self.site.words, "1", "MQ", "set-password"])

    def _bent(self, path: bytes) -> bytes:
        segments = path.split(b"/")
        where = self.dice.randrange(len(segments))
        how = self.dice.randrange(6)
        if how == 0:
            segments[where] = self._noise()
        elif how == 1:
            segments.insert(where, self._noise())
        elif how == 2:
            segments[where] += self._noise()
        elif how == 3:
            return path.rstrip(b"/")
        elif how == 4:
            return path.upper() + b"/" * self.dice.randrange(3)
        else:
            return path * self.dice.choice((2, 40))
        return b"/".join(segments)

    def _noise(self) -> bytes:
        return self.dice.choice(NOISE)

    def _query(self) -> bytes:
        roll = self.dice.random()
        if roll < 0.02:
            return b"&".join([self._pair()] * self.dice.choice((900, 6_000)))[:200_000]
        if roll < 0.07:
            return self._noise()
        return self.dice.choice((b"&", b"&", b"&", b";", b"&&")).join(
            self._pair() for _each in range(self.dice.choice((1, 1, 2, 3, 6, 25)))
        )

    def _pair(self) -> bytes:
        name = self.dice.choice(self.site.names)
        values = self.site.fields.get(name)
        if values and self.dice.random() < 0.5:
            value = self.dice.choice(values).encode()
        else:
            value = self._noise()
        if self.dice.random() < 0.1:
            name = self.dice.choice(NESTED).replace("{}", name)
        return b"=".join([self._written(name.encode()), self._written(value)])

    def _written(self, data: bytes) -> bytes:
        """Write bytes as browsers do, or as they do not."""
        roll = self.dice.random()
        if roll < 0.7:
            return quote_from_bytes(data, safe="").encode()
        if roll < 0.8:
            return quote(quote_from_bytes(data, safe="")).encode()
        if roll < 0.85:
            return "".join(f"%u{ord(sign):04x}" for sign in data.decode("latin-1")).encode()
        return data

    def _headers(self) -> dict[str, str]:
        if self.dice.random() < 0.6:
            return {}
        # Of all headers, a wrong host is answered before anything else is asked: seldom, then.
        names = list(HEADERS) if self.dice.random() < 0.1 else list(HEADERS)[1:]
        chosen = self.dice.sample(names, self.dice.choice((1, 1, 2, 4)))
        return {name: self.dice.choice(HEADERS[name]) for name in sorted(chosen)}

    def _body(self, content_type: str) -> bytes:
        roll = self.dice.random()
        if roll < 0.1:
            return b""
        if roll < 0.2:
            return self._noise()
        if content_type.startswith("multipart"):
            return self._multipart()
        return b"&".join(self._pair() for _each in range(self.dice.choice((1, 3, 8))))

    def _multipart(self) -> bytes:
        parts = []
        for _each in range(self.dice.choice((1, 3))):
            name = self.dice.choice(self.site.names).encode()
            file = b'; filename="%s"' % self._noise() if self.dice.random() < 0.3 else b""
            kind = b"Content-Type: text/plain; charset=%s\r\n" % self._noise() if file else b""
            head = b'Content-Disposition: form-data; name="%s"%s\r\n%s' % (name, file, kind)
            parts.append(b"--b\r\n%s\r\n%s\r\n" % (head, self._noise()))
        return b"".join(parts) + self.dice.choice((b"--b--\r\n", b"--b", b""))
