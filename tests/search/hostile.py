"""A thousand texts that no reader means, each another: for every engine, the same at each run."""

from __future__ import annotations

import random
import time
from collections.abc import Iterator
from datetime import date

from django.http import QueryDict

from search.engines import Engine
from search.forms import read_query

#: What breaks others' search boxes: quotes, operators, wildcards, control characters, syntax.
_ODD = """
" ' ` “ ” « » ( ) [ ] { } * ? ~ ^ : ; \\ / | & ! + - _ = < > # % @ $ , . .. ... AND OR NOT NEAR
NEAR/2 -- /* */ ';DROP {!lucene} ${jndi:x} %00 %s %d title: te_kurs te_ * tf_kurs:* 'a':* a<->b a&b
a|b !a é e\u0301 ß ﬁ İ ı Ω 漢字 ไทย العربية עברית 😀 👩‍⚕️ 🏳️‍🌈 𝕜𝕦𝕣𝕤 ½ Ⅷ ² ٣ 1e999 -1 0x10 NaN
q[]=1 q[a][b]=2 &q=x ?q= ;q= 7,5,5 3.hp 99999hp uke uke99 vår 9999 i-0 i-1-2 KR- -KR KR--1
"""
ODD = (*_ODD.split(), "\x00", "\x01", "\x1f", "\x7f", "\u200b", "\u202e", "\ufeff")
_WORDS = "kurs omsorg legemiddelhåndtering demens å ø sene eget stell barnehage tjeneste"
WORDS = tuple(_WORDS.split())
LONGEST, MOST = 10_000, 40


def texts(number: int) -> Iterator[str]:
    """Yield so many texts, of up to ten thousand characters."""
    pick = random.Random(20261129)
    for count in range(number):
        kind = count % 5
        if kind == 0:
            yield pick.choice(ODD) * pick.choice((1, 2, 3, 50, LONGEST // 8))
        elif kind == 1:
            yield pick.choice(("", " ")).join(pick.choices(ODD + WORDS, k=MOST))
        elif kind == 2:
            yield "".join(pick.choices(WORDS, k=MOST))
        elif kind == 3:
            yield " ".join(pick.choice(WORDS) + pick.choice(ODD) for _ in range(MOST))
        else:
            letters = (pick.choice((pick.randrange(1, 0xD800), 32, 34, 39)) for _ in range(MOST))
            yield "".join(map(chr, letters))


def slowest(engine: Engine, today: date, number: int = 1000) -> tuple[float, str]:
    """Ask an engine all of them, as an address would; return the slowest's seconds and text."""
    worst = (0.0, "")
    for text in texts(number):
        data = QueryDict(mutable=True)
        data["q"] = text
        begun = time.perf_counter()
        engine.search(read_query(data, language="nb", today=today, scope={}).query)
        worst = max(worst, (time.perf_counter() - begun, text))
    return worst
