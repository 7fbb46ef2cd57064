"""A letter to a parent, to print: in their own language and in Dutch, with the same words as the mail would have."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from itertools import groupby
from pathlib import Path
from typing import Any

from services.notifications.adapters.passages import Line, Passage
from services.notifications.usecases.calls import Call
from shared import pdf
from shared.web.i18n import day, speak

_TEMPLATE = Path(__file__).parent / "letter.typ"


def as_pdf(call: Call, address: Sequence[str], sender: str, on: date) -> bytes:
    """All that this parent is to hear, each thing on a page of its own.

    `address` is printed where the window is, and kept nowhere; without lines there is room for a label.
    """
    speak("nl")
    data = {
        "title": call.topics[0].passages[0].lines[0].text,
        "sender": sender,
        "address": list(address),
        "made": day(on).split(" ", 1)[1],
        "letters": [[_part(each) for each in topic.passages] for topic in call.topics],
    }
    return pdf.render(_TEMPLATE, data)


def _part(passage: Passage) -> dict[str, Any]:
    groups = [(kind, list(lines)) for kind, lines in groupby(passage.lines, key=lambda line: line.kind)]
    lines = [each for kind, found in groups for each in ([_facts(found)] if kind == "fact" else map(_words, found))]
    return {"lang": passage.language.tag, "rtl": passage.language.is_right_to_left, "lines": lines}


def _facts(lines: Sequence[Line]) -> dict[str, Any]:
    return {"kind": "facts", "rows": [{"label": line.label, "text": line.text} for line in lines]}


def _words(line: Line) -> dict[str, Any]:
    return {"kind": line.kind, "runs": [{"text": text, "bold": bold} for text, bold in line.runs]}
