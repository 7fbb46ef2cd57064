"""Figures of a school year: counts and minutes, by what they are about. No name, no text, and no single family.

| measure | of | what it counts |
|---|---|---|
| `phase` | a phase | dossiers that ran in the year, by the phase that they are in now |
| `opened`, `closed` | a month, 2026-09 | dossiers that began, and that were closed |
| `kept_parents`, `kept_school` | yes, partly, no | agreements that a side looked back upon: its last word of each version |
| `met_parents`, `met_school` | a round and a word, 2:yes | how a side saw its expectations in that round |
| `minutes` | parents, school, liaison | minutes that were given |
| `talks` | held, no_show | appointments of which it is known how they went |
| `grade_parents`, `grade_school` | low, middle, high | answers of a side on how it goes together, by `GRADES` |
| `helped_child` | yes, partly, no | answers of children on whether it helps |
| `mail` | sent, failed, suppressed, settled | messages to parents, by the last that became of each |
| `overdue` | review, end | now: agreements of which the day to look back has passed; dossiers past their expected end |
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.cases.domain.case import school_year
from services.cases.domain.expectation import ANSWERS
from services.cases.domain.phases import OPEN
from services.cases.domain.suppression import SMALLEST

# From which grade on, of ten.
GRADES = {"low": 1, "middle": 6, "high": 8}
# Answers given in confidence are counted in these steps: the one that was added last never shows (docs/decisions/0011).
STEP = SMALLEST
SATISFACTION = {"grade_parents": tuple(GRADES), "grade_school": tuple(GRADES), "helped_child": ANSWERS}

MAIL = ("sent", "failed", "suppressed", "settled")

# How good an answer is, to draw a mean of several.
_WORTH = {"yes": 2.0, "partly": 1.0, "no": 0.0}


@dataclass(frozen=True)
class Year:
    """A school year, named by the calendar year in which it begins."""

    number: int

    @classmethod
    def of(cls, day: date) -> Year:
        return cls(school_year(day))

    @property
    def begins(self) -> date:
        return date(self.number, 8, 1)

    @property
    def ends(self) -> date:
        """The first day that is not in it any more."""
        return date(self.number + 1, 8, 1)

    @property
    def name(self) -> str:
        return f"{self.number}–{self.number + 1}"

    def months(self) -> list[str]:
        """As they stand in `of`, from August on."""
        return [f"{self.number + (month < 8)}-{month:02}" for month in (*range(8, 13), *range(1, 8))]


@dataclass(frozen=True)
class Figure:
    """One count of one school."""

    school_id: UUID
    measure: str
    of: str
    value: int


@dataclass(frozen=True)
class Figures:
    """Of some schools together."""

    values: Mapping[tuple[str, str], int]

    @classmethod
    def sum_of(cls, figures: Iterable[Figure]) -> Figures:
        found: dict[tuple[str, str], int] = {}
        for each in figures:
            key = (each.measure, each.of)
            found[key] = found.get(key, 0) + each.value
        return cls(found)

    def get(self, measure: str, of: str) -> int:
        return self.values.get((measure, of), 0)

    def row(self, measure: str, ofs: Iterable[str]) -> list[int]:
        return [self.get(measure, of) for of in ofs]

    @property
    def running(self) -> int:
        """Dossiers that are not closed."""
        return sum(self.row("phase", OPEN))

    @property
    def cases(self) -> int:
        """Dossiers that ran in the year."""
        return sum(value for (measure, _), value in self.values.items() if measure == "phase")

    def kept(self, side: str) -> list[int]:
        """Yes, partly, no."""
        return self.row(f"kept_{side}", ANSWERS)

    @property
    def rounds(self) -> int:
        """Of how many rounds somebody said something."""
        said = [of for measure, of in self.values if measure in ("met_parents", "met_school")]
        return max((int(of.partition(":")[0]) for of in said), default=0)

    def answers(self, side: str, number: int) -> list[int]:
        """In a round: yes, partly, no."""
        return self.row(f"met_{side}", [f"{number}:{answer}" for answer in ANSWERS])

    def mean(self, side: str, number: int) -> float | None:
        """From 0, no, to 2, yes; none when nobody said anything."""
        counts = self.answers(side, number)
        said = sum(counts)
        worth = sum(count * _WORTH[answer] for count, answer in zip(counts, ANSWERS, strict=True))
        return worth / said if said else None
