"""Ask the server in this container how it is: exit code 0 if it can answer readers.

The server answers under its own names only, so the probe uses the first of them.
"""

import os
import sys
from http.client import HTTPConnection, HTTPException

TIMEOUT = 8  # seconds; a database that does not answer is given up after five


def name() -> str:
    """Return a name that the server answers to: `.example.org` and `*` stand for many."""
    first = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip()
    return first.lstrip(".").replace("*", "localhost") or "localhost"


def main() -> str | None:
    """Return what is wrong, or nothing."""
    port = os.environ.get("GUNICORN_BIND", "127.0.0.1:8000").rpartition(":")[2]
    connection = HTTPConnection("127.0.0.1", int(port), timeout=TIMEOUT)
    try:
        connection.request("GET", "/health/", headers={"Host": name()})
        answer = connection.getresponse()
        body = answer.read(2000).decode("utf-8", "replace")
    except (OSError, HTTPException) as error:
        return f"no answer: {error!r}"
    return None if answer.status == 200 else f"{answer.status}: {body}"  # noqa: PLR2004


if __name__ == "__main__":
    sys.exit(main())
