"""The plain text of a mail: complete by itself, for who reads no HTML."""

from __future__ import annotations

import re
from collections.abc import Mapping

from services.notifications.domain.languages import Language
from services.notifications.domain.texts import PLACEHOLDER, Block, MailText

_BOLD = re.compile(r"\*\*(.+?)\*\*")
_BETWEEN = "\n\n----------------------------------------\n\n"
# What follows is taken for a signature, and greyed or folded away: only the last language has one (RFC 3676, 4.3).
_SIGNED = "-- \n"

# What may be written in another direction than the text around it.
_FOREIGN = frozenset({"name", "host", "phone"})


def plain_text(parts: list[tuple[Language, MailText, Mapping[str, str]]], sender: str) -> str:
    """The languages one below the other, each with its own footer."""
    return _BETWEEN.join([*(_part(*part, sender) for part in parts[:-1]), _part(*parts[-1], f"{_SIGNED}{sender}")]) + "\n"


def filled(template: str, values: Mapping[str, str]) -> str:
    """Each placeholder replaced once; what is filled in is never looked at again."""
    return PLACEHOLDER.sub(lambda found: values[found[1]], template)


def _part(language: Language, text: MailText, values: Mapping[str, str], sender: str) -> str:
    if language.is_right_to_left:
        values = {name: _isolated(value) if name in _FOREIGN else value for name, value in values.items()}
    lines: list[str] = []
    for block, following in zip(text.blocks, [*text.blocks[1:], None], strict=True):
        lines.append(_line(block, values))
        if not (block.kind == "fact" and following is not None and following.kind == "fact"):
            lines.append("")
    return "\n".join([*lines, sender, language.footer])


def _line(block: Block, values: Mapping[str, str]) -> str:
    if block.kind == "button":
        return f"{filled(block.text, values)}:\n{values[block.detail]}"
    words = f"{block.text}: {block.detail}" if block.kind == "fact" else block.text
    return filled(_BOLD.sub(r"\1", words), values)


def _isolated(value: str) -> str:
    """Kept together and in its own direction amid right-to-left text (U+2068 … U+2069, Unicode Annex 9)."""
    return f"\u2068{value}\u2069"
