"""The HTML of a mail, through MJML.

A text is compiled once per language and kept; values are filled into the compiled HTML afterwards, escaped. So what a
person typed never passes through MJML, and a mail costs no compilation.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping
from functools import lru_cache
from itertools import groupby

import mrml

from services.notifications.domain.languages import Language
from services.notifications.domain.texts import PLACEHOLDER, Block, MailText

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_FONT = "Arial, Helvetica, sans-serif"
_INK, _MUTED, _BRAND, _SOFT, _PAPER = "#1b2733", "#4d5b68", "#154273", "#e6eef7", "#f7f8fa"
_SMALL = f' font-size="14px" line-height="20px" color="{_MUTED}"'


@lru_cache(maxsize=256)
def compiled(parts: tuple[tuple[str, MailText], ...], languages: tuple[Language, ...], sender: str) -> str:
    """The page with its placeholders still in it, each marked with the language that it belongs to."""
    first = languages[0]
    sections = "".join(
        _section(language, _marked(text, language.tag), sender, is_first=language is first)
        for language, (_, text) in zip(languages, parts, strict=True)
    )
    title = _escaped(_marked_words(parts[0][1].subject, first.tag))
    source = (
        f'<mjml lang="{first.tag}" dir="{first.direction}"><mj-head><mj-title>{title}</mj-title><mj-attributes>'
        f'<mj-all font-family="{_FONT}" color="{_INK}" /><mj-text font-size="16px" line-height="24px" padding="8px 24px" />'
        f'</mj-attributes></mj-head><mj-body background-color="{_PAPER}" width="560px">{sections}</mj-body></mjml>'
    )
    return str(mrml.to_html(source).content)


def filled(page: str, values: Mapping[str, Mapping[str, str]]) -> str:
    """The page with each language's values, escaped for text and attributes alike."""

    def value(found: re.Match[str]) -> str:
        name, tag = found[1], found[2]
        return html.escape(values[tag][name], quote=True)

    return _MARK.sub(value, page)


# Signs that every system has had for twenty years, black on white: emoji would be boxes on some and a circus on others.
_PICTOGRAMS = {"day": "\u25a6", "time": "\u25f7", "place": "\u2302", "host": "\u263a\ufe0e"}
_MARK = re.compile(r"⟦([a-z_]+)@([A-Za-z-]+)⟧")


def _marked(text: MailText, tag: str) -> MailText:
    blocks = (Block(block.kind, _marked_words(block.text, tag), _detail(block, tag)) for block in text.blocks)
    return MailText(_marked_words(text.subject, tag), tuple(blocks))


def _detail(block: Block, tag: str) -> str:
    return f"⟦{block.detail}@{tag}⟧" if block.kind == "button" else _marked_words(block.detail, tag)


def _marked_words(words: str, tag: str) -> str:
    return PLACEHOLDER.sub(lambda found: f"⟦{found[1]}@{tag}⟧", words)


def _section(language: Language, text: MailText, sender: str, *, is_first: bool) -> str:
    groups = [list(group) for _, group in groupby(text.blocks, key=lambda block: block.kind)]
    parts = "".join(_group(blocks, language, "h1" if is_first else "h2") for blocks in groups)
    footer = _text(f"{_escaped(sender)}<br />{_escaped(language.footer)}", language, extra=_SMALL)
    return (
        f'<mj-section background-color="#ffffff" direction="{language.direction}" padding="16px 0"><mj-column>{parts}'
        f'<mj-divider border-width="1px" border-color="#c9cfd6" padding="12px 24px 4px" />'
        f"{footer}</mj-column></mj-section>"
    )


def _group(blocks: list[Block], language: Language, heading: str) -> str:
    kind = blocks[0].kind
    if kind == "fact":
        return _facts(blocks, language)
    if kind == "heading":
        style = f"margin:0;font-size:22px;line-height:28px;color:{_BRAND}"
        return "".join(_text(f'<{heading} style="{style}">{_words(block.text)}</{heading}>', language) for block in blocks)
    if kind == "button":
        return "".join(_button(block, language) for block in blocks)
    return "".join(_text(_words(block.text), language) for block in blocks)


def _facts(blocks: list[Block], language: Language) -> str:
    lines = "<br />".join(f"{_pictogram(block)}{_words(block.text)}: <strong>{_words(block.detail)}</strong>" for block in blocks)
    return _text(lines, language, extra=f' font-size="18px" line-height="30px" container-background-color="{_SOFT}"')


def _pictogram(block: Block) -> str:
    """Beside its words, never in their place; a character, as pictures from elsewhere are not shown and tell who reads."""
    name = next((found[1] for found in _MARK.finditer(block.detail) if found[1] in _PICTOGRAMS), None)
    return f'<span aria-hidden="true">{_PICTOGRAMS[name]}</span>&#160;' if name else ""


def _button(block: Block, language: Language) -> str:
    side = "right" if language.is_right_to_left else "left"
    label = f'<span lang="{language.tag}" dir="{language.direction}">{_words(block.text)}</span>'
    return (
        f'<mj-button href="{block.detail}" align="{side}" background-color="{_BRAND}" color="#ffffff" font-size="18px"'
        f' font-weight="bold" inner-padding="14px 28px" padding="12px 24px">{label}</mj-button>'
    )


def _text(inner: str, language: Language, extra: str = "") -> str:
    # Direction on every block too: mail programs drop <html>, and some drop <body>.
    side = "right" if language.is_right_to_left else "left"
    inside = f'<div lang="{language.tag}" dir="{language.direction}">{inner}</div>'
    return f'<mj-text align="{side}"{extra}>{inside}</mj-text>'


def _words(text: str) -> str:
    """Escaped, with bold, and with every value kept in its own direction."""
    bold = _BOLD.sub(r"<strong>\1</strong>", _escaped(text))
    return _MARK.sub(lambda found: f"<bdi{_direction(found[1])}>{found[0]}</bdi>", bold)


def _direction(name: str) -> str:
    return ' dir="ltr" style="white-space:nowrap"' if name in ("phone", "time") else ""


def _escaped(text: str) -> str:
    return html.escape(text, quote=True)
