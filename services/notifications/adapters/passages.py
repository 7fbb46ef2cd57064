"""A mail's words for where there is no screen: on the phone, and on paper."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from services.notifications.adapters import plain
from services.notifications.domain.languages import Language
from services.notifications.domain.texts import Block, MailText

_BOLD = re.compile(r"\*\*(.+?)\*\*")


@dataclass(frozen=True, slots=True)
class Line:
    """One line or paragraph; `runs` are pieces of its text, each bold or not. A fact has a label."""

    kind: str
    label: str
    runs: tuple[tuple[str, bool], ...]

    @property
    def text(self) -> str:
        return "".join(words for words, _ in self.runs)


@dataclass(frozen=True, slots=True)
class Passage:
    """The words in one language."""

    language: Language
    lines: tuple[Line, ...]

    @property
    def spoken(self) -> list[Line]:
        """What is said on the phone."""
        return [line for line in self.lines if line.kind != "answer"]


def passage(language: Language, text: MailText, values: Mapping[str, str], absent: frozenset[str]) -> Passage:
    """Without links; where the mail asks for a click, a letter asks for a call (an `answer`, which nobody says on the phone)."""
    lines = []
    for block in text.blocks:
        if block.kind == "button":
            lines.append(Line("answer", "", ((language.by_phone, False),)))
        elif block.kind != "online" and not block.placeholders & absent:
            lines.append(_line(block, values))
    return Passage(language, tuple(lines))


def _line(block: Block, values: Mapping[str, str]) -> Line:
    if block.kind == "fact":
        return Line("fact", plain.filled(block.text, values), ((plain.filled(block.detail, values), True),))
    pieces = _BOLD.split(block.text)
    # Split before it is filled in: stars in a name are a name's.
    runs = tuple((plain.filled(piece, values), number % 2 == 1) for number, piece in enumerate(pieces) if piece)
    return Line(block.kind, "", runs)
