"""What one side expects of the other, and how each side sees it turn out, round after round."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.cases.domain.sides import SIDES

DIRECTIONS = {"parents_to_school": "parents", "school_to_parents": "school"}
ANSWERS = ("yes", "partly", "no")


@dataclass(frozen=True)
class Evaluation:
    """How one side sees it in one round."""

    round: int
    by: str
    met: str
    note: str | None
    written_by_name: str
    written_at: datetime


@dataclass(eq=False)
class Expectation:
    """Held by one side towards the other; never changed, only evaluated. Who thinks otherwise now says so anew."""

    school_id: UUID
    id: UUID
    case_id: UUID
    direction: str
    text: str
    written_by: UUID
    written_by_name: str
    written_at: datetime
    evaluations: list[Evaluation] = field(default_factory=list)

    @property
    def held_by(self) -> str:
        return DIRECTIONS[self.direction]

    def evaluate(self, by: str, met: str, note: str | None, name: str, at: datetime) -> Evaluation:
        """One more round of this side."""
        made = Evaluation(len(self.of(by)) + 1, by, met, note, name, at)
        self.evaluations.append(made)
        return made

    def of(self, side: str) -> list[Evaluation]:
        """This side's rounds, oldest first."""
        return sorted((each for each in self.evaluations if each.by == side), key=lambda each: each.round)

    def latest(self, side: str) -> Evaluation | None:
        found = self.of(side)
        return found[-1] if found else None

    @property
    def rounds(self) -> int:
        """How many there have been, of whichever side had the most."""
        return max((len(self.of(side)) for side in SIDES), default=0)
