"""Static files: small, hashed, complete; nothing inline anywhere."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from shared.web.assets import FOLDER, assets, hashed, icons, stylesheet

ROOT = Path(__file__).parents[3]
TEMPLATES = sorted([*ROOT.glob("shared/web/templates/**/*.html"), *ROOT.glob("services/*/pages/templates/**/*.html")])


def test_the_stylesheet_is_small() -> None:
    compressed = assets()[hashed("css/app.css")].compressed
    assert compressed is not None
    assert gzip.decompress(compressed).decode().startswith("@font-face")
    assert len(compressed) < 7 * 1024


def test_the_script_is_small() -> None:
    assert len((FOLDER / "js/app.js").read_bytes()) < 4 * 1024


def test_a_page_with_latin_letters_needs_less_than_30_kb_of_fonts() -> None:
    sizes = {path.name: path.stat().st_size for path in FOLDER.glob("fonts/*.woff2")}
    assert sizes["partnerschap-sans-latin.woff2"] < 30_000
    assert sum(sizes.values()) < 80_000


def test_every_font_has_its_licence_beside_it() -> None:
    for path in FOLDER.glob("fonts/*.woff2"):
        family = re.sub(r"-latin(-ext)?$", "", path.stem)
        assert "SIL OPEN FONT LICENSE" in (FOLDER / f"fonts/LICENSE-{family}.txt").read_text().upper()


def test_names_change_with_the_content_and_the_stylesheet_follows() -> None:
    style = assets()[hashed("css/app.css")].body.decode()
    urls = re.findall(r"url\(\.\./([^)]+)\)", style)
    assert urls
    assert all(url in assets() for url in urls)
    assert re.fullmatch(r"css/app\.[0-9a-f]{10}\.css", hashed("css/app.css"))


def test_the_stylesheet_loses_nothing_but_comments_and_spaces() -> None:
    small = stylesheet()
    source = "".join(path.read_text() for path in FOLDER.glob("css/*.css"))
    assert small.count("{") == small.count("}")
    assert "/*" not in small
    rules = re.sub(r"/\*.*?\*/", "", source, flags=re.DOTALL)
    assert small.count("{") == rules.count("{")
    assert "calc((var(--th) - var(--h))*12)" in small  # the spaces around a minus have a meaning


def test_physical_sides_are_not_used() -> None:
    """Right to left by construction: only logical properties."""
    for path in FOLDER.glob("css/*.css"):
        found = re.findall(
            r"(?:^|[;{\s])((?:margin|padding|border)-(?:left|right)|left|right|float:\s*(?:left|right)|text-align:\s*(?:left|right))\s*[:;]",
            path.read_text(),
        )
        assert not found, (path.name, found)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_nothing_is_inline(path: Path) -> None:
    text = path.read_text()
    assert not re.search(r"\sstyle\s*=", text)
    assert "<style" not in text
    assert not re.search(r"<script(?![^>]*\bsrc=)", text)
    assert not re.search(r"\son[a-z]+\s*=\s*[\"']", text)
    assert "javascript:" not in text
    assert not re.search(r"(?:src|href)=[\"'](?:https?:)?//", text)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_icon_used_exists(path: Path) -> None:
    used = set(re.findall(r"""icon(?:_svg)?(?:=|\()\s*["']([a-z-]+)["']""", path.read_text()))
    used |= set(re.findall(r""""icon":\s*"([a-z-]+)\"""", path.read_text()))
    assert used - {"face-"} <= icons()


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_every_class_used_is_styled_or_named_for_the_script(path: Path) -> None:
    text = re.sub(r"\{%.*?%\}|\{#.*?#\}", " ", re.sub(r"\{\{.*?\}\}", "§", path.read_text(), flags=re.DOTALL), flags=re.DOTALL)
    used = {name for names in re.findall(r'class="([^"]*)"', text) for name in names.split() if "§" not in name}
    known = set(re.findall(r"\.([a-zA-Z][\w-]*)", stylesheet()))
    assert used - known - HOOKS == set()


# Names that only mark a part of a component, without a look of their own.
HOOKS = {"item", "side", "parent__main", "columns__lead", "columns__body", "week__day", "flashes", "pages", "form", "timeline"}
