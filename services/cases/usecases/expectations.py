"""What the two sides expect of each other: written down, and looked back on in rounds."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.cases.domain.expectation import DIRECTIONS, Expectation
from services.cases.domain.sides import check_formulates_for, check_speaks_for
from services.cases.service import CasesService
from services.cases.usecases.acting import Person, acting
from shared.ids import new_id
from shared.tenancy import Principal


@dataclass(frozen=True)
class NewExpectation:
    """`direction`: who expects it of whom."""

    direction: str
    text: str


@dataclass(frozen=True)
class NewEvaluation:
    """How one side sees it turn out: `yes`, `partly` or `no`."""

    by: str
    met: str
    note: str | None = None


def expect(service: CasesService, who: Person, case_id: UUID, new: NewExpectation) -> Expectation:
    """Write down what one side expects of the other. Raises Forbidden for the other side's, and NotFound."""
    check_formulates_for(who.role, DIRECTIONS[new.direction])
    with acting(service, who) as act:
        case = act.work.cases.get(case_id)
        said = (new.direction, new.text, who.user_id, who.name, act.now, act.guardian_id)
        made = Expectation(case.school_id, new_id(), case.id, *said)
        act.work.partnership.add_expectation(made)
        act.note(case, "expectation_added", about=made.id, direction=made.direction)
        act.log(case, "change", "verwachting")
        return made


def evaluate(service: CasesService, who: Principal, expectation_id: UUID, new: NewEvaluation) -> Expectation:
    """Say for one side how it turned out. Raises Forbidden for the other side, and NotFound."""
    return evaluate_all(service, who, {expectation_id: new})[0]


def evaluate_all(service: CasesService, who: Person, given: dict[UUID, NewEvaluation]) -> list[Expectation]:
    """Several at once, all or none: a round is one sitting. Raises Forbidden, NotFound."""
    for new in given.values():
        check_speaks_for(who.role, new.by)
    made = []
    with acting(service, who) as act:
        for expectation_id, new in given.items():
            expectation = act.work.partnership.expectation(expectation_id)
            # The case's lock puts two who look back at once one after the other, each with a round of their own.
            case = act.work.cases.get(expectation.case_id, to_change=True)
            expectation = act.work.partnership.expectation(expectation_id)
            evaluation = expectation.evaluate(act.said(new.by, new.note), new.met, act.now)
            act.work.partnership.add_evaluation(expectation, evaluation, who.user_id)
            act.note(case, "expectation_evaluated", about=expectation.id, by=new.by, met=new.met, round=evaluation.round)
            act.log(case, "change", "verwachting")
            made.append(expectation)
    return made


def expectations(service: CasesService, who: Principal, case_id: UUID) -> list[Expectation]:
    """Of one case, oldest first. Raises NotFound."""
    with acting(service, who) as act:
        case = act.work.cases.get(case_id)
        act.log(case, "read", "verwachting")
        return act.work.partnership.expectations([case.id])
