"""What one side expects of the other, and how each side sees it turn out, round after round."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from services.cases.domain.sides import Said

DIRECTIONS = {"parents_to_school": "parents", "school_to_parents": "school"}
ANSWERS = ("yes", "partly", "no")


@dataclass(frozen=True)
class Evaluation:
    """How one side sees it in one round. `guardian_id`: the parent who said so on their own page; else staff wrote it down."""

    round: int
    by: str
    met: str
    note: str | None
    written_by_name: str
    written_at: datetime
    guardian_id: UUID | None = None


@dataclass(eq=False)
class Expectation:
    """Held by one side towards the other; never changed, only evaluated. Who thinks otherwise now says so anew.

    `guardian_id`: the parent who wrote it on their own page; another parent does not read it.
    """

    school_id: UUID
    id: UUID
    case_id: UUID
    direction: str
    text: str
    written_by: UUID
    written_by_name: str
    written_at: datetime
    guardian_id: UUID | None = None
    evaluations: list[Evaluation] = field(default_factory=list)

    @property
    def held_by(self) -> str:
        return DIRECTIONS[self.direction]

    def evaluate(self, said: Said, met: str, at: datetime) -> Evaluation:
        """One more round of this side; a parent who has not spoken yet in a round of another parent's joins that one."""
        made = Evaluation(self._round_of(said), said.by, met, said.note, said.name, at, said.guardian_id)
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
        return max((each.round for each in self.evaluations), default=0)

    def in_round(self, side: str, number: int) -> Evaluation | None:
        """What this side said in a round. Of parents who see it differently, the least content: no "no" is hidden by a "yes"."""
        said = [each for each in self.evaluations if each.by == side and each.round == number]
        return max(said, key=lambda each: ANSWERS.index(each.met), default=None)

    def of_guardian(self, guardian_id: UUID) -> Evaluation | None:
        """What this parent last said on their own page."""
        mine = [each for each in self.of("parents") if each.guardian_id == guardian_id]
        return mine[-1] if mine else None

    def _round_of(self, said: Said) -> int:
        last = max((each.round for each in self.of(said.by)), default=0)
        voices = {each.guardian_id for each in self.of(said.by) if each.round == last}
        joins = said.guardian_id is not None and voices and None not in voices and said.guardian_id not in voices
        return last if joins else last + 1
