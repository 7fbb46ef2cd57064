"""Who walks the road: each with a browser of their own, and what every page they see must hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.api_client import PASSWORD

# A label or an error must lead to one field; axe does not look into what is folded.
_TWICE = "[...document.querySelectorAll('[id]')].map((each) => each.id).filter((id, at, all) => all.indexOf(id) !== at)"
_RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@dataclass
class Person:
    """Somebody with a browser. `seen`: the pages that were looked at, each once."""

    page: Page
    seen: set[str]

    def opens(self, path: str) -> None:
        answer = self.page.goto(path)
        assert answer is not None
        assert answer.status == 200, path
        self.looks()

    def presses(self, button: str) -> None:
        """A button of a form; the page that comes is looked at."""
        with self.page.expect_navigation():
            self.page.get_by_role("button", name=button, exact=True).first.click()
        self.looks()

    def follows(self, link: str) -> None:
        with self.page.expect_navigation():
            self.page.get_by_role("link", name=link).first.click()
        self.looks()

    def fills(self, **fields: str) -> None:
        """Fields by their label, with _ for a space."""
        for label, text in fields.items():
            self.page.get_by_label(label.replace("_", " "), exact=True).first.fill(text)

    def reads(self, text: str) -> bool:
        return text in self.page.locator("main").inner_text()

    def looks(self) -> None:
        """Nothing that axe objects to, nothing that runs off the screen, also of 320 px (WCAG 1.4.10); each kind of page once."""
        kind = f"{urlsplit(self.page.url).path[:40]} {self.page.title()}"
        if kind in self.seen:
            return
        self.seen.add(kind)
        found = Axe().run(self.page, options={"runOnly": _RULES})
        assert found.violations_count == 0, f"{self.page.url}: {found.generate_report()}"
        assert self.page.evaluate(_TWICE) == [], f"{self.page.url}: ids that are there twice"
        size = self.page.viewport_size
        assert size is not None
        for width in (320, size["width"]):
            self.page.set_viewport_size({"width": width, "height": size["height"]})
            assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{self.page.url} at {width} px"


@dataclass(frozen=True)
class Browsers:
    """Makes people; `width` in pixels."""

    browser: Browser
    url: str
    width: int
    seen: set[str]

    @contextmanager
    def anybody(self, width: int | None = None) -> Iterator[Person]:
        """Somebody without an account. What their browser's console says must be nothing."""
        size = {"width": width or self.width, "height": 900}
        context = self.browser.new_context(viewport=size, locale="nl-NL", base_url=self.url)  # type: ignore[arg-type]
        page, said = context.new_page(), list[str]()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        yield Person(page, self.seen)
        context.close()
        # A refused form is answered 409 or 422, which Chromium notes in the console; nothing else may stand there.
        assert [each for each in said if not re.search("status of (409|422)", each)] == []

    @contextmanager
    def staff(self, email: str) -> Iterator[Person]:
        """Somebody who has logged in through the page."""
        with self.anybody() as person:
            person.opens("/cases/inloggen")
            person.fills(**{"E-mailadres": email, "Wachtwoord": PASSWORD})
            person.presses("Inloggen")
            yield person
