"""Every mail about a need can be written in each language, and says what happens next."""

from __future__ import annotations

import pytest
from django.core import mail
from django.test import Client
from django.utils.translation import override

from regions.models import Municipality
from regions.needs import notices
from regions.needs.days import answer_due, in_words
from regions.needs.models import Need
from regions.outbox import send, tell

from . import makers
from .browsing import link_in

pytestmark = pytest.mark.django_db

KINDS = (*notices.SUBMITTER_KINDS, "need_confirm", "need_answered")
FACTS = {"course_title": "Kurs <i> & mer", "course_path": "/nb/kurs/"}


def written(kind: str, to: str, **facts: object) -> mail.EmailMessage:
    notice = tell(kind, to=to, event=f"test:{kind}:{to}", facts=facts)
    mail.outbox.clear()
    assert send(notice.pk), kind
    [message] = mail.outbox
    return message


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("language", ["nb", "sv", "en"])
def test_each_mail_is_plain_short_and_leads_on(
    place: Municipality, kind: str, language: str
) -> None:
    need = makers.make_accepted(place, language=language, title="Legemidler & mer")
    Need.objects.filter(pk=need.pk).update(question="Hvem?", alternative="Spør <nettverket>.")
    message = written(kind, f"need:{need.pk}", **FACTS)
    assert need.reference in message.subject
    assert "\n" not in message.subject
    assert len(message.subject) < 78
    for odd in ("{{", "{%", "&amp;", "&lt;", "\n\n\n"):
        assert odd not in message.body, odd
    assert f"/{language}/needs/" in message.body or kind == "need_answered"
    assert "\n-- \n" in message.body
    assert len(message.body) < 1500
    assert need.challenge not in message.body


def test_the_links_in_mails_open(place: Municipality) -> None:
    need = makers.make_submitted(place)
    for kind in notices.SUBMITTER_KINDS:
        if kind.startswith("shared") or kind in {"need_moved", "need_accepted"}:
            continue
        path = link_in(written(kind, f"need:{need.pk}"))
        assert Client().get(path).status_code == 200, kind


def test_what_was_decided_is_told_with_the_reason(place: Municipality) -> None:
    need = makers.make_declined(place)
    message = written("need_declined", f"need:{need.pk}")
    assert "Ta det opp i ledermøtet." in message.body


def test_the_day_of_the_first_answer_is_told(place: Municipality) -> None:
    need = makers.make_submitted(place)
    with override("nb"):
        assert (
            in_words(answer_due(need.submitted_at))
            in written("need_received", f"need:{need.pk}").body
        )


def test_a_course_is_announced_without_saying_that_one_can_apply(place: Municipality) -> None:
    need = makers.make_accepted(place, language="en")
    message = written("need_answered", f"need:{need.pk}", **FACTS)
    assert "how to apply" not in message.body
    assert "Dates to apply for stand there as soon as there are any" in message.body


def test_the_municipality_is_asked_to_stand_behind_it(
    place: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(notices, "reverse", lambda name, **more: f"/nb/{name}/")
    message = written("need_to_back", f"municipality:{place.pk}", need=1, reference="K-2027-001")
    assert message.to == ["hr@nordfjell.example"]
    assert "K-2027-001" in message.subject
    assert "/nb/needs:ours/" in message.body
