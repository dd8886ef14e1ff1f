"""What leaves the site for other machines: whole addresses, and text that their formats carry."""

import json
import re
from hashlib import sha256

from django.conf import settings
from django.utils.safestring import SafeString, mark_safe

#: What neither XML 1.0 nor a calendar file may hold; line breaks and tabs may stay. And what turns
#: the text around it about: the page's own words too.
_NOT_TEXT = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff\u202a-\u202e\u2066-\u2069]"
)
_LINE_END = re.compile("\r\n?|\u2028|\u2029|\x85")
#: What could end a script element or begin a comment in it; the same as Django's `json_script`.
_IN_SCRIPT = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}


def absolute(url: str) -> str:
    """Return an address with the site's own name; one that has a name stays, none stays none.

    The name is that of the setting and never the one a request came by: it is kept by others.
    """
    return f"{settings.WAGTAILADMIN_BASE_URL.rstrip('/')}{url}" if url.startswith("/") else url


def printable(text: object) -> str:
    """Return a text without the characters that a feed or a calendar cannot hold."""
    return _NOT_TEXT.sub("", _LINE_END.sub("\n", str(text)))


def json_in_script(data: dict) -> SafeString:
    """Return ``data`` as JSON that can stand inside a script element, whatever it holds."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    return mark_safe(text.translate(_IN_SCRIPT))  # noqa: S308  escaped for this place


def etag_of(content: bytes | str) -> str:
    """Return what tells one answer from another."""
    data = content if isinstance(content, bytes) else content.encode()
    return sha256(data).hexdigest()[:32]
