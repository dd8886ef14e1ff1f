"""Courses that may already answer a need, while it is being written (``regions.needs``)."""

from __future__ import annotations

from django.utils import timezone

from catalogue import formats
from catalogue.presenters.states import foreign, interface_language, state_view
from catalogue.states import OccasionState
from regions.models import Region
from regions.needs.suggestions import Suggestion

from .analysis import Word, analyse_word, words_of
from .query import FacetKey, Hit, Wording
from .sync import engine

#: Words of a text beyond these are not looked for; shorter ones say nothing of a topic.
MOST_WORDS = 24
SHORTEST_WORD = 4
#: What no longer helps anybody.
OVER = frozenset({OccasionState.FINISHED, OccasionState.CANCELLED})
#: Words of four letters and more that people use whatever they write about, in nb, sv and en.
COMMON = frozenset(
    words_of(
        """
        about after again alle allt alltid alltså andra andre annan annen annet arbeid arbeide
        arbeider arbeta arbetar arbete arbetet bara bare because bedre before behov behovet behöva
        behöver bland blant blev blir blitt bruk bruke bruker bättre could course courses denna
        denne deras dere deres dessa dessuten detta dette difficult disse does doing efter eller
        ellers enda ennå enough etter everyone finnes finns flera flere foran fordi fram from från
        fungerar fungerer före första første gang ganger genom gjelder gjennom gjorde gjort gjør
        gjøre good gäller gång gånger göra hadde hade have having help hjelp hjelpe hjälp håller
        ikke ikkje ikring inga ingen inget innan inte into jobb jobba jobbar jobbe jobber just
        kanske kanskje kommer kommun kommune kommunen kommunene kommunerna kompetanse kompetens
        kunna kunne kurs kursene kurset lack lacks laget learn lika like lära lære mange manglar
        mangler mellan mellom mens more most much mycket mykje många måste måtte need needs never
        noen noko nytt någon något några ofta ofte often også others over people samma samme sammen
        sedan selv should siden sina sine själva skal skall skulle slik some staff still svært
        särskilt their them then there these they this those through tida tiden tilbake training
        trenger under utan uten vanskelig vara varit varje veldig verksamhet very våra våre vårt
        være vært want well were what when where which while will with without would years your
        åren årene året önskar över ønsker
        """
    )
)


def suggest(text: str, region: Region, limit: int) -> list[Suggestion]:
    """Return the region's courses that ``text`` may be about, likeliest first. Three statements."""
    hits = engine.about(
        Wording(
            words=tuple(telling_words(text)),
            language=interface_language(),
            today=timezone.localdate(),
            scope={FacetKey.REGION: frozenset({region.slug})},
            without=OVER,
            page_size=limit,
        )
    )
    return [_suggestion(hit) for hit in hits]


def telling_words(text: str) -> list[Word]:
    """Return the different words of a text that say what it is about, in its order."""
    words = [word for word in dict.fromkeys(words_of(text)) if len(word) >= SHORTEST_WORD]
    return [analyse_word(word) for word in words if word not in COMMON][:MOST_WORDS]


def _suggestion(hit: Hit) -> Suggestion:
    state = state_view(hit.status, hit.reason)
    day = formats.day(state.date) if state.date else ""
    return Suggestion(
        title=hit.summary.title,
        url=hit.summary.url,
        state=state.label,
        state_code=state.code,
        when=f"{state.date_label} {day}".strip(),
        lang=foreign(hit.summary.language)[0],
    )
