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
        about after again alltid alle allt alltså andra andre annan annen annet arbeid arbeide
        arbeider arbeta arbetar arbete arbetet because bedre behov behöver behöva behovet bland
        blant bare bara before bättre blir blev blitt bruk bruke bruker could course courses denna
        denne deras dere deres dessa dessuten dette detta difficult disse does doing ellers eller
        enda enough ennå etter efter everyone finnes finns flera flere foran from fram från fungerer
        fungerar fordi före första første gang ganger gjelder gjennom gjør gjøre gjorde gjort gäller
        gång gånger genom göra good håller hadde hade have having help hjelp hjelpe hjälp ikke
        ikkje ikring ingen inga inget innan inte into jobb jobba jobbar jobber jobbe just kanskje kanske kommer kommun kommune
        kommunen kommunene kommunerna kompetanse kompetens kunne kunna kurs kurset kursene lack
        lacks lære lära laget learn like lika mangler mange manglar många mellom mellan mens måste
        måtte more most much mycket mykje need needs never noen noko någon några något nytt often
        også ofte ofta others over people samme samma sammen siden sedan själva selv should sina
        sine skal skall skulle slik some svært särskilt staff still their them then there these
        they this those through tida tiden tilbake trenger training under utan uten vanskelig vårt
        våra våre være vært vara varit varje very verksamhet veldig want well were what when where
        which while will with without would years året årene åren ønsker önskar över your
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
