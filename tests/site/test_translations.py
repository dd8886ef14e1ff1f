"""The catalogues of site/locale: complete, up to date, correct by form, true to the glossary."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import polib
import pytest

from tools import messages

CATALOGUES = [
    (language, messages.catalogue_path(language, domain, folder))
    for language in messages.LANGUAGES
    for folder, domain in (
        (messages.LOCALE_DIR, "django"),
        (messages.WAGTAIL_DIR, "django"),
        (messages.WAGTAIL_DIR, "djangojs"),
    )
]

#: Texts that read the same in the translation, with the reason.
SAME = {
    "nb": {
        "%(number)s person": "the word itself",
        "%(number)s person.": "the word itself",
        "App": "the word itself",
        "Bokmål": "a language has its own name",
        "Form": "the word itself",
        "ID": "an abbreviation",
        "IPv4": "a name",
        "IPv6": "a name",
        "Nynorsk": "a language has its own name",
        "Over %(number)s": "the word itself",
        "Plan for": "the word itself",
        "Region": "the word itself",
        "Send": "the word itself",
        "Status": "the word itself",
        "Status %(status)s": "the word itself",
        "Status: ": "the word itself",
        "System": "the word itself",
        "Wagtail API v2": "a name",
        "Wagtail API v3": "a name",
        "synonym": "the word itself",
        "for %(title)s": "the word itself",
        "hybrid": "the word itself",
        "person": "the word itself",
        "region": "the word itself",
        "seminar": "the word itself",
        "status": "the word itself",
        "system": "the word itself",
    },
    "sv": {
        "%(number)s person": "the word itself",
        "%(number)s person.": "the word itself",
        "Examination": "the word itself",
        "App": "the word itself",
        "Bokmål": "a language has its own name",
        "Form": "the word itself",
        "Material": "the word itself",
        "Region": "the word itself",
        "System": "the word itself",
        "Text": "the word itself",
        "synonym": "the word itself",
        "Wagtail API v3": "a name",
        "hybrid": "the word itself",
        "l j F": "the shape of a date",
        "l j F Y": "the shape of a date",
        "organisation": "the word itself",
        "person": "the word itself",
        "region": "the word itself",
        "status": "the word itself",
        "text": "the word itself",
        "version": "the word itself",
        "workshop": "the word itself, as adult education uses it",
        "Start": "the word itself",
        "Status": "the word itself",
    },
}

#: The glossary: English, Norwegian, Swedish.
GLOSSARY = {
    "training need": ("kompetansebehov", "kompetensutvecklingsbehov"),
    "report a need": ("meld inn behov", "anmäl behov"),
    "needs inventory": ("behovskartlegging", "behovsinventering"),
    "shared need": ("felles behov", "gemensamt behov"),
    "moderation queue": ("innboks til behandling", "ärendekö för granskning"),
    "returned for completion": ("returnert for utfylling", "återsänd för komplettering"),
    "accepted": ("godkjent", "godkänd"),
    "merged": ("slått sammen", "sammanslagen"),
    "prioritised": ("prioritert", "prioriterad"),
    "deferred": ("utsatt", "uppskjuten"),
    "declined": ("ikke tatt videre", "inte aktuell"),
    "withdrawn": ("trukket", "återkallad"),
    "prioritisation round": ("prioriteringsrunde", "prioriteringsomgång"),
    "year wheel": ("årshjul", "årshjul"),
    "competence forum": ("kompetanseforum", "kompetensforum"),
    "forum member": ("forummedlem", "forumledamot"),
    "deputy": ("vararepresentant", "ersättare"),
    "shop steward": ("tillitsvalgt", "facklig företrädare"),
    "employees' organisation": ("arbeidstakerorganisasjon", "arbetstagarorganisation"),
    "co-determination": ("medbestemmelse", "medbestämmande"),
    "ballot": ("vurderingsskjema", "bedömningsformulär"),
    "criterion": ("kriterium", "kriterium"),
    "score": ("poengsum", "poängsumma"),
    "tie": ("poenglikhet", "lika poäng"),
    "recused": ("inhabil", "jävig"),
    "quorate": ("vedtaksfør", "beslutför"),
    "minutes": ("protokoll", "protokoll"),
    "training plan": ("plan for opplæringstiltak", "plan för utbildningsinsatser"),
    "training measure": ("opplæringstiltak", "utbildningsinsats"),
    "order": ("bestilling", "beställning"),
    "orderer": ("bestiller", "uppdragsgivare"),
    "provider": ("tilbyder", "utbildningsanordnare"),
    "framework agreement": ("rammeavtale", "ramavtal"),
    "subscription": ("abonnement", "prenumeration"),
    "course annex": ("kursvedlegg", "kursbilaga"),
    "collaboration dialogue": ("samarbeidsdialog", "samverkansdialog"),
    "contract education": ("oppdragsutdanning", "uppdragsutbildning"),
    "course package": ("kurspakke", "kurspaket"),
    "course occasion": ("kursgjennomføring", "kurstillfälle"),
    "course start": ("kursstart", "kursstart"),
    "course end": ("kursslutt", "kursslut"),
    "credits": ("studiepoeng", "högskolepoäng"),
    "pace of study": ("studietempo", "studietakt"),
    "distance course": ("nettbasert kurs", "distanskurs"),
    "bring your own data": ("ta med egne data", "ta med egna data"),
    "seats": ("plasser", "platser"),
    "waiting list": ("venteliste", "väntelista"),
    "participant": ("deltaker", "deltagare"),
    "target group": ("målgruppe", "målgrupp"),
    "service area": ("tjenesteområde", "verksamhetsområde"),
    "line manager": ("nærmeste leder", "närmaste chef"),
    "basic competence": ("basiskompetanse", "baskompetens"),
    "onboarding": ("opplæring av nyansatte", "introduktion av nyanställda"),
    "municipality contact": ("kommunekontakt", "kommunkontakt"),
    "self-cost": ("selvkost", "självkostnad"),
    "municipal contribution": ("kommunal egenandel", "kommunens egenandel"),
    "contribution in kind": ("egeninnsats", "egeninsats"),
    "cost-sharing key": ("fordelingsnøkkel", "fördelningsnyckel"),
    "external funding": ("ekstern finansiering", "extern finansiering"),
    "benefit": ("gevinst", "nytta"),
    "evaluation": ("evaluering", "utvärdering"),
    "annual report": ("årsrapport", "årsrapport"),
    "professional network": ("fagnettverk", "yrkesnätverk"),
    "course certificate": ("kursbevis", "kursbevis"),
    "draft": ("utkast", "utkast"),
    # The words of the look for states and their one date.
    "open": ("åpen", "öppen"),
    "late application": ("sen påmelding", "sen anmälan"),
    "coming": ("kommer", "kommer"),
    "full": ("fullt", "fullbokad"),
    "running": ("pågår", "pågår"),
    "deadline passed": ("frist ute", "stängd"),
    "finished": ("gjennomført", "genomförd"),
    "no date yet": ("uten dato", "utan datum"),
    "deadline": ("frist", "sista anmälningsdag"),
    "opens": ("åpner", "öppnar"),
    "starts": ("starter", "startar"),
    "ends": ("slutter", "slutar"),
    "ended": ("sluttet", "slutade"),
    "apply": ("meld på", "ansök"),
    "sign in": ("logg inn", "logga in"),
}
#: Where a picture of the look says otherwise: short labels above a value that says the rest.
AS_PICTURED = {("sv", "Credits"): "Poäng", ("sv", "Provider"): "Anordnare"}

FORBIDDEN = re.compile(r"\bavsl(?:ag|å(?:s|r|tt|dd)?\b)", re.IGNORECASE)
PLACEHOLDER = re.compile(r"%\(\w+\)[a-z]|%[sdr]|\{\w+\}")
TAG = re.compile(r"<[^>]+>")
STRAIGHT_SINGLE = re.compile(r"(?<!\w)'|'(?!\w)")
#: Texts that speak of a character, and so show it.
SHOWS_A_QUOTE = {'Multi-word tags with spaces will automatically be enclosed in double quotes (").'}

Check = Callable[[str, polib.POEntry], Iterator[str]]


def translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def pairs(entry: polib.POEntry) -> list[tuple[str, str]]:
    """Each translation with the source whose placeholders it must have."""
    if not entry.msgid_plural:
        return [(entry.msgid, entry.msgstr)]
    one, many = entry.msgstr_plural.get(0, ""), entry.msgstr_plural.get(1, "")
    # "One page" has no number; a language may still say "1 page", as the plural does.
    spoken = marks(one) == marks(entry.msgid_plural) != marks(entry.msgid)
    return [(entry.msgid_plural if spoken else entry.msgid, one), (entry.msgid_plural, many)]


def marks(text: str) -> tuple[Counter, Counter]:
    without = PLACEHOLDER.sub("", text)
    return Counter(PLACEHOLDER.findall(text)), Counter(TAG.findall(without))


def complete(language: str, entry: polib.POEntry) -> Iterator[str]:
    if not entry.translated() or not all(text.strip() for text in translations(entry)):
        yield "untranslated"
    if entry.fuzzy:
        yield "fuzzy"
    if entry.obsolete:
        yield "obsolete"


def own_words(language: str, entry: polib.POEntry) -> Iterator[str]:
    source = {entry.msgid, entry.msgid_plural} - {""}
    wordless = not re.search(r"[^\W\d_]", TAG.sub("", PLACEHOLDER.sub("", entry.msgid)))
    if not wordless and entry.msgid not in SAME[language] and source & set(translations(entry)):
        yield "says the same as its source"


def same_marks(language: str, entry: polib.POEntry) -> Iterator[str]:
    for source, text in pairs(entry):
        if marks(source) != marks(text):
            yield f"other placeholders or tags than the source: {text!r}"


def same_edges(language: str, entry: polib.POEntry) -> Iterator[str]:
    for source, text in pairs(entry):
        if edges(source) != edges(text):
            yield f"begins or ends in other space than the source: {text!r}"


def edges(text: str) -> tuple[str, str]:
    return text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]


def plural_forms(language: str, entry: polib.POEntry) -> Iterator[str]:
    if entry.msgid_plural and set(entry.msgstr_plural) != {0, 1}:
        yield "needs two plural forms"


def quotation_marks(language: str, entry: polib.POEntry) -> Iterator[str]:
    if entry.msgid in SHOWS_A_QUOTE:
        return
    wrong = {"nb": '"“”„', "sv": '"“„«»'}[language]
    for text in translations(entry):
        bare = TAG.sub("", text)
        if any(mark in bare for mark in wrong) or STRAIGHT_SINGLE.search(bare):
            yield f"quotation marks of another language: {text!r}"
        if bare.count("«") != bare.count("»") or bare.count("”") % 2:
            yield f"a quotation mark without its fellow: {text!r}"


def tidy(language: str, entry: polib.POEntry) -> Iterator[str]:
    for text in translations(entry):
        if "..." in text or "  " in text:
            yield f"three dots or two spaces: {text!r}"


def allowed_words(language: str, entry: polib.POEntry) -> Iterator[str]:
    for text in translations(entry):
        if FORBIDDEN.search(text):
            yield f"a word the glossary forbids: {text!r}"


def glossary(language: str, entry: polib.POEntry) -> Iterator[str]:
    terms = GLOSSARY.get(entry.msgid.casefold())
    if terms is None or entry.msgctxt:
        return
    wanted = terms[messages.LANGUAGES.index(language)]
    pictured = AS_PICTURED.get((language, entry.msgid))
    if entry.msgstr.casefold() != (pictured or wanted).casefold():
        yield f"the glossary says {pictured or wanted!r}, not {entry.msgstr!r}"


CHECKS: list[Check] = [
    complete,
    own_words,
    same_marks,
    same_edges,
    plural_forms,
    quotation_marks,
    tidy,
    allowed_words,
    glossary,
]


def entry(source: str, text: str, plural: tuple[str, str] | None = None) -> polib.POEntry:
    if plural is None:
        return polib.POEntry(msgid=source, msgstr=text)
    return polib.POEntry(
        msgid=source, msgid_plural=plural[0], msgstr_plural={0: text, 1: plural[1]}
    )


def fuzzy() -> polib.POEntry:
    return polib.POEntry(msgid="Open", msgstr="Åpen", flags=["fuzzy"])


def name_of(value: object) -> str | None:
    return getattr(value, "__name__", None)


@pytest.mark.parametrize("check", CHECKS, ids=name_of)
@pytest.mark.parametrize(
    ("language", "path"),
    CATALOGUES,
    ids=lambda value: (
        str(value.relative_to(messages.LOCALE_DIR)) if isinstance(value, Path) else None
    ),
)
def test_every_entry(check: Check, language: str, path: Path) -> None:
    found = [
        f"{each.msgid!r}: {complaint}"
        for each in polib.pofile(str(path))
        for complaint in check(language, each)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("check", "language", "bad"),
    [
        (complete, "nb", entry("Open", "")),
        (complete, "nb", entry("one", "én", ("many", ""))),
        (complete, "nb", fuzzy()),
        (complete, "sv", polib.POEntry(msgid="Open", msgstr="Öppen", obsolete=True)),
        (own_words, "nb", entry("Deadline", "Deadline")),
        (own_words, "nb", entry("Workshop", "Workshop")),
        (own_words, "sv", entry("%(n)s item", "%(n)s post", ("%(n)s items", "%(n)s items"))),
        (same_marks, "nb", entry("%(count)d seats", "%(antall)d plasser")),
        (same_marks, "nb", entry("%s is saved", "er lagret")),
        (same_marks, "nb", entry("{title} is locked", "{tittel} er låst")),
        (same_marks, "sv", entry("<b>you</b>", "<i>du</i>")),
        (same_marks, "sv", entry('<a href="%(url)s">go</a>', '<a href="%(uri)s">gå</a>')),
        (same_marks, "sv", entry("%(n)s page", "%(n)s sida", ("%(n)s pages", "sidor"))),
        (same_edges, "nb", entry("Status: ", "Status:")),
        (same_edges, "nb", entry("Saved", "\nLagret")),
        (plural_forms, "nb", polib.POEntry(msgid="a", msgid_plural="b", msgstr_plural={0: "c"})),
        (quotation_marks, "nb", entry("“New”", "“Ny”")),
        (quotation_marks, "nb", entry("“New”", "”Ny”")),
        (quotation_marks, "nb", entry("“New”", '"Ny"')),
        (quotation_marks, "nb", entry("'New'", "'Ny'")),
        (quotation_marks, "nb", entry("“New”", "«Ny")),
        (quotation_marks, "sv", entry("“New”", "«Ny»")),
        (quotation_marks, "sv", entry("“New”", "“Ny”")),
        (tidy, "nb", entry("Saving…", "Lagrer...")),
        (tidy, "sv", entry("It is saved", "Det  är sparat")),
        (allowed_words, "nb", entry("Declined", "Avslag")),
        (allowed_words, "nb", entry("The need is declined", "Behovet avslås")),
        (glossary, "nb", entry("Provider", "Leverandør")),
        (glossary, "sv", entry("draft", "kladd")),
        (glossary, "sv", entry("Finished", "Avslutad")),
    ],
    ids=name_of,
)
def test_each_check_can_fail(check: Check, language: str, bad: polib.POEntry) -> None:
    assert list(check(language, bad))


@pytest.mark.parametrize(
    "good",
    [
        entry("Status: ", "Status: "),
        entry("%(n)s", "%(n)s"),
        entry("One page", "Én side", ("%(n)s pages", "%(n)s sider")),
        entry("One page", "%(n)s side", ("%(n)s pages", "%(n)s sider")),
        entry("It's “%s”", "Det er «%s»"),
        entry('<a href="%(url)s">Go</a>', '<a href="%(url)s">Gå</a>'),
        entry("Ended", "Sluttet"),
        entry("Done", "Avsluttet"),
    ],
)
def test_the_checks_let_good_entries_pass(good: polib.POEntry) -> None:
    assert not [complaint for check in CHECKS for complaint in check("nb", good)]


@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_reasons_for_equal_texts_are_all_needed(language: str) -> None:
    equal = {
        each.msgid
        for where, path in CATALOGUES
        if where == language
        for each in polib.pofile(str(path))
        if each.msgid in translations(each)
    }
    assert not set(SAME[language]) - equal
