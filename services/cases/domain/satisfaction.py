"""How parents, school and child look back: half-way and at the end, each with at most five questions, the last an open one.

Two minutes on a phone. Nobody sees what the other side said unless who said it wants that: a grade that the other reads
is a courtesy, and no answer. What others may see are figures over many cases (docs/decisions/0014).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from services.cases.domain.readers import COMPARTMENTS, reader_of
from services.cases.domain.sides import PARENT, check_speaks_for
from shared.errors import Forbidden, Invalid

OF = ("parents", "school", "child")
MOMENTS = ("midway", "closing")
ANSWERS = ("yes", "partly", "no")
# `grade` is 1 to 10, `remark` words; the others are answered with yes, partly or no. A child has no grades to give.
QUESTIONS: dict[str, tuple[str, ...]] = {
    "parents": ("grade", "heard", "clear", "helped", "remark"),
    "school": ("grade", "heard", "clear", "helped", "remark"),
    "child": ("enjoys", "heard", "helped", "remark"),
}
_HEARS_THE_CHILD = ("school_staff", "liaison")
_MISSING = "Kies een antwoord."
_OTHERS = "Deze vraag hoort er niet bij."

CLOSING_FROM = timedelta(days=21)
# What is over in a month has no half-way to look back from.
_SHORTEST = timedelta(days=28)
_AT_WORK = ("formulating", "agreeing", "evaluating")


@dataclass(frozen=True)
class Answers:
    """What one of them said, as entered."""

    of: str
    grade: int | None = None
    enjoys: str | None = None
    heard: str | None = None
    clear: str | None = None
    helped: str | None = None
    remark: str | None = None

    def check(self) -> None:
        """Every question of theirs has an answer, but for the open one, and no other has. Raises Invalid naming the fields."""
        asked = QUESTIONS[self.of]
        given = {name: value for name, value in vars(self).items() if name != "of"}
        missing = {name: [_MISSING] for name in asked if name != "remark" and given[name] is None}
        others = {name: [_OTHERS] for name, value in given.items() if value is not None and name not in asked}
        if missing or others:
            raise Invalid(missing | others)


@dataclass(frozen=True)
class Satisfaction:
    """What one of them said at one moment. `guardian_id`: the parent whose answers these are; no other parent reads them."""

    id: UUID
    case_id: UUID
    moment: str
    of: str
    grade: int | None
    enjoys: str | None
    heard: str | None
    clear: str | None
    helped: str | None
    remark: str | None
    readers: list[str]
    guardian_id: UUID | None
    written_by: UUID
    written_by_name: str
    written_at: datetime


@dataclass(frozen=True)
class Span:
    """From when until when a case is meant to last, and where it stands."""

    opened_on: date
    planned_end_on: date
    phase: str

    def moment(self, today: date) -> str:
        """Which of the two moments an answer of today belongs to."""
        ending = self.phase == "closed" or today >= self.planned_end_on - CLOSING_FROM
        return "closing" if ending else "midway"

    def due_since(self, today: date) -> date | None:
        """From which day on those at work are to be asked what belongs to this moment; None while it is too early for it."""
        if self.phase not in _AT_WORK:
            return None
        half_way = self.opened_on + (self.planned_end_on - self.opened_on) / 2
        if self.moment(today) == "closing":
            return self.planned_end_on - CLOSING_FROM
        long_enough = self.planned_end_on - self.opened_on >= _SHORTEST
        return half_way if long_enough and today >= half_way else None


def check_may_say(role: str, of: str) -> None:
    """Each side for itself, the liaison for parents who told it; a child to whoever hears it. Raises Forbidden."""
    if of != "child":
        check_speaks_for(role, of)
    elif role not in _HEARS_THE_CHILD:
        raise Forbidden


def compartments(role: str, of: str) -> tuple[str, ...]:
    """Who may read what is written of `of`, narrowest first: the own side with the liaison, or everybody."""
    own = reader_of(role)
    names = ("parents_and_liaison", "shared") if of == "parents" else ("school_and_liaison", "shared")
    return tuple(name for name in names if role == PARENT or own in COMPARTMENTS[name])
