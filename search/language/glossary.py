"""Words of the field that compounds are made of, whether or not a course has them alone.

From the product's glossary (nb, nn, sv, en), folded. They take compounds apart and find nothing
themselves.
"""

from __future__ import annotations

from ..analysis import fold, words_of

GLOSSARY = frozenset(
    fold(word)
    for word in words_of(
        """
        kurs kompetanse kompetens behov kartlegging inventering utvikling utveckling opplæring
        utdanning utbildning undervisning veiledning handledning rettleiing handtering håndtering
        hantering oppfølging uppföljning forebygging förebyggande behandling rehabilitering
        omsorg vård pleie helse hälsa tjeneste tjänst teneste hjem heim hem syke sjuk eldre äldre
        barn unge ungdom familie familj skole skola barnehage förskola elev lærer lärare
        leder leiar chef ledelse ledarskap personal ansatt anställd medarbeider medarbetare
        arbeid arbete arbeids miljø miljö vern skydd sikkerhet säkerhet trygghet tryggleik
        beredskap risiko risk analyse analys plan areal bygg bygge sak saks ärende vedtak beslut
        klage innsyn offentlighet lov lag rett rätt social sosial økonomi ekonomi budsjett budget
        innkjøp inköp anskaffelse upphandling kontrakt avtale avtal klima vann vatten verk avløp
        avlopp brann brand vei väg teknologi teknik velferd välfärd data digital informasjon
        information personvern språk tolk kommunikasjon kommunikation sår medisin medicin
        legemiddel läkemedel demens kreft cancer rus missbruk vold våld fravær frånvaro
        hygiene hygien ernæring kost måltid fall psykisk psykiatri samtale samtal
        """
    )
)
