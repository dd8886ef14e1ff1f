"""A query is read as its words, what else finds them, and what of it is a filter."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from time import perf_counter

import pytest
from django.db.models import QuerySet
from hypothesis import given
from hypothesis import strategies as st

from search.analysis import analyse_word, code_forms, fold
from search.lexicon import MOST_SPLITS, Lexicon, Lexicons
from search.models import CatalogueWord, digest_of
from search.reading import MOST_WORDS, Reading, read

TODAY = date(2026, 11, 30)
WORDS = [
    "legemiddelhåndtering",
    "legemiddel",
    "sykefraværsoppfølging",
    "omsorg",
    "demens",
    "demensomsorg",
    "socialrätten",
    "forflytning",
    "saksbehandling",
    "barnehage",
    "barnehagen",
    "vold",
    "avdeling",
    "vedtak",
    "skrive",
]


@pytest.fixture(scope="module")
def lexicon() -> Lexicon:
    return Lexicon([*((word, "nb") for word in WORDS), ("kr-hms-1", "code"), ("fn-hlr-1", "code")])


def reading(text: str, lexicon: Lexicon, **fields: object) -> Reading:
    return read(text, **{"language": "nb", "today": TODAY, "lexicon": lexicon, **fields})


class Said(dict):
    """Other sayings, by the word."""

    @property
    def single(self) -> dict[str, str]:
        return {fold(word): word for word in self}

    def of(self, words: tuple[str, ...], language: str = "") -> list[tuple[str, ...]]:
        return self.get(" ".join(words), [])

    def has(self, form: str) -> bool:
        return form in self


def tokens(found: Reading) -> set[str]:
    return {form[2:] for form in found.marks}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("sykepleierne", "sykepleier"),
        ("lederne", "leder"),
        ("hjemmene", "hjem"),
        ("legemidler", "legemiddel"),
        ("juridik", "juridisk"),
        ("sjuksköterskorna", "sjuksköterska"),
        ("managers", "manager"),
        # Norwegian writes -sjon, Swedish and English -tion.
        ("kommunikasjon", "kommunikation"),
        ("kommunikasjonen", "communication"),
        ("diskusjoner", "diskussion"),
        ("refleksjon", "reflexion"),
    ],
)
def test_inflections_meet(one: str, other: str) -> None:
    assert analyse_word(one).stems & analyse_word(other).stems


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("kur", "kurs"),
        ("socialism", "social"),
        ("ost", "kost"),
        ("kommunikation", "kommunene"),
        ("kommunikasjon", "kommun"),
        ("kommunicera", "kommunal"),
    ],
)
def test_other_words_do_not_meet(one: str, other: str) -> None:
    assert analyse_word(one).forms.isdisjoint(analyse_word(other).forms)


def test_what_looks_like_an_ending_is_no_last_part() -> None:
    """Stemmers take "sedan" off "notoddensedan" as if it were one."""
    known = Lexicon([("notodden", "nb"), ("sedan", "sv")])
    assert [term.text for term in reading("notodden sedan", known).terms] == ["notodden", "sedan"]


def test_a_word_that_is_spelt_one_way_is_not_looked_for_in_others() -> None:
    known = Lexicon([("omsorg", "nb"), ("vard", "nb"), ("vård", "sv")])
    for text, forms in (("omsorg", {"e"}), ("vard", {"e", "f"}), ("vård", {"e", "f"})):
        (term,) = reading(text, known).terms
        folded = analyse_word(text).folded
        kinds = {form[0] for form in term.forms if form[2:] in {text, folded}} - {"s"}
        assert kinds == forms, text


def test_compounds_are_joined_and_taken_apart(lexicon: Lexicon) -> None:
    joined = reading("legemiddel håndtering", lexicon)
    assert [term.text for term in joined.terms] == ["legemiddel håndtering"]
    assert "legemiddelhandtering" in tokens(joined)
    assert "demensomsorg" in tokens(reading("omsorg", lexicon))
    apart = reading("omsorgsdemens", lexicon)
    assert {"omsorg", "demens"} <= tokens(apart)
    assert not reading("omsorgsbanan", lexicon).terms[0].ways


def test_a_compound_is_found_by_what_its_parts_are_called_otherwise(lexicon: Lexicon) -> None:
    said = Said(medisin=[("legemiddel",)], anbud=[("vedtak",)])
    (term,) = reading("medisinhåndtering", lexicon, sayings=said).terms
    assert "f_legemiddelhandtering" in term.forms
    # "Håndtering" stands nowhere alone, but in a compound; "avdeling" does.
    assert {"e_legemiddel", "e_avdeling"} <= reading(
        "medisinavdeling", lexicon, sayings=said
    ).terms[0].forms
    assert "e_vedtak" in reading("anbudskurs", lexicon, sayings=said).terms[0].forms
    # A neighbour writes the part so, and it is still the same as what it is called here.
    both = lexicon.extended([("lärare", "sv"), ("lærer", "nb")])
    said = Said(larar=[("lærer",)])
    assert "e_lærer" in reading("barnehagelærar", both, sayings=said).terms[0].forms
    for unknown in ("medisinbanan", "banankurs", "bananhåndtering"):
        assert not reading(unknown, lexicon, sayings=said).terms[0].ways, unknown


def test_a_number_and_letter_are_found_in_two() -> None:
    two = Lexicon([("4", "nb"), ("a", "nb"), ("kap", "nb")])
    assert {"e_4", "e_a"} <= reading("kap. 4A", two).terms[1].forms
    assert not any("be_a" in str(way) for way in reading("4a", two).terms[0].ways)


def test_a_slip_is_mended_only_where_nobody_writes_so(lexicon: Lexicon) -> None:
    slip = reading("saksbehandlig av vold", lexicon)
    assert slip.terms[0].near == ("saksbehandling",)
    assert slip.did_you_mean == "saksbehandling av vold"
    assert reading("saksbehandling", lexicon).did_you_mean == ""
    assert reading("xqzvtr", lexicon).terms[0].ways == ()
    # Nobody means a little word.
    assert not reading("hjerne", lexicon.extended([("gjerne", "nb")])).terms[0].near


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("lgemiddel", ("legemiddel",)),  # the first letters
        ("dmens", ("demens",)),
        ("gemens", ()),  # another first letter is another word
        ("legmiddelhåndtering", ("legemiddelhåndtering",)),
        ("handterng", ("handtering",)),  # stands only in a compound
        ("hjetestarter", ("hjertestarter",)),  # nobody writes it, but it is said otherwise
        # A compound that nobody writes, with a slip in one of its parts.
        ("legemidelavdeling", ("legemiddelavdeling",)),
        ("avdelinglegemidel", ("avdelinglegemiddel",)),
        ("bananavdeling", ()),
        # One of five letters lacks a letter, no more.
        ("damen", ()),
        ("vadl", ()),
    ],
)
def test_slips_at_the_first_letters_and_in_short_words(
    typed: str, meant: tuple[str, ...], lexicon: Lexicon
) -> None:
    said = Said(hjertestarter=[("vold",)])
    assert reading(typed, lexicon, sayings=said).terms[0].near == meant


def test_little_words_are_left_out_unless_there_is_nothing_else(lexicon: Lexicon) -> None:
    assert [term.text for term in reading("vold på en avdeling", lexicon).terms] == [
        "vold",
        "avdeling",
    ]
    assert [term.text for term in reading("kurs", lexicon).terms] == ["kurs"]
    assert reading("   ", lexicon).is_empty
    assert reading("?!", lexicon).says_nothing


def test_a_code_is_never_longer_than_a_word() -> None:
    """One sign can stand for eighteen letters, and the database refuses what is too long."""
    assert code_forms("KR/HMS 1") == {"kr-hms-1"}
    assert code_forms("\ufdfa-" * 5) == code_forms("-") == frozenset()


def test_codes_are_whole_however_they_are_typed(lexicon: Lexicon) -> None:
    for text in ("KR-HMS-1", "kr hms 1", "FN HLR 1"):
        (term,) = reading(text, lexicon).terms
        assert term.forms == {f"e_{text.lower().replace(' ', '-')}"}
    # Without its last part it is every code that begins so, unless it may be words.
    for text in ("kr-hms", "kurs KR-HMS"):
        assert reading(text, lexicon).terms[0].forms == {"e_kr-hms-1"}
    assert reading("fn hlr", lexicon).terms[0].forms == {"e_fn-hlr-1"}
    known = lexicon.extended([("kr", "nb"), ("hms", "nb")])
    assert [term.text for term in reading("kr hms", known).terms] == ["kr", "hms"]
    assert [term.text for term in reading("KR-HMS-9", lexicon).terms] == ["kr-hms-9"]


def test_what_is_quoted_is_found_as_it_is_written(lexicon: Lexicon) -> None:
    (term,) = reading("«barnehage»", lexicon).terms
    assert term.forms == {"e_barnehage"}


def test_wishes_can_be_taken_back(lexicon: Lexicon) -> None:
    assert reading("demens 3 hp", lexicon).wishes
    plain = reading("demens 3 hp", lexicon, plain=True)
    assert not plain.wishes
    assert [term.text for term in plain.terms] == ["demens", "3", "hp"]


def test_points_go_to_courses_in_the_language_of_the_words(lexicon: Lexicon) -> None:
    swedish = Lexicon([("socialrätten", "sv"), ("vold", "nb")])
    for text, language in (("socialrätten", "sv"), ("vold", "nb"), ("ukjent", "nb")):
        bonuses = dict(reversed(each) for each in reading(text, swedish).bonuses)
        assert f"language:{language}" in bonuses
        assert (f"language:{'nb' if language == 'sv' else 'sv'}") not in bonuses


PIECES = (
    *("uke", "v", "ukene", "vår", "våren", "i", "neste", "denne", "januar", "may", "feb", "til"),
    *("og", "0", "5", "29", "53", "2027", "2 -", "4", "–", "-", ".", "/", ",", "9999", "«", "»"),
    *("gratis", "ledige plasser", "åpne kurs", "på nett", "%", "25"),
    *("hp", "0.5", "100", "0000"),
)
TYPED = st.lists(st.sampled_from([*WORDS, *PIECES]), max_size=12)


def test_a_place_that_is_named_narrows() -> None:
    """Courses elsewhere are no courses that hold some of the words."""
    places = [("kongsberg", kind) for kind in ("term", "place")]
    lexicon = Lexicon([*((word, "nb") for word in WORDS), *places])
    for text in ("demens kongsberg", "Kongsberg demens"):
        found = reading(text, lexicon)
        assert [term.text for term in found.terms] == ["demens"]
        assert all("e_kongsberg" in str(way) for way in found.terms[0].ways)
        assert not found.may_widen
    (both,) = {reading("vold vedtak kongsberg", lexicon).least}
    assert both == 1
    assert [term.text for term in reading("kongsberg", lexicon).terms] == ["kongsberg"]


def test_what_everything_is_finds_all_alike_in_the_readers_language_first() -> None:
    lexicon = Lexicon([("kurs", "sv"), ("vold", "nb")])
    found = reading("kurs", lexicon)
    assert {points for way in found.terms[0].ways for need in way for ((points, _),) in need} == {1}
    assert "language:nb" in dict(reversed(each) for each in found.bonuses)


def test_what_several_words_say_is_not_put_together_from_a_long_text(lexicon: Lexicon) -> None:
    said = Said(xyz=[("vold", "vedtak")])
    first, *others = reading("xyz", lexicon, sayings=said).terms[0].ways
    assert "be_xyz" in str(first)
    assert others
    assert "be_vold" not in str(others)
    # Nor is what everything in a municipality has: a "kommunedirektør" is no "direktør" and more.
    of_a_municipality = Lexicon([("direktør", "nb"), ("kommunene", "nb")])
    assert not reading("kommunedirektør", of_a_municipality).terms[0].ways


@given(st.text(max_size=300) | TYPED.map(" ".join) | TYPED.map("".join))
def test_whatever_is_typed_can_be_read(text: str) -> None:
    found = reading(text, Lexicon((word, "nb") for word in WORDS))
    assert len(found.terms) <= MOST_WORDS
    assert found.least <= len(found.terms)
    assert isinstance(found.did_you_mean, str)


@pytest.mark.parametrize(
    "part",
    [" ", "i ", "2027 ", "uke 5, 6 og ", "januar - ", "neste ", "1.", "medisinbanan", "10. "],
)
def test_no_text_takes_long_to_read(part: str, lexicon: Lexicon) -> None:
    """Half a millisecond, more on a bad day: also of what leads patterns on and on."""
    text, taken = (part * 200)[:200], []
    for _round in range(3):
        begun = perf_counter()
        reading(text, lexicon)
        taken.append(perf_counter() - begun)
    assert min(taken) < 0.05


def test_more_words_make_another_lexicon(lexicon: Lexicon) -> None:
    """Threads that read by one must not see it change."""
    assert not lexicon.near("brannvren")
    before = (len(lexicon), lexicon.compounds_with(analyse_word("brann")), len(lexicon.codes))
    more = lexicon.extended(
        [("brannvern", "nb"), ("vern", "nb"), ("sykehjem", "nb"), ("x-1", "code")]
    )
    assert (
        len(lexicon),
        lexicon.compounds_with(analyse_word("brann")),
        len(lexicon.codes),
    ) == before
    assert more.compounds_with(analyse_word("brann")) == ["brannvern"]
    assert more.compounds_with(analyse_word("demens")) == ["demensomsorg"]
    assert more.near("brannvren") == ("brannvern",)
    assert more.codes - lexicon.codes == {"x-1"}
    # What was a word of its own is taken apart once its parts are known.
    assert "sykehjem" in more.extended([("syke", "nb")]).compounds_with(analyse_word("syke"))


def test_no_word_is_taken_apart_in_more_than_a_few_ways() -> None:
    """A word of the same parts over and over can be taken apart in thousands."""
    many = Lexicon((word, "nb") for word in ("sene", "senes", "enes", "nese"))
    assert 0 < len(many.splits("sene" * 15)) <= MOST_SPLITS


@pytest.mark.django_db
@pytest.mark.once
def test_words_are_read_again_only_where_some_are_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    def write(*texts: str) -> None:
        CatalogueWord.objects.bulk_create(
            CatalogueWord(text=text, kind="nb", digest=digest_of(text, "nb")) for text in texts
        )

    def then_another(rows: QuerySet, **asked: object) -> dict:
        """Let another worker write a word as soon as they are counted."""
        found = aggregate(rows, **asked)
        monkeypatch.setattr(QuerySet, "aggregate", aggregate)
        write("fall")
        return found

    def counted(lexicon: Lexicon, pairs: Iterable[tuple[str, str]]) -> Lexicon:
        found = list(pairs)
        read_now.append(len(found))
        return extended(lexicon, found)

    CatalogueWord.objects.all().delete()
    read_now: list[int] = []
    lexicons, aggregate, extended = Lexicons(), QuerySet.aggregate, Lexicon.extended
    monkeypatch.setattr(Lexicon, "extended", counted)
    write("demens", "vann")
    assert len(lexicons.get(1)) == 2
    write("ernæring")
    monkeypatch.setattr(QuerySet, "aggregate", then_another)
    assert len(lexicons.get(2)) == 4
    assert len(lexicons.get(3)) == 4
    CatalogueWord.objects.get(text="vann").delete()
    write("språk")
    assert len(lexicons.get(4)) == 4
    assert read_now == [2, 2, 1, 4]
