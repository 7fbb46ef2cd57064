"""What a browser sees of every component: no barrier that axe knows, nothing that runs off, nothing that is cut."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import ConsoleMessage, FloatRect, Page

from tests.e2e.styleguide.conftest import Site

pytestmark = pytest.mark.browser

PAGES = {
    "everything": "/",
    "work": "/werk?flash=1",
    "case": "/dossier",
    "week": "/scheduling/agenda",
    "form": "/formulier",
    "errors": "/formulier?fout=1",
    "parent": "/ouder",
    "parent-arabic": "/ouder?lang=ar",
    "api": "/docs",
    "not-found": "/fout/404",
    "failure-for-parents": "/fout/500?uit=1",
}
# WCAG 1.4.12: a reader may set these, and nothing may be lost.
_SPACING = """* { line-height: 1.5 !important; letter-spacing: .12em !important; word-spacing: .16em !important }
p { margin-bottom: 2em !important }"""
_WIDEN = """(text) => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(text);
  document.adoptedStyleSheets = [sheet];
}"""
_FIELDS = ".btn, select, input:not([type=radio], [type=checkbox], [type=hidden])"
_FOCUS = """() => {
  const element = document.activeElement, style = getComputedStyle(element);
  return [element.textContent.trim(), style.outlineStyle, parseFloat(style.outlineWidth)];
}"""
_CUT = """() => [...document.querySelectorAll('main *, header *, footer *')].filter((element) => {
  const style = getComputedStyle(element);
  if (element.closest('.hidden, [hidden], svg, .steps, select') || style.clipPath !== 'none') return false;
  const hides = (side) => ['hidden', 'clip'].includes(style[side]);
  return (hides('overflowX') && element.scrollWidth > element.clientWidth + 1)
      || (hides('overflowY') && element.scrollHeight > element.clientHeight + 1);
}).map((element) => element.className)"""
_OVERLAP = """() => [...document.querySelectorAll('.slot > *')].filter((slot) => {
  const box = slot.getBoundingClientRect();
  return [...slot.children].some((part) => part.getBoundingClientRect().bottom > box.bottom + 1);
}).map((slot) => slot.textContent)"""


@pytest.fixture
def page(site: Site, request: pytest.FixtureRequest) -> Iterator[Page]:
    """A page of the asked-for width; the console stays silent, so the content security policy stops nothing."""
    options = dict(getattr(request, "param", {}))
    context = site.context(**options)
    page = context.new_page()
    said: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        said.append(message.text)

    page.on("console", hear)
    page.on("pageerror", lambda error: said.append(str(error)))
    yield page
    context.close()
    assert said == []


def _open(page: Page, name: str) -> None:
    page.goto(PAGES[name])
    page.evaluate("document.fonts.ready")


@pytest.mark.parametrize("page", [{"width": 1280}, {"width": 390}], indirect=True, ids=["1280", "390"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(page: Page, name: str) -> None:
    _open(page, name)
    assert page.evaluate("document.querySelectorAll('[style], style, script:not([src])').length") == 0
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("page", [{"width": 1280}, {"width": 320}], indirect=True, ids=["1280", "320"])
@pytest.mark.parametrize("name", PAGES)
def test_nothing_runs_off_the_screen_and_wider_text_is_not_cut(page: Page, name: str) -> None:
    _open(page, name)
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")
    page.evaluate(_WIDEN, _SPACING)
    assert page.evaluate(_CUT) == []
    assert page.evaluate(_OVERLAP) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= page.evaluate("innerWidth")


@pytest.mark.parametrize("page", [{"width": 1280}, {"width": 390}], indirect=True, ids=["1280", "390"])
def test_targets_are_large_enough(page: Page) -> None:
    """Buttons and fields at least 36 px high; on parents' pages the answers at least 48."""
    _open(page, "errors")
    heights = page.locator(_FIELDS).evaluate_all("(all) => all.map((each) => each.offsetHeight)")
    assert min(height for height in heights if height) >= 36
    _open(page, "parent")
    assert page.evaluate("Math.min(...[...document.querySelectorAll('.btn')].map((e) => e.offsetHeight))") >= 48


def test_every_stop_of_the_tab_key_is_visible_and_in_order(page: Page) -> None:
    _open(page, "case")
    seen = []
    for _ in range(12):
        page.keyboard.press("Tab")
        seen.append(page.evaluate(_FOCUS))
    assert seen[0][0] == "Naar de inhoud"
    places = ["Partnerschap", "Mijn werk", "Dossiers", "Agenda", "Berichten", "Inzicht"]
    assert [each[0] for each in seen[1:7]] == places
    assert "Uitloggen" in [each[0] for each in seen[7:9]]
    assert all(style == "solid" and width >= 3 for _, style, width in seen)


@pytest.mark.parametrize("page", [{"forced_colors": "active"}], indirect=True, ids=["forced"])
def test_the_chosen_smiley_shows_in_forced_colours(page: Page) -> None:
    _open(page, "parent")
    box = page.locator(".smiley__box").first
    before = box.evaluate("(e) => getComputedStyle(e).borderTopColor + getComputedStyle(e).outlineStyle")
    page.locator(".smiley").first.click()
    assert page.locator("input[name=met]").first.is_checked()
    assert box.evaluate("(e) => getComputedStyle(e).borderTopColor + getComputedStyle(e).outlineStyle") != before


def test_icons_are_drawn(page: Page) -> None:
    _open(page, "everything")
    sizes = page.evaluate("[...document.querySelectorAll('.icon use')].map((use) => use.getBBox().width)")
    assert len(sizes) > 50
    assert min(sizes) > 0


def test_the_week_puts_items_at_their_time(page: Page) -> None:
    _open(page, "week")

    def box(text: str) -> FloatRect:
        found = page.locator(".slot > *", has_text=text).bounding_box()
        assert found is not None
        return found

    def hour(text: str) -> float:
        found = page.locator(".week__hours li", has_text=text).bounding_box()
        assert found is not None
        return found["y"]

    assert abs(box("Huisbezoek Yılmaz")["y"] - hour("09:00")) < 4
    assert abs(box("Huisbezoek El Amrani")["y"] - hour("11:00")) < 4
    assert box("Evaluatie Haddad")["x"] > box("Gesprek op school, Yılmaz")["x"] + 40
    assert box("Huisbezoek Nowak")["x"] > box("Coaching team")["x"]


@pytest.mark.parametrize("page", [{"java_script_enabled": False}], indirect=True, ids=["noscript"])
def test_a_form_is_sent_and_kept_without_script(page: Page) -> None:
    page.goto(PAGES["form"])
    page.get_by_label("Voornaam").fill("Aylin")
    page.get_by_label("Weten we niet").check()
    page.get_by_role("button", name="Dossier openen").click()
    assert page.get_by_label("Voornaam").input_value() == "Aylin"


def test_printing_leaves_the_menu_and_the_buttons_out(page: Page) -> None:
    _open(page, "case")
    page.emulate_media(media="print")
    assert not page.locator(".nav").is_visible()
    assert not page.get_by_role("button", name="Uitloggen").is_visible()
    assert page.get_by_text("Het verhaal van de ouders").is_visible()
