"""Searching in texts: what is found is shown by a short excerpt, in which what was sought is marked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.cases.domain.case import Child
from shared.errors import Invalid

KINDS = (
    "reason", "story", "addition", "child_view", "wish", "strength", "goal", "expectation", "agreement", "report", "addendum",
    "coaching", "handover", "satisfaction",
)  # fmt: skip
# Signs that no text holds: who writes cannot make a mark. The database puts them round what it found.
BEGIN, END = "\x02", "\x03"
MOST_WORDS = 8


@dataclass(frozen=True)
class Sought:
    """What to look for. `kinds`: in which texts; all when there are none."""

    q: str
    kinds: tuple[str, ...] = ()
    school_id: UUID | None = None


@dataclass(frozen=True)
class Part:
    """A piece of an excerpt, and whether it is what was sought."""

    text: str
    found: bool


@dataclass(frozen=True)
class Hit:
    """A text in which everything was found that was sought. `text_id`: of the text; of a story and a reason, of their case."""

    school_id: UUID
    case_id: UUID
    kind: str
    text_id: UUID
    written_at: datetime
    reference: str
    child: Child | None
    coaching_of: str | None
    school_name: str
    excerpt: tuple[Part, ...] = ()


def check_words(words: list[str]) -> None:
    """Raises Invalid when nothing is left to look for, or too much."""
    if not words:
        raise Invalid({"q": ["Zoek op een woord dat meer zegt. Woorden als “de” en “het” staan in bijna elke tekst."]})
    if len(words) > MOST_WORDS:
        raise Invalid({"q": ["Zoek op minder woorden tegelijk."]})


def parts_of(marked: str) -> tuple[Part, ...]:
    """An excerpt as the database marked it, in pieces."""
    found: list[Part] = []
    for number, piece in enumerate(marked.split(BEGIN)):
        inside, _, after = piece.partition(END) if number else ("", "", piece)
        found += [Part(text, is_sought) for text, is_sought in ((inside, True), (after, False)) if text]
    return tuple(found)
