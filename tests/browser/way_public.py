"""The way as the submitter and any reader meet it, with or without script."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

from django.core import mail
from playwright.sync_api import Page, expect

from catalogue.models import CoursePage
from regions.forum.models import PlanningRound
from regions.needs.models import Need, NeedState
from tests.forum.test_recompute_command import run_without_database
from tests.needs import browsing

from .way_world import MAILBOX, TITLE, TOLD, World

#: Looks at a page that is passed.
Look = Callable[[Page], None]

ASKED = "input, select, textarea"


def unseen(page: Page) -> None:
    """Look at nothing: axe needs script, or a page of this kind was looked at before."""


def report(world: World, page: Page, look: Look) -> Need:
    """Report a need in one screen and three fields, and confirm it by the mailed link."""
    page.goto(f"{world.site.url}/nb/needs/{world.region.slug}/report/")
    asked = [
        field.get_attribute("name")
        for field in page.locator("form#report").locator(ASKED).all()
        if field.is_visible() and not _is_trap(field)
    ]
    assert asked == ["challenge", "municipality", "contact_email"]
    look(page)
    page.fill("[name=challenge]", TOLD)
    page.select_option("[name=municipality]", label=world.home.name)
    page.fill("[name=contact_email]", MAILBOX)
    page.click("button[value=send]")
    expect(page.locator(".receipt__reference")).to_contain_text("K-")
    page.goto(world.site.url + browsing.link_in(mails("/confirm/", to=MAILBOX)[-1]))
    page.click("main button[type=submit]")
    expect(page.locator(".path__step--now")).to_have_count(1)
    look(page)
    need = Need.objects.get(challenge=TOLD)
    assert need.state == NeedState.SUBMITTED
    return need


def answer_back(world: World, page: Page, look: Look, question: str) -> None:
    """Follow the link of the mail that asks back, and answer on the receipt."""
    (asked,) = mails(question, to=MAILBOX)
    page.goto(world.site.url + receipt_in(asked))
    expect(page.locator(".ask--need")).to_contain_text(question)
    look(page)
    page.fill("[name=text]", "Alle vikarer på kveld og natt.")
    page.click(".asked__form button[type=submit]")
    expect(page.locator(".ask--need")).to_have_count(0)
    assert Need.objects.get(challenge=TOLD).state == NeedState.SUBMITTED


def read_result(
    world: World, page: Page, look: Look, planning_round: PlanningRound, folder: Path
) -> None:
    """Read the result, download it, and count it again without the database."""
    page.goto(f"{world.site.url}/nb/rounds/{world.region.slug}/{planning_round.slug}/")
    first = page.locator(".rank").first
    expect(first.locator(".rank__title")).to_have_text(TITLE)
    expect(first.locator(".rank__moved")).to_contain_text("Gjelder pasientsikkerhet nå.")
    expect(first.locator(".rank__strip")).to_be_visible()
    expect(page.locator("#members ~ .result__list li")).to_have_count(1)  # who was recused
    look(page)
    fingerprint = page.locator(".result__hash").first.inner_text()
    with page.expect_download() as downloading:
        page.locator("a.download[href$='result.json']").first.click()
    file = folder / "result.json"
    downloading.value.save_as(file)
    done = run_without_database(file, "--sha256", fingerprint)
    assert (done.returncode, done.stderr) == (0, "")
    assert "agree with the ballots" in done.stdout
    counted = {
        each["ref"]: len(each["lines"]) for each in json.loads(file.read_text())["inputs"]["items"]
    }
    assert sorted(counted.values()) == [7, 8, 8]  # nobody counts who was late
    assert counted[world.shared.reference] == 7  # nor who was recused


def see_the_loop_closed(
    world: World,
    page: Page,
    look: Look,
    planning_round: PlanningRound,
    course: CoursePage,
    mailboxes: list[str],
) -> None:
    """Read the one mail that each got, each receipt, the result and the course."""
    told = mails(course.url)
    assert sorted(each.to[0] for each in told) == sorted(mailboxes)
    for each in told:
        page.goto(world.site.url + receipt_in(each))
        link = page.locator(f"main a[href='{course.url}']")
        expect(link).to_have_text(course.title)
    look(page)
    result = f"/nb/rounds/{world.region.slug}/{planning_round.slug}/"
    page.goto(f"{world.site.url}{result}")
    answered = page.locator(".rank").first.locator(".rank__answer a")
    expect(answered).to_have_text(course.title)
    answered.click()
    expect(page.locator("h1")).to_have_text(course.title)
    expect(page.locator(".origin__title")).to_have_text(TITLE)
    look(page)
    page.locator(".origin__title a").click()
    assert result in page.url


def mails(text: str, *, to: str = "") -> list[mail.EmailMessage]:
    """Return the mails that say something, in the order they were sent."""
    return [each for each in mail.outbox if text in each.body and (not to or to in each.to)]


def receipt_in(message: mail.EmailMessage) -> str:
    """Return the path of the receipt in a mail."""
    return re.search(r"https?://[^/\s]+(/\S*/needs/r/\S+)", message.body)[1]


def _is_trap(field: object) -> bool:
    return field.evaluate("element => element.closest('[aria-hidden]') !== null")
