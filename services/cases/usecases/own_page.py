"""A guardian's own page: what of the record is theirs to see, and what they do there in their own name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.cases.domain.agreement import Agreement
from services.cases.domain.case import Case
from services.cases.domain.disclosure import agreement_for, expectation_for
from services.cases.domain.expectation import Expectation
from services.cases.domain.planning import Appointment
from services.cases.domain.readers import PARENTS_AND_LIAISON, SHARED
from services.cases.domain.report import Report
from services.cases.persistence.texts import Statement, Story
from services.cases.service import CasesService
from services.cases.usecases import agreements, expectations, reports, texts
from services.cases.usecases.acting import acting
from services.cases.usecases.agreements import NewLookBack, Stance
from services.cases.usecases.expectations import NewEvaluation, NewExpectation
from services.cases.usecases.reports import NewReaction
from services.cases.usecases.texts import NewStatement
from services.cases.usecases.visits import Visitor
from shared.errors import Conflict

# Together a story stays readable, and within what a liaison may write.
_LONGEST_STORY = 20_000


@dataclass(frozen=True)
class OwnPage:
    """As this guardian may see it: without what another guardian said, and without texts that parents are no readers of."""

    case: Case
    story: Story | None
    statements: Sequence[Statement]
    expectations: Sequence[Expectation]
    agreements: Sequence[Agreement]
    reports: Sequence[Report]
    appointments: Sequence[Appointment]

    def of_kind(self, kind: str) -> list[Statement]:
        return [each for each in self.statements if each.kind == kind]


def look(service: CasesService, who: Visitor) -> OwnPage:
    """Raises NotFound when the case has gone."""
    with acting(service, who) as act:
        case = act.work.cases.get(who.ask.case_id)
        act.log(case, "read", "pagina van de ouder")
        story, statements = act.work.texts.of(case)
        return OwnPage(
            case=case,
            story=story,
            statements=statements,
            expectations=[expectation_for(each, who.user_id) for each in act.work.partnership.expectations([case.id])],
            agreements=[agreement_for(each, who.user_id) for each in act.work.partnership.agreements([case.id])],
            reports=act.work.reports.of(case),
            appointments=act.work.planning.of_cases([case.school_id], [case.id], act.now),
        )


def endorse(service: CasesService, who: Visitor, agreement_id: UUID, endorses: bool, note: str | None, version: int) -> None:
    """For themselves, and for the version that they had before them. Raises NotFound, Stale, Conflict."""
    _check_open(service, who)
    agreements.endorse(service, who, agreement_id, Stance("parents", endorses, note), version=version)


def look_back(service: CasesService, who: Visitor, agreement_id: UUID, kept: str, note: str | None) -> None:
    """Whether it was kept. Raises NotFound, Conflict."""
    _check_open(service, who)
    agreements.look_back(service, who, agreement_id, NewLookBack("parents", kept, note))


def evaluate(service: CasesService, who: Visitor, expectation_id: UUID, met: str, note: str | None) -> None:
    """How an expectation turned out. Raises NotFound, Conflict."""
    _check_open(service, who)
    expectations.evaluate_all(service, who, {expectation_id: NewEvaluation("parents", met, note)})


def expect(service: CasesService, who: Visitor, text: str) -> None:
    """Something they expect of the school. Raises NotFound, Conflict."""
    _check_open(service, who)
    expectations.expect(service, who, who.ask.case_id, NewExpectation("parents_to_school", text))


def wish(service: CasesService, who: Visitor, text: str, *, shared: bool) -> None:
    """A wish of theirs; the school reads it if they want that. Raises NotFound, Conflict."""
    _check_open(service, who)
    readers = SHARED if shared else PARENTS_AND_LIAISON
    texts.state(service, who, who.ask.case_id, NewStatement("wish", text, readers=readers))


def tell_more(service: CasesService, who: Visitor, text: str) -> None:
    """More of their story, after what was told; who reads the story reads this. Raises NotFound, Conflict, Invalid."""
    _check_open(service, who)
    texts.add_to_story(service, who, who.ask.case_id, text, _LONGEST_STORY)


def check_report(service: CasesService, who: Visitor, report_id: UUID, approves: bool, remarks: str | None) -> None:
    """Whether a report is right. Raises NotFound, Conflict, Invalid."""
    reports.react(service, who, report_id, NewReaction("parents", approves, remarks))


def _check_open(service: CasesService, who: Visitor) -> None:
    """What is closed is looked back on, and not changed any more."""
    with acting(service, who) as act:
        if act.work.cases.get(who.ask.case_id).closed:
            raise Conflict("Dit traject is afgerond. U kunt alles nog lezen.")
