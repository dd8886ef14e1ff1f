"""The way as the coordinator and an editor meet it, in the admin."""

from __future__ import annotations

from django.urls import reverse
from playwright.sync_api import Page, expect

from catalogue.models import CoursePage
from regions.forum.models import PlanningRound
from regions.needs.models import Need, NeedState, SharedNeed

from .clean import clean
from .way_world import HIGHEST, TITLE, World

QUESTION = "Hvem gjelder det, og når på døgnet?"


class NeedDesk:
    """The coordinator at the queue."""

    def __init__(self, world: World, page: Page) -> None:
        self.world, self.page = world, page
        world.site.sign_in(page, world.coordinator)

    def claim(self, need: Need) -> None:
        """Find a need in the queue and claim it."""
        page = self.page
        page.goto(self.world.site.url + reverse("need_desk:index"))
        clean(page)
        page.locator(f".need-cell__title[href$='/{need.pk}/']").click()
        page.locator(f"form[action$='/claim/{need.pk}/'] button").click()
        page.wait_for_load_state()
        self._is(need, NeedState.IN_MODERATION)
        clean(page)

    def ask_back(self, need: Need) -> None:
        """Return a need with a question."""
        self.page.locator(f".need-steps a[href$='/return/{need.pk}/']").click()
        self._say(text=QUESTION, alternative="Snakk med fagnettverket imens.")
        self._is(need, NeedState.RETURNED)

    def accept_into(self, need: Need, shared: SharedNeed) -> None:
        """Accept a need into the shared need beside it, and fill in what was left open."""
        page = self.page
        link = page.locator(f".need-beside a[href$='/accept/{need.pk}/?into={shared.pk}']")
        link.click()
        expect(page.locator("[name=into]")).to_have_value(str(shared.pk))
        clean(page)
        page.select_option("[name=service_area]", index=1)
        page.select_option("[name=level]", "unit")
        page.select_option("[name=driver]", "quality")
        page.check("[name=no_personal_data]")
        self._say(
            title="Medisinrutine i hjemmetjenesten",
            public_summary="Ansatte trenger felles opplæring i medisinrutinen.",
            headcount="40",
            headcount_of="60",
            strategic_reason="Står i plan for helse og omsorg.",
            goal_achieve="Alle følger samme rutine.",
            action="Et felles kurs på arbeidsplassen.",
        )
        self._is(need, NeedState.ACCEPTED)

    def merge(self, source: SharedNeed, target: SharedNeed) -> None:
        """Merge one shared need into another."""
        page = self.page
        page.goto(self.world.site.url + reverse("shared_need_desk:inspect", args=[source.pk]))
        clean(page)
        page.locator(f".need-steps a[href$='/absorb/{source.pk}/']").click()
        page.select_option("[name=into]", str(target.pk))
        self._say()
        source.refresh_from_db()
        assert source.state == "absorbed"
        assert self.world.shared == target

    def _say(self, **said: str) -> None:
        for name, text in said.items():
            self.page.fill(f"[name={name}]", text)
        with self.page.expect_navigation():
            self.page.locator(".need-form .need-steps button[type=submit]").click()

    def _is(self, need: Need, state: NeedState) -> None:
        need.refresh_from_db()
        assert need.state == state


class RoundDesk:
    """The coordinator at a round."""

    def __init__(self, world: World, page: Page, planning_round: PlanningRound) -> None:
        self.world, self.page, self.round = world, page, planning_round

    def freeze(self, shared: SharedNeed) -> None:
        """Freeze the needs that are ready: all of them are ticked."""
        self.open()
        self._open_step("freeze")
        expect(self.page.locator("[name=items]")).to_have_count(3)
        expect(self.page.locator(f"#item-{shared.pk}")).to_be_checked()
        clean(self.page)
        self._take("frozen")

    def open(self) -> None:
        """Go to the round's screen."""
        self.page.goto(self.world.site.url + reverse("round_desk:show", args=[self.round.pk]))

    def step(self, name: str, state: str, **said: str) -> None:
        """Take a step from the round's screen, or from the meeting's."""
        self._open_step(name)
        for field, text in said.items():
            self.page.fill(f"[name={field}]", text)
        self._take(state)

    def watch_the_ballots(self, sent: int) -> None:
        """See how many have sent theirs, and nothing of what they say."""
        self.open()
        main = self.page.locator("#round-progress").locator("xpath=..")
        expect(main.locator("strong").first).to_contain_text(str(sent))
        expect(self.page.locator("a[href*='/meeting/']")).to_have_count(0)
        clean(self.page)

    def meet(self) -> None:
        """Move the need to the first place, let the rest stand as proposed, and decide."""
        page = self.page
        page.locator("a[href*='/meeting/']").first.click()
        rows = page.locator(".round-table tbody tr th")
        expect(rows.nth(0)).to_contain_text(HIGHEST)
        expect(rows.nth(1)).to_contain_text(TITLE)
        clean(page)
        self._open_step("override")
        item = self.round.items.get(title=TITLE)
        page.select_option("[name=item]", str(item.pk))
        self._fill(
            to_rank="1",
            text="Gjelder pasientsikkerhet nå.",
            votes_for="7",
            votes_against="1",
            case_no="031/26",
        )
        self._take("deliberation")
        expect(rows.nth(0)).to_contain_text(TITLE)
        self.step("settle", "deliberation")
        self.step("decide", "decided", case_no="031/26")

    def _open_step(self, name: str) -> None:
        self.page.locator(f".round-step a[href$='/step/{self.round.pk}/{name}/']").click()
        expect(self.page.locator(".round-actions")).to_be_visible()

    def _fill(self, **said: str) -> None:
        for name, text in said.items():
            self.page.fill(f"[name={name}]", text)

    def _take(self, state: str) -> None:
        with self.page.expect_navigation():
            self.page.locator(".round-actions button[type=submit]").click()
        self.round.refresh_from_db()
        assert self.round.state == state


def publish_course(world: World, page: Page, shared: SharedNeed) -> CoursePage:
    """Begin a course from the need that is wanted, as an editor, and publish it."""
    world.site.sign_in(page, world.site.people["editor"])
    page.locator(f"a[href*='distancecoursepage'][href$='?need={shared.pk}']").first.click()
    expect(page.locator("[name=title]")).to_have_value(TITLE)
    expect(page.locator(f"[name=answers_needs][value='{shared.pk}']")).to_be_checked()
    page.select_option("[name=provider]", index=1)
    page.locator("[name=target_groups]").first.check()
    page.locator("[name=service_areas]").first.check()
    page.fill("[name=pace_percent]", "25")
    for _twice in range(2):  # the second time tells nobody anew
        with page.expect_navigation():
            page.click("[name=action-publish]")
    return CoursePage.objects.get(title=TITLE, live=True)
