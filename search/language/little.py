"""Words that say nothing of what is looked for, in nb, nn, sv and en.

They are left out of a query as long as something else is left.
"""

from __future__ import annotations

from ..analysis import words_of

LITTLE = frozenset(
    words_of(
        """
        a about alle alla all an and are as at att av bare be bli blir bra bruk bruke by både
        best beste bästa bäst
        can da de deg deira dem den der deras dere deres det dette disse do does du då
        e eg ei ein eller en er et ett etter få får fra från for fordi före för folk from gir ge ger
        gjerne gärna gjør gjere gjøre gjör god gode gør göra ha han har have hel her hon how hun
        hur hva hvem
        hver hvilke hvis hvor hvordan här i ifra ikke ikkje inn in innen inom inte into is it jag
        jeg just kan kva kven korleis kommer kommune kommunen kommuner kunne kunna lage lager like
        litt man mange med medan meg mellom mer mere men min mitt mot mye må måste my någon noen
        noe nokon nor och of og også om on opp or oss other på people s sa sagt seg selv ser she sig
        sin sitt sine skal ska skulle slik slik så som somme than that the their them there they
        this til till to trenger ut uten utan under up upp us ved vi vid vil vill vår våre was we
        what when which who why with without you your är åt å
        """
    )
)
#: What everything here is. They say nothing either, and take compounds apart ("medisinkurs").
KINDS = frozenset(
    words_of(
        """
        kurs kurset kursene kursen kurser kursar opplæring utdanning etterutdanning
        videreutdanning utbildning utbildningar fortbildning vidareutbildning course courses class
        training
        """
    )
)
