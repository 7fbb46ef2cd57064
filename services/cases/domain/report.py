"""The report of a talk: a draft, put to the parents, and final once they have had their say. After that it is only added to.

| status       | when                                                                    |
|--------------|-------------------------------------------------------------------------|
| draft        | being written; the text may still change                                |
| with_parents | the parents were asked whether it is right; the text stands             |
| final        | they approved, or put their own remarks beside it; only addenda follow  |
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from services.cases.domain.sides import Said
from shared.errors import Conflict, Invalid, Stale


@dataclass(frozen=True)
class Words:
    """What is written of a talk. `held_by`: the name of who led it."""

    talk_on: date
    held_by: str
    text: str
    readers: list[str]
    appointment_id: UUID | None = None


@dataclass(frozen=True)
class Reaction:
    """What a parent says of it; `remarks` stand beside the text. `guardian_id`: said on their own page."""

    approves: bool
    remarks: str | None
    written_by_name: str
    written_at: datetime
    guardian_id: UUID | None = None


@dataclass(frozen=True)
class Addendum:
    """What was added after it was final."""

    text: str
    written_by_name: str
    written_at: datetime


@dataclass(eq=False)
class Report:
    """`changes` counts what happened to it. `awaiting`: the guardians who were asked and did not say yet.

    `finished_why`: why they were not waited for.
    """

    school_id: UUID
    id: UUID
    case_id: UUID
    talk_on: date
    held_by: str
    text: str
    readers: list[str]
    written_by: UUID
    written_by_name: str
    written_at: datetime
    appointment_id: UUID | None = None
    changes: int = 1
    awaiting: list[UUID] = field(default_factory=list)
    presented_at: datetime | None = None
    finished_at: datetime | None = None
    finished_why: str | None = None
    reactions: list[Reaction] = field(default_factory=list)
    addenda: list[Addendum] = field(default_factory=list)

    @property
    def status(self) -> str:
        """See the table above."""
        if self.finished_at:
            return "final"
        return "with_parents" if self.presented_at else "draft"

    def expect(self, changes: int | None) -> None:
        """Raises Stale unless this is how the caller had read it; None asks nothing."""
        if changes is not None and changes != self.changes:
            raise Stale

    def rewrite(self, words: Words, today: date) -> None:
        """Raises Conflict when it is no draft any more, and Invalid for a talk that is still to come."""
        if self.status != "draft":
            raise Conflict(
                "Dit verslag is al voorgelegd. De tekst verandert niet meer; u kunt wel iets toevoegen als het klaar is."
            )
        check_day(words.talk_on, today)
        self.talk_on, self.held_by, self.text = words.talk_on, words.held_by, words.text
        self.readers, self.appointment_id = words.readers, words.appointment_id

    def present(self, guardians: Collection[UUID], at: datetime) -> None:
        """Put it to these guardians. What parents are no readers of, or nobody can be asked about, is final at once."""
        if self.status != "draft":
            raise Conflict("Dit verslag is al voorgelegd.")
        self.presented_at = at
        self.awaiting = list(guardians) if "parents" in self.readers else []
        if not self.awaiting:
            self.finished_at = at

    def react(self, said: Said, approves: bool, at: datetime) -> Reaction:
        """A parent approves, or says what they see differently; each of them once. Raises Conflict, Invalid."""
        if self.status != "with_parents":
            raise Conflict("Dit verslag is nu niet ter controle.")
        if said.guardian_id and said.guardian_id not in self.awaiting:
            raise Conflict("U hebt al gereageerd op dit verslag.")
        if not approves and not said.note:
            raise Invalid({"remarks": ["Schrijf op wat u anders ziet."]})
        made = Reaction(approves, said.note, said.name, at, said.guardian_id)
        self.reactions.append(made)
        # What staff wrote down of the parents was said by all of them.
        self.awaiting = [each for each in self.awaiting if said.guardian_id and each != said.guardian_id]
        if not self.awaiting:
            self.finished_at = at
        return made

    def finish(self, why: str, at: datetime) -> None:
        """Wait no longer for the parents; the reason is kept. Raises Conflict."""
        if self.status != "with_parents":
            raise Conflict("Dit verslag is nu niet ter controle.")
        self.finished_at, self.finished_why = at, why

    def add(self, text: str, name: str, at: datetime) -> Addendum:
        """Raises Conflict before it is final."""
        if self.status != "final":
            raise Conflict("Toevoegen kan als het verslag klaar is. Een concept kunt u nog wijzigen.")
        made = Addendum(text, name, at)
        self.addenda.append(made)
        return made


def check_day(talk_on: date, today: date) -> None:
    """Raises Invalid for a talk that is still to come."""
    if talk_on > today:
        raise Invalid({"talk_on": ["Het gesprek moet al geweest zijn."]})
