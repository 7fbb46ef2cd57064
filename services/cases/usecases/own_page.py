"""A guardian's own page: what of the record is theirs to see, and what they do there in their own name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.cases.domain.agreement import Agreement
from services.cases.domain.asks import LINK_WORKS
from services.cases.domain.case import Case
from services.cases.domain.child_view import ChildView
from services.cases.domain.consents import Consent, Informed
from services.cases.domain.disclosure import (
    agreement_for,
    appointment_for,
    expectation_for,
    for_parents,
    own_or_shared,
    report_for,
)
from services.cases.domain.expectation import Expectation
from services.cases.domain.planning import Appointment
from services.cases.domain.readers import PARENTS_AND_LIAISON, SHARED
from services.cases.domain.report import Report
from services.cases.domain.satisfaction import Answers, Satisfaction
from services.cases.persistence.history import Access
from services.cases.persistence.texts import Statement, Story
from services.cases.service import CasesService
from services.cases.usecases import agreements, consents, expectations, reports, satisfaction, texts
from services.cases.usecases.acting import Acting, acting
from services.cases.usecases.agreements import NewLookBack, Stance
from services.cases.usecases.expectations import NewEvaluation, NewExpectation
from services.cases.usecases.reports import NewReaction
from services.cases.usecases.satisfaction import NewAnswers
from services.cases.usecases.texts import NewStatement
from services.cases.usecases.visits import Visitor
from shared.errors import Conflict
from shared.pagination import Page, PageRequest


@dataclass(frozen=True)
class OwnPage:
    """As this guardian may see it: without what another guardian said, and without texts that parents are no readers of."""

    case: Case
    story: Story | None
    statements: Sequence[Statement]
    child_views: Sequence[ChildView]
    expectations: Sequence[Expectation]
    agreements: Sequence[Agreement]
    reports: Sequence[Report]
    appointments: Sequence[Appointment]
    reply_links: dict[UUID, str]
    said: Sequence[Satisfaction]
    waits: bool
    consents: Sequence[Consent]
    informed: Sequence[Informed]

    def of_kind(self, kind: str) -> list[Statement]:
        return [each for each in self.statements if each.kind == kind]


def look(service: CasesService, who: Visitor) -> OwnPage:
    """Raises NotFound when the case has gone."""
    with acting(service, who) as act:
        case = act.work.cases.get(who.ask.case_id)
        act.log(case, "read", "pagina van de ouder")
        return _own_page(act, case, who.user_id)


def _own_page(act: Acting, case: Case, own: UUID) -> OwnPage:
    """The policies leave nothing of another guardian; what is left out here once more is left out by a rule of its own."""
    work = act.work
    story, statements = work.texts.of(case)
    said, waits = _how_it_goes(act, case, own)
    planned = work.planning.of_cases([case.school_id], [case.id], act.now)
    return OwnPage(
        case=case,
        story=story,
        statements=[each for each in statements if own_or_shared(each.guardian_id, own)],
        child_views=[each for each in work.circle.child_views(case) if for_parents(each.readers)],
        expectations=[
            expectation_for(each, own)
            for each in work.partnership.expectations([case.id])
            if own_or_shared(each.guardian_id, own)
        ],
        agreements=[agreement_for(each, own) for each in work.partnership.agreements([case.id])],
        reports=[found for each in work.reports.of(case) if (found := report_for(each, own))],
        appointments=[shown for each in planned if each.upcoming(act.now) and (shown := appointment_for(each, own))],
        reply_links=work.planning.reply_links(case.school_id, own),
        said=said,
        waits=waits,
        consents=[each for each in work.consents.of(case) if each.given_by == own],
        informed=[each for each in work.consents.informed(case) if each.guardian_id == own],
    )


def _how_it_goes(act: Acting, case: Case, own: UUID) -> tuple[list[Satisfaction], bool]:
    """What they said at this moment, and whether they are waited for: asked, at the end, or half-way and still silent."""
    span = satisfaction.span_of(case)
    mine = [each for each in act.work.satisfaction.of(case) if each.guardian_id == own]
    said = [each for each in mine if each.moment == span.moment(act.today)]
    asked = any(each.what == "satisfaction_request" for each in act.work.asks.of(case, act.now - LINK_WORKS))
    return said, not said and (asked or case.closed or span.due_since(act.today) is not None)


def who_looked(service: CasesService, who: Visitor, page: PageRequest) -> Page[Access]:
    """Who of the staff looked or changed something, and what they did themselves; newest first. Raises NotFound."""
    with acting(service, who) as act:
        case = act.work.cases.get(who.ask.case_id)
        return act.work.history.access_log(case.school_id, case.id, page)


def withdraw(service: CasesService, who: Visitor, consent_id: UUID) -> None:
    """A consent of theirs, at any time and as easily as it was given (GDPR, article 7(3)). Raises NotFound, Conflict."""
    consents.withdraw(service, who, who.ask.case_id, consent_id)


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


def tell_more(service: CasesService, who: Visitor, text: str, *, shared: bool) -> None:
    """More of their own story, beside what was told; the school reads it if they want that. Raises NotFound, Conflict."""
    _check_open(service, who)
    readers = SHARED if shared else PARENTS_AND_LIAISON
    texts.state(service, who, who.ask.case_id, NewStatement("addition", text, readers=readers))


def check_report(service: CasesService, who: Visitor, report_id: UUID, approves: bool, remarks: str | None) -> None:
    """Whether a report is right. Raises NotFound, Conflict, Invalid."""
    reports.react(service, who, report_id, NewReaction("parents", approves, remarks))


def say_how_it_goes(service: CasesService, who: Visitor, answers: Answers, *, shared: bool) -> None:
    """When it is closed too; the school reads it if they want that. Raises NotFound, Conflict, Invalid."""
    readers = SHARED if shared else PARENTS_AND_LIAISON
    satisfaction.say(service, who, who.ask.case_id, NewAnswers(answers, readers))


def _check_open(service: CasesService, who: Visitor) -> None:
    """What is closed is looked back on, and not changed any more."""
    with acting(service, who) as act:
        if act.work.cases.get(who.ask.case_id).closed:
            raise Conflict("Dit traject is afgerond. U kunt alles nog lezen.")
