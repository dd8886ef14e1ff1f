"""Terms of the demo are there, or are missed aloud."""

from __future__ import annotations

import pytest

from catalogue.demo.content import read
from catalogue.demo.shared import ensure_vocabularies, terms


@pytest.mark.django_db
def test_a_term_that_is_not_there_is_missed_aloud() -> None:
    slugs = [row["slug"] for row in read("vocabulary")["service_areas"]]
    with pytest.raises(LookupError, match=f"no service_areas yet: {slugs[0]}"):
        terms("service_areas", slugs[:1])
    ensure_vocabularies()
    assert [term.slug for term in terms("service_areas", slugs)] == slugs
