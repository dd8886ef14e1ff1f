"""Which tests run on one database only.

A test runs on both databases if its outcome can depend on which one it is. That is so of whatever
asks the database to decide: races and locks, constraints and what services keep, search, sorting
and comparing of text, hostile input, migrations, logs and seals, and how many statements something
takes. It is not so where Python decides from rows that either database gives alike: what pages,
mails and files say, who is let in where, whether texts are translated.

The modules named here are of the second kind, and so run on the embedded database alone. A test in
them that is of the first kind is marked ``both``. A test that asks no database is ``once`` by
itself. A new module runs on both until it is named here.
"""

from __future__ import annotations

from pathlib import Path

import pytest

#: The modules by folder, without ``test_``.
MODULES = {
    # The walk of routes and rights.
    "admin": "counts deletion_questions forms guard links own_rights routes_walk",
    # Pages and screens of courses.
    "catalogue": (
        "answers_desk body calendar_file course_facts lifecycle loop notices "
        "occasion_desk occasion_screens page_types plausibility publishing reading "
        "serving structured"
    ),
    # Pages, screens and mails of rounds.
    "forum": (
        "ballots_pages mails order_page recompute_command result_page round_chair "
        "round_meeting round_screens rounds_rights workspace"
    ),
    # Pages, screens and mails of needs.
    "needs": (
        "desk_offers erasure_told mails moderation moderation_shared on_behalf ours receipt "
        "steps_any_state typed_is_kept"
    ),
    # Files and mails.
    "regions": "exports password_reset",
    # The walk of routes and rights.
    "rights": "routes",
    # Pages, feeds and sitemaps.
    "search": "facet_values feeds listing_meta sitemaps swap term_pages synonym_screens",
    # Pages, headers and logs.
    "site": "headers html languages logs",
    # What the demo says.
    "catalogue_demo": "command dates demo_needs generated_values needs_texts texts",
}
#: Their files.
PATHS = {
    Path(__file__).parent / folder / f"test_{name}.py"
    for folder, names in MODULES.items()
    for name in names.split()
}


def runs_once(item: pytest.Item) -> bool:
    """Return whether a test that reaches a database need not reach both."""
    return item.path in PATHS and item.get_closest_marker("both") is None
