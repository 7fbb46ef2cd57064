"""The one script: drafts that survive, a warning before the login ends, a question before typed words are lost."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Dialog, Page, expect

from tests.e2e.styleguide.conftest import Site

pytestmark = pytest.mark.browser
STORY = "Het verhaal van de ouders"


@pytest.fixture
def page(site: Site) -> Iterator[Page]:
    context = site.context()
    yield context.new_page()
    context.close()


def _drafts(page: Page) -> list[str]:
    return list(page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('draft:'))"))


def _leave(page: Page, path: str) -> None:
    page.once("dialog", lambda dialog: dialog.accept())
    page.goto(path)


def test_a_text_comes_back_after_leaving_and_can_be_thrown_away(page: Page) -> None:
    page.goto("/formulier")
    page.get_by_label(STORY).fill("Zij is moe en stil.")
    _leave(page, "/werk")
    page.goto("/formulier")
    expect(page.get_by_label(STORY)).to_have_value("Zij is moe en stil.")
    page.get_by_role("button", name="Tekst weggooien").click()
    expect(page.get_by_label(STORY)).to_have_value("")
    assert _drafts(page) == []


def test_a_draft_stays_while_the_form_has_errors_and_goes_when_it_was_accepted(page: Page) -> None:
    page.goto("/formulier")
    page.get_by_label(STORY).fill("Zij is moe.")
    page.get_by_role("button", name="Dossier openen").click()
    page.wait_for_load_state()
    assert len(_drafts(page)) == 1  # the same form again
    page.get_by_role("button", name="Dossier openen").click()
    page.wait_for_load_state()
    page.evaluate("sessionStorage.setItem('sent', Object.keys(localStorage).find((name) => name.startsWith('draft:')))")
    page.goto("/werk")
    assert _drafts(page) == []


@pytest.mark.parametrize("lost", ["/fout/503", "/werk?uit=1"])
def test_a_draft_stays_when_the_form_did_not_arrive(page: Page, lost: str) -> None:
    page.goto("/formulier")
    page.get_by_label(STORY).fill("Zij is moe.")
    page.evaluate("sessionStorage.setItem('sent', Object.keys(localStorage).find((name) => name.startsWith('draft:')))")
    _leave(page, lost)
    page.goto("/werk")
    assert len(_drafts(page)) == 1


def test_logging_out_leaves_nothing_on_the_device(page: Page) -> None:
    page.goto("/formulier")
    page.get_by_label(STORY).fill("Zij is moe.")
    page.get_by_role("button", name="Uitloggen").click()
    page.wait_for_load_state()
    assert _drafts(page) == []


def test_another_persons_and_an_old_draft_are_removed(page: Page) -> None:
    page.goto("/werk")
    keep = "([name, value]) => localStorage.setItem(name, value)"
    page.evaluate(keep, ["draft:someone-else:/formulier:nieuw", '{"at": 9e15, "texts": {"text": "x"}}'])
    page.evaluate(keep, [f"draft:{UUID(int=1)}:/formulier:nieuw", '{"at": 1, "texts": {"text": "x"}}'])
    page.evaluate(keep, [f"draft:{UUID(int=1)}:/formulier:kapot", "{"])
    page.goto("/formulier")
    assert _drafts(page) == []
    expect(page.get_by_label(STORY)).to_have_value("")


def test_leaving_a_changed_form_asks_first(page: Page) -> None:
    asked: list[str] = []

    def answer(dialog: Dialog) -> None:
        asked.append(dialog.type)
        dialog.accept()

    page.on("dialog", answer)
    page.goto("/formulier")
    page.goto("/werk")
    assert asked == []
    page.goto("/formulier")
    page.get_by_label("Voornaam").fill("Aylin")
    page.goto("/werk")
    assert asked == ["beforeunload"]
    page.goto("/formulier")
    page.get_by_label("Voornaam").fill("Aylin")
    page.get_by_role("button", name="Dossier openen").click()
    page.wait_for_load_state()
    assert asked == ["beforeunload"]


def test_two_minutes_before_the_login_ends_a_button_keeps_it(page: Page) -> None:
    later = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
    page.goto("/werk?nog=121")
    box = page.get_by_role("alertdialog")
    expect(box).to_be_visible()
    button = box.get_by_role("button", name="Ingelogd blijven")
    expect(button).to_be_focused()
    page.route("**/cases/", lambda route: route.fulfill(body=f'<body data-expires="{later}">'))
    button.click()
    expect(box).to_be_hidden()


def test_after_errors_the_reader_starts_at_the_summary(page: Page) -> None:
    page.goto("/formulier?fout=1")
    expect(page.locator(".errors")).to_be_focused()
    page.get_by_role("link", name="Geboortedatum").click()
    expect(page.get_by_label("Geboortedatum")).to_be_focused()
