"""A week plan as its liaison has it: which visits were asked for, what is proposed, changed by hand, and booked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from services.scheduling.domain.busy import Period
from services.scheduling.domain.week.wall_clock import moment
from shared.errors import Conflict, Invalid, NotFound, Stale

QUEUED, SOLVING, PROPOSED, FAILED, CANCELLED = "queued", "solving", "proposed", "failed", "cancelled"
STATES = (QUEUED, SOLVING, PROPOSED, FAILED, CANCELLED)
MOST_VISITS, MOST_WINDOWS, MOST_PLANS = 60, 20, 20
TAKEN_OUT = "taken_out"
_FURTHEST = timedelta(days=366)


@dataclass
class PlannedVisit:
    """A visit of a plan. Without `starts_at` it is left out, and `reason` says why; once booked it has an appointment."""

    school_id: UUID
    case_id: UUID
    number: int
    minutes: int
    priority: int
    participant_ids: Sequence[UUID]
    windows: Sequence[Period]
    starts_at: datetime | None = None
    reason: str | None = None
    appointment_id: UUID | None = None
    refusal: str | None = None

    @property
    def ends_at(self) -> datetime | None:
        return self.starts_at and self.starts_at + timedelta(minutes=self.minutes)

    @property
    def open(self) -> bool:
        """It has a time that is not booked yet."""
        return self.starts_at is not None and self.appointment_id is None


@dataclass
class WeekPlan:
    """`percent`, `planned` and `travel`: how far the search is. The bounds: what no plan for these visits exceeds."""

    user_id: UUID
    id: UUID
    monday: date
    state: str
    seed: int
    version: int = 1
    percent: int = 0
    planned: int = 0
    travel: int = 0
    value: int | None = None
    value_bound: int | None = None
    travel_bound: int | None = None
    changed: bool = False
    visits: list[PlannedVisit] = field(default_factory=list)

    @property
    def busy(self) -> bool:
        """It is being worked on, or waits for that."""
        return self.state in (QUEUED, SOLVING)

    def visit(self, case_id: UUID) -> PlannedVisit:
        """Raises NotFound."""
        for each in self.visits:
            if each.case_id == case_id:
                return each
        raise NotFound

    def expect(self, version: int | None) -> None:
        """Raises Stale when somebody changed it since."""
        if version is not None and version != self.version:
            raise Stale

    def put(self, case_id: UUID, starts_at: datetime | None) -> None:
        """At another time, or out of the plan. Raises Conflict for what is booked and for a plan that is not there yet."""
        self._require_proposed()
        visit = self.visit(case_id)
        if visit.appointment_id is not None:
            raise Conflict("Dit bezoek staat al in de agenda. Verzet het daar.")
        if starts_at is not None and not self._holds(starts_at, visit.minutes):
            raise Invalid({"starts_at": ["Kies een tijd in deze week."]})
        if visit.starts_at != starts_at:
            visit.starts_at, visit.refusal, self.changed = starts_at, None, True
            visit.reason = TAKEN_OUT if starts_at is None else None

    def accept(self, case_ids: Sequence[UUID] | None) -> list[PlannedVisit]:
        """The visits to book, soonest first: these, or all that have a time.

        Raises NotFound, and Conflict before there is a plan.
        """
        self._require_proposed()
        wanted = self.visits if case_ids is None else [self.visit(each) for each in case_ids]
        return sorted((each for each in wanted if each.open), key=lambda each: (each.starts_at, each.number))

    def cancel(self) -> None:
        """Stop searching. Raises Conflict when there is nothing to stop."""
        if not self.busy:
            raise Conflict("Dit weekplan wordt niet meer gemaakt.")
        self.state = CANCELLED

    def _holds(self, starts_at: datetime, minutes: int) -> bool:
        return moment(self.monday, 0, 0) <= starts_at and starts_at + timedelta(minutes=minutes) <= moment(self.monday, 7, 0)

    def _require_proposed(self) -> None:
        if self.state != PROPOSED:
            raise Conflict("Dit weekplan is er nog niet." if self.busy else "Dit weekplan is er niet. Maak een nieuw plan.")


def monday_of(text: str, today: date) -> date:
    """`2027-W05`, or the Monday's date. Raises Invalid on `week`, also for weeks that are over and for more than a year ahead."""
    try:
        monday = date.fromisoformat(f"{text}-1" if "W" in text else text)
    except ValueError:
        raise Invalid({"week": ["Schrijf de week als 2027-W05, of als de datum van de maandag."]}) from None
    if monday.weekday() != 0:
        raise Invalid({"week": ["Kies een maandag."]})
    if monday <= today - timedelta(days=7):
        raise Invalid({"week": ["Deze week is voorbij."]})
    if monday > today + _FURTHEST:
        raise Invalid({"week": ["Kies een week binnen een jaar."]})
    return monday
