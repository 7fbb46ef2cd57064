"""Two ways to use a page: with a mouse, and with nothing but the keyboard."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from playwright.sync_api import Locator, Page, expect

_FURTHEST = 400  # presses of the Tab key: no page has more to stop at


class Hands(Protocol):
    """What somebody does with a control on a page."""

    def press(self, control: Locator) -> None:
        """A button or a link; a page comes."""
        ...

    def unfold(self, summary: Locator) -> None: ...
    def write(self, field: Locator, text: str) -> None: ...
    def write_day(self, field: Locator, day: date) -> None: ...
    def pick(self, option: Locator) -> None:
        """A radio button or a checkbox."""
        ...


@dataclass(frozen=True)
class Mouse:
    page: Page

    def press(self, control: Locator) -> None:
        with self.page.expect_navigation():
            control.click()

    def unfold(self, summary: Locator) -> None:
        summary.click()

    def write(self, field: Locator, text: str) -> None:
        field.fill(text)

    def write_day(self, field: Locator, day: date) -> None:
        field.fill(day.isoformat())

    def pick(self, option: Locator) -> None:
        option.check()


@dataclass(frozen=True)
class Keyboard:
    """Goes to every control by Tab, and never touches a mouse; what cannot be reached so fails."""

    page: Page

    def press(self, control: Locator) -> None:
        self._reach(control)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")

    def unfold(self, summary: Locator) -> None:
        self._reach(summary)
        self.page.keyboard.press("Enter")

    def write(self, field: Locator, text: str) -> None:
        self._reach(field)
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)

    def write_day(self, field: Locator, day: date) -> None:
        """In the order in which the browser asks for day and month."""
        self._reach(field)
        for pattern in ("%m%d%Y", "%d%m%Y"):
            self.page.keyboard.type(day.strftime(pattern))
            if field.input_value() == day.isoformat():
                return
            for _ in range(2):
                self.page.keyboard.press("ArrowLeft")
        raise AssertionError(f"no way to type {day}: {field.input_value()}")

    def pick(self, option: Locator) -> None:
        """Radio buttons of one question are one stop: the arrows go on from there."""
        self._reach(option, together=True)
        for _ in range(10):
            if self._at(option):
                break
            self.page.keyboard.press("ArrowDown")
        if not option.is_checked():
            self.page.keyboard.press("Space")
        expect(option).to_be_checked()

    def _reach(self, control: Locator, *, together: bool = False) -> None:
        for _ in range(_FURTHEST):
            if self._at(control, together=together):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"the Tab key does not lead to {control}")

    def _at(self, control: Locator, *, together: bool = False) -> bool:
        same = " || element.type === 'radio' && document.activeElement.name === element.name" if together else ""
        return bool(control.evaluate(f"(element) => document.activeElement === element{same}"))
