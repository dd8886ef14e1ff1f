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
        about after again aldri aldrig aleine alene alla alle allt alltid alltså andra andre anna
        annan annen annet ansatt ansatte anställd anställda arbeid arbeide arbeider arbeidet arbeids
        arbeta arbetar arbete arbetet bara bare barre because bedre before begge begynne begynner
        behov behovet behöva behöver betre bidra bland blant blev blir blitt blivit borde bruk
        brukar bruke bruker burde bättre både börja börjar could course courses dagar dagen dager
        daglig dagligen deira denna denne deras dere deres dersom dessa desse dessuten detta dette
        difficult disse does doing efter egen eget egna egne eller ellers employees enda enkelt
        enkelte ennå enough etter ettersom everybody everyone fatt feil ferdig finna finne finnes
        finns fire flera flere folk foran fordi fram fremdeles from från fungerar fungerer fått
        följa följer före första følge følges første gammal gammel gang ganger ganske genom gikk
        give given giver givet gjelder gjennom gjorde gjort gjør gjøre godt good gäller gärna gång
        gånger gått göra hadde hade hans have having hela hele help hennes hjelp hjelpe hjälp hold
        holde holder holdes hvem hver hvilke hvilken hvis hvor hvordan hvorfor hålla håller igen
        igjen ikke ikkje ikring inga ingen ingenting inget innan innen inom inte into jobb jobba
        jobbar jobbe jobber just kanske kanskje kjenner knows kollega kolleger kollegor kommer
        kommun kommune kommunen kommunene kommunerna kompetanse kompetens kunna kunne kunnskap
        kunskap kurs kursene kurset känner lack lacks lage lager laget lagt lang lange langt learn
        legge legger lenge leser lett ligger lika like liker lite litt looks länge lära lätt lære
        make makes makt mange manglar mangler medan medarbeider medarbeidere medarbetare
        medarbetarna mellan mellom menar mener mens mindre minst more most much mycket mykje många
        måste måtte need needs neste nesten never next noen noka noko nokon number nytt nyttig någon
        något några nödvändig nødvendig ofta ofte often også opplæring opplæringa ordentlig others
        over people personal personale personalet personar personell personer personlig plutselig
        provar prøver rask raskt redan rett riktig ringer rätt saker samma samme sammen samtidig
        sedan seier selv sette setter should sidan siden sier sina sine sista siste sjelden själva
        skal skall skjer skrive skriver skulle slags slik slutt slutter snakker snarare some
        sometimes somme spør spørre stadig staff start starte still stor stora store stort ställa
        större større svært synes syns säger särskilt sådan således såleis tatt teke tenker their
        them then there these they things this those through tida tiden tilbake tilsett tilsette
        time timer ting today training trenger trodde tror trur tydelig types tänker under unit
        usikker usikre utan utbildning uten utrygg utrygge utveckla utvikle vanlig vanliga vanskelig
        vara varför varit varje vedkommende veldig vente verden verkar verksamhet very virker visa
        vise viser visst visste vist vite våra våre vårt være vært want well were what when where
        which while will with without working works worse would years your åpent åren årene året
        åtte önskar öppet över øker ønske ønsker
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
    """Return the different words of a text that say what it is about, in its order.

    Of words that meet in a stem, "barn" and "barna", only the first counts.
    """
    found: list[Word] = []
    seen: set[str] = set()
    for word in dict.fromkeys(words_of(text)):
        if len(word) < SHORTEST_WORD or word in COMMON:
            continue
        analysed = analyse_word(word)
        if not analysed.forms & seen:
            found.append(analysed)
        seen |= analysed.forms
    return found[:MOST_WORDS]


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
