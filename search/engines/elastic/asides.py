"""What is asked beside a search: courses like one.

Which courses a longer text may be about is asked of the database alone: it weighs each word by how
rare it is among what it finds, which takes an answer for each word.
"""

from __future__ import annotations

from elasticsearch.dsl import Search
from elasticsearch.dsl.query import Bool, ConstantScore, Term, Terms

from ...query import FacetKey, Likeness
from .queries import SOURCE, scope_of, state_order

#: A course has a page for each language, and never so many.
MOST_TRANSLATIONS = 50
#: A shared topic says more than a shared target group; both say most.
TOPIC, TARGET = 2, 1


def beside(likeness: Likeness) -> list[dict]:
    """Return the bodies that ask for courses like one, and for its own pages."""
    shared = [
        ConstantScore(filter=Terms(**{f"facet.{key}": sorted(values)}), boost=number)
        for key, values, number in (
            (FacetKey.TOPIC, likeness.topics, TOPIC),
            (FacetKey.TARGET, likeness.targets, TARGET),
        )
        if values
    ]
    own = Term(key=str(likeness.translation_key))
    similar = (
        Search()
        .query(
            Bool(
                filter=scope_of(likeness),
                must_not=[own],
                should=shared,
                minimum_should_match=1,
            )
        )
        .sort("_score", *state_order(likeness.today))
        .source(list(SOURCE))
        .extra(track_total_hits=False)
    )
    # Without anything to share there is nothing like it.
    similar = similar[: likeness.page_size] if shared else similar[0:0]
    pages = Search().query(Bool(filter=[own])).source(["page", "summary"])[:MOST_TRANSLATIONS]
    return [similar.to_dict(), pages.extra(track_total_hits=False).to_dict()]
