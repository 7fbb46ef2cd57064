"""When everybody who is to come is taken, across all schools, and never with what."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.scheduling.domain.busy import Busy
from services.scheduling.service import SchedulingService
from services.scheduling.usecases.slots import Question, bounds, invited
from shared.tenancy import Principal


@dataclass(frozen=True)
class Engaged:
    """One person and when they are taken, soonest first."""

    person_id: UUID
    name: str
    busy: Sequence[Busy]


def look(service: SchedulingService, who: Principal, question: Question) -> list[Engaged]:
    """The caller first. Raises NotFound for a case that is not the caller's, Invalid naming the field."""
    between = bounds(question, service.clock.now())
    with service.work(who.scope) as work:
        case = work.directory.case(question.case_id)
        known = invited(work, case, question, between)
        names = {who.user_id: who.name} | {each: known[each].name for each in question.participant_ids}
        busy = work.occupancy.of(sorted(names), between.starts_at, between.ends_at)
    return [Engaged(person, name, [each for each in busy if each.person_id == person]) for person, name in names.items()]
