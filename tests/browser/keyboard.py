"""A person who uses nothing but the keyboard, and how many keys they press."""

from __future__ import annotations

from playwright.sync_api import Page


class Keyboard:
    """Presses keys in a page and counts: moves and commands apart from typed text."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.moves = 0
        self.typed = 0
        self.screens = 0

    def press(self, key: str) -> None:
        self.page.keyboard.press(key)
        self.moves += 1

    def type(self, text: str) -> None:
        self.page.keyboard.type(text)
        self.typed += len(text)

    def on(self, selector: str) -> bool:
        script = "s => document.activeElement !== null && document.activeElement.matches(s)"
        return self.page.evaluate(script, selector)

    def where(self) -> str:
        return self.page.evaluate(
            "() => { const e = document.activeElement;"
            " return `${e.tagName}#${e.id} ${e.innerText?.slice(0, 60)}` }"
        )

    def go_to(self, selector: str, *, key: str = "Tab", limit: int = 60) -> None:
        """Press ``key`` until the focus is on ``selector``."""
        for _ in range(limit):
            if self.on(selector):
                return
            self.press(key)
        raise AssertionError(f"{limit} times {key} never led to {selector}; at {self.where()}")

    def follow(self, selector: str, **how: object) -> None:
        """Go to a link or button, press Enter, and wait for the next screen."""
        self.go_to(selector, **how)
        self.enter_screen("Enter")

    def enter_screen(self, key: str) -> None:
        with self.page.expect_navigation():
            self.press(key)
        self.page.wait_for_load_state("networkidle")
        self.screens += 1
