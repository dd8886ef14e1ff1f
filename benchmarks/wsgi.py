"""The site with the number of the worker in each answer, so that every worker can be seen."""

import os

from samkurs.wsgi import application as site

WORKER = str(os.getpid())


def application(environ: dict, start_response: object) -> object:
    """Answer as the site does."""

    def start(status: str, headers: list, *rest: object) -> object:
        return start_response(status, [*headers, ("X-Worker", WORKER)], *rest)

    return site(environ, start)
