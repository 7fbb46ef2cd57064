"""Agreements: who does what until when, who stands behind it, and what became of it. Nothing is ever overwritten.

| status    | when                                                                     |
|-----------|--------------------------------------------------------------------------|
| proposed  | written, or written anew; somebody has not said yet whether they stand behind it |
| disputed  | one side does not stand behind it; what they said is kept beside it       |
| active    | both stand behind it                                                     |
| evaluated | both stand behind it, and both have looked back                           |
| ended     | it no longer holds; the reason is kept                                   |
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from uuid import UUID

from services.cases.domain.sides import SIDES, Said
from shared.errors import Conflict, Invalid, Stale

WHO = ("parents", "school", "liaison", "child")


@dataclass(frozen=True)
class Endorsement:
    """What one side said of one version. `guardian_id`: the parent who said it on their own page; else staff wrote it down."""

    version: int
    by: str
    endorses: bool
    note: str | None
    written_by_name: str
    written_at: datetime
    guardian_id: UUID | None = None


@dataclass(frozen=True)
class LookBack:
    """How one side saw one version turn out. `guardian_id`: as for an endorsement."""

    version: int
    by: str
    kept: str
    note: str | None
    written_by_name: str
    written_at: datetime
    guardian_id: UUID | None = None


@dataclass(frozen=True)
class Words:
    """What an agreement says, as entered. `reason`: why it is written anew."""

    what: str
    review_on: date
    reason: str | None = None


@dataclass(frozen=True)
class Version:
    """The words of an agreement at one time."""

    number: int
    what: str
    review_on: date
    reason: str | None
    written_by_name: str
    written_at: datetime


@dataclass(frozen=True)
class Ending:
    """It no longer holds."""

    reason: str
    written_by_name: str
    written_at: datetime


@dataclass(eq=False)
class Agreement:
    """`changes` counts everything that happened to it, for whoever based a change on what they had read.

    `expectation_ids` and `goal_id`: what it answers to, and the shared goal that it serves.
    """

    school_id: UUID
    id: UUID
    case_id: UUID
    who: str
    expectation_ids: list[UUID] = field(default_factory=list)
    goal_id: UUID | None = None
    changes: int = 1
    versions: list[Version] = field(default_factory=list)
    endorsements: list[Endorsement] = field(default_factory=list)
    evaluations: list[LookBack] = field(default_factory=list)
    ended: Ending | None = None

    @property
    def current(self) -> Version:
        return self.versions[-1]

    @property
    def status(self) -> str:
        """See the table above."""
        if self.ended:
            return "ended"
        said = [self.stance(side) for side in SIDES]
        if any(each is not None and not each.endorses for each in said):
            return "disputed"
        if not all(said):
            return "proposed"
        return "evaluated" if all(self.looked_back(side) for side in SIDES) else "active"

    @property
    def stands(self) -> bool:
        """Everybody stands behind it."""
        return self.status in ("active", "evaluated")

    def stance(self, side: str, version: int | None = None) -> Endorsement | None:
        """Where this side stands on a version, the current one unless told: it dissents while one of its voices does."""
        voices = self._voices(side, version or self.current.number)
        return next((each for each in reversed(voices) if not each.endorses), voices[-1] if voices else None)

    def own_stance(self, guardian_id: UUID) -> Endorsement | None:
        """What this parent last said of the current version on their own page."""
        mine = (each for each in reversed(self.endorsements) if each.guardian_id == guardian_id)
        return next((each for each in mine if each.version == self.current.number), None)

    def _voices(self, side: str, number: int) -> list[Endorsement]:
        """The last word of each who spoke, in that order.

        What staff wrote down for a side holds until one of them speaks on their own page; no word of staff ever takes the
        place of what a parent said there.
        """
        last: dict[UUID | None, Endorsement] = {}
        for each in self.endorsements:
            if each.by == side and each.version == number:
                last.pop(None, None)
                last.pop(each.guardian_id, None)
                last[each.guardian_id] = each
        return list(last.values())

    def looked_back(self, side: str, version: int | None = None) -> LookBack | None:
        """How this side last saw a version turn out; the current one unless told."""
        number = version or self.current.number
        return next((each for each in reversed(self.evaluations) if each.by == side and each.version == number), None)

    def expect(self, changes: int | None) -> None:
        """Raises Stale unless this is how the caller had read it; None asks nothing."""
        if changes is not None and changes != self.changes:
            raise Stale

    def expect_version(self, number: int | None) -> None:
        """Raises Stale unless these are the words that the caller had read; what others said of them may have changed."""
        if number is not None and number != self.current.number:
            raise Stale

    def propose(self, words: Words, name: str, at: datetime, today: date) -> Version:
        """The first version, or a new one: then everybody is asked again. Raises Conflict, Invalid."""
        self._check_open()
        if words.review_on < today:
            raise Invalid({"review_on": ["Kies een dag die nog komt."]})
        version = Version(len(self.versions) + 1, words.what, words.review_on, words.reason, name, at)
        self.versions.append(version)
        return version

    def endorse(self, said: Said, endorses: bool, at: datetime) -> Endorsement:
        """A side stands behind the current version, or does not. Raises Conflict."""
        self._check_open()
        made = Endorsement(self.current.number, said.by, endorses, said.note, said.name, at, said.guardian_id)
        self.endorsements.append(made)
        return made

    def look_back(self, said: Said, kept: str, at: datetime) -> LookBack:
        """A side says whether it was kept. Raises Conflict while nobody has agreed to it, or when it has ended."""
        self._check_open()
        if self.status == "proposed":
            raise Conflict("Nog niet iedereen heeft gezegd of hij erachter staat. Terugkijken kan daarna.")
        made = LookBack(self.current.number, said.by, kept, said.note, said.name, at, said.guardian_id)
        self.evaluations.append(made)
        return made

    def end(self, reason: str, name: str, at: datetime) -> None:
        """Raises Conflict when it has ended already."""
        self._check_open()
        self.ended = Ending(reason, name, at)

    def _check_open(self) -> None:
        if self.ended:
            raise Conflict("Deze afspraak is beëindigd.")
