"""Reading a case: the one road by which pages, API and export get at it, so that each of them sees the same and is logged."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID

from services.cases.domain import secret_address, todo
from services.cases.domain.accounts import School
from services.cases.domain.agreement import Agreement
from services.cases.domain.case import Address, Case
from services.cases.domain.case_staff import Place, deputy_on
from services.cases.domain.expectation import Expectation
from services.cases.domain.listing import Filters, ListedCase
from services.cases.domain.permissions import may
from services.cases.domain.planning import Appointment
from services.cases.domain.todo import Facts, Todo
from services.cases.persistence.beside import NOTHING_BESIDE, Beside
from services.cases.persistence.history import Happening
from services.cases.persistence.holds import Hold
from services.cases.persistence.satisfaction import Heard
from services.cases.persistence.texts import Statement, Story
from services.cases.service import CasesService
from services.cases.usecases.acting import Acting, acting
from shared.clock import AMSTERDAM
from shared.errors import NotFound
from shared.pagination import Page, PageRequest
from shared.tenancy import Principal


@dataclass(frozen=True)
class Dossier:
    """Everything of one case that the caller may see. `names`: of everybody whom it mentions, by id."""

    case: Case
    school: School
    names: dict[UUID, str]
    addresses: dict[UUID, Address] = field(default_factory=dict)
    story: Story | None = None
    statements: Sequence[Statement] = ()
    expectations: Sequence[Expectation] = ()
    agreements: Sequence[Agreement] = ()
    beside: Beside = NOTHING_BESIDE
    deputy: Place | None = None
    appointments: Sequence[Appointment] = ()
    todos: Sequence[Todo] = ()
    timeline: Page[Happening] | None = None
    hold: Hold | None = None

    @property
    def assigned_to_name(self) -> str | None:
        return self.names.get(self.case.assigned_to) if self.case.assigned_to else None

    def of_kind(self, kind: str) -> list[Statement]:
        return [statement for statement in self.statements if statement.kind == kind]


def read_case(service: CasesService, who: Principal, case_id: UUID, timeline: PageRequest | None = None) -> Dossier:
    """With `timeline`, that page of it too. Raises NotFound."""
    with acting(service, who) as act:
        case = act.work.cases.get(case_id)
        act.log(case, "read", "dossier")
        found = assemble(act, case, timeline)
        if any(each.address_secret and each.id in found.addresses for each in case.guardians):
            # Not for parents: that somebody is about to be visited is not the other's to know.
            act.log(case, "read", "geheim adres", ("liaison",))
        return found


def list_cases(service: CasesService, who: Principal, filters: Filters, page: PageRequest) -> Page[ListedCase]:
    """The caller's cases, newest first."""
    with acting(service, who) as act:
        return find_cases(act, filters, page).page


@dataclass(frozen=True)
class Matches:
    """A page of cases. `similar`: none has the name that was typed, these have one like it."""

    page: Page[ListedCase]
    similar: bool = False


def find_cases(act: Acting, filters: Filters, page: PageRequest) -> Matches:
    """Newest first. Where nobody has the name that was typed, those with a name like it: people mistype names."""
    found = act.work.cases.list(filters, page, act.now)
    if found.items or not filters.q or filters.similar:
        return Matches(found, filters.similar)
    alike = act.work.cases.list(replace(filters, similar=True), page, act.now)
    return Matches(alike, bool(alike.items))


@dataclass(frozen=True)
class Listing:
    """A page of cases, with the schools to choose from."""

    matches: Matches
    schools: Sequence[School]

    @property
    def page(self) -> Page[ListedCase]:
        return self.matches.page


def browse(service: CasesService, who: Principal, filters: Filters, page: PageRequest) -> Listing:
    """The caller's cases, newest first, for a page that offers to choose."""
    with acting(service, who) as act:
        return Listing(find_cases(act, filters, page), act.work.staff.schools())


def assemble(act: Acting, case: Case, timeline: PageRequest | None = None) -> Dossier:
    """The dossier of a case that was got in this transaction."""
    found = act.work.staff.place(case.school_id)
    if found is None:
        raise NotFound
    school, names = found
    story, statements = act.work.texts.of(case)
    appointments = act.work.planning.of_cases([case.school_id], [case.id], act.now)
    expectations, agreements = act.work.partnership.expectations([case.id]), act.work.partnership.agreements([case.id])
    beside = act.work.life.beside(case)
    deputy = deputy_on(beside.places, act.today)
    heard = act.work.satisfaction.heard([case.school_id], [case.id]).get(case.id, Heard())
    facts = Facts(
        case_id=case.id,
        kind=case.kind,
        phase=case.phase,
        assigned_to=case.assigned_to,
        planned_end_on=case.planned_end_on,
        resume_on=case.resume_on,
        deputies=[deputy.user_id] if deputy else [],
        handed_over=next(((each.to_id, each.takes_effect_on) for each in beside.handovers if each.unread), None),
        appointments=appointments,
        written=written(story, statements) | ({"coaching"} if beside.coaching else set()),
        expectations=expectations,
        agreements=agreements,
        opened_on=case.opened_at.astimezone(AMSTERDAM).date(),
        heard=heard.given,
        satisfaction_asked_on=heard.asked_on,
    )
    return Dossier(
        case=case,
        school=school,
        names=names | {guardian.id: guardian.name for guardian in case.guardians},
        addresses=addresses(act, case, appointments),
        story=story,
        statements=statements,
        expectations=expectations,
        agreements=agreements,
        beside=beside,
        deputy=deputy,
        appointments=appointments,
        todos=todo.for_role(act.who.role, act.who.user_id, facts, act.now, act.today),
        timeline=act.work.history.timeline(case.school_id, case.id, timeline) if timeline else None,
        hold=act.work.holds.of(case.school_id, case.id) if case.closed else None,
    )


def addresses(act: Acting, case: Case, appointments: Iterable[Appointment] | None = None) -> dict[UUID, Address]:
    """Of a case's guardians, by id; a secret one for whoever visits, around the visit."""
    if not may(act.who.role, "see_secret_address"):
        return act.work.cases.addresses(case)
    planned = act.work.planning.of_cases([case.school_id], [case.id], act.now) if appointments is None else appointments
    return act.work.cases.addresses(case, secret_address.shown_to(act.who.user_id, planned, act.today))


def written(story: Story | None, statements: Iterable[Statement]) -> frozenset[str]:
    """The kinds of text there are."""
    return frozenset({each.kind for each in statements} | ({"story"} if story else set()))
