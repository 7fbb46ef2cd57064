"""How the child sees it, in the child's own words: each time that they were heard is kept, and none is rewritten.

UN Convention on the Rights of the Child, article 12: a child who is capable of forming views may express them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.cases.domain.case import Case
from services.cases.domain.days import check_past
from shared.errors import Conflict

# As suits the child's age: talking, drawing and telling about it, playing, writing, pointing at faces or cards.
FORMS = ("talk", "drawing", "play", "writing", "cards")


@dataclass(frozen=True)
class ChildView:
    """What a child said when somebody listened."""

    id: UUID
    heard_on: date
    heard_by: str
    form: str
    text: str
    readers: Sequence[str]
    written_by: UUID
    written_by_name: str
    written_at: datetime


def check_heard(case: Case, heard_on: date, today: date) -> None:
    """Raises Conflict, and Invalid naming the field."""
    if case.child is None:
        raise Conflict("Dit traject gaat niet over een kind.")
    if case.closed:
        raise Conflict("Dit dossier is afgerond.")
    check_past("heard_on", heard_on, today)
