"""Everything there is of a case for somebody who asks for it: staff, or a guardian who uses their right to see."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from services.cases.domain.case import Guardian
from services.cases.domain.case_staff import Place
from services.cases.domain.child_view import ChildView
from services.cases.domain.consents import Consent, Informed
from services.cases.domain.disclosure import (
    about_somebody_else,
    agreement_for,
    answers_for,
    appointment_for,
    expectation_for,
    for_parents,
    gets_the_record,
    handover_for,
    of_others_appointment,
    own_or_shared,
    report_for,
)
from services.cases.domain.efforts import TimeEntry
from services.cases.domain.handover import HandOver
from services.cases.domain.involved import Involved
from services.cases.domain.report import Report
from services.cases.domain.satisfaction import Satisfaction
from services.cases.persistence.history import Happening
from services.cases.service import CasesService
from services.cases.usecases.acting import Acting, acting
from services.cases.usecases.dossiers import Dossier, assemble
from shared.errors import Invalid
from shared.pagination import PageRequest
from shared.tenancy import Principal

_AT_ONCE = 200


@dataclass(frozen=True)
class Export:
    """A record as it is given. `own`: the guardian it is for; None for a member of staff. `whole`: not their own data alone."""

    dossier: Dossier
    own: Guardian | None
    whole: bool
    reports: list[Report]
    satisfaction: list[Satisfaction]
    happenings: list[Happening]
    time: list[TimeEntry]
    places: list[Place]
    handovers: list[HandOver]
    involved: list[Involved]
    child_views: list[ChildView]
    consents: list[Consent]
    informed: list[Informed]
    made_at: datetime
    made_by: str


def export(service: CasesService, who: Principal, case_id: UUID, guardian_id: UUID | None = None) -> Export:
    """As far as the caller may read it, and of that what is the guardian's to have. Raises NotFound, Invalid."""
    with acting(service, who) as act:
        case = act.work.cases.get(case_id)
        own = case.guardian(guardian_id) if guardian_id else None
        if guardian_id and own is None:
            raise Invalid({"for": ["Deze ouder hoort niet bij dit dossier."]})
        act.log(case, "read", "export")
        found = Export(
            dossier=assemble(act, case),
            own=own,
            whole=True,
            reports=act.work.reports.of(case),
            satisfaction=act.work.satisfaction.of(case),
            happenings=list(_happenings(act, case.school_id, case.id)),
            time=act.work.efforts.time_entries(case),
            places=act.work.charge.places(case),
            handovers=act.work.charge.handovers(case),
            involved=act.work.circle.involved(case),
            child_views=act.work.circle.child_views(case),
            consents=act.work.consents.of(case),
            informed=act.work.consents.informed(case),
            made_at=act.now,
            made_by=who.name,
        )
        if own is None:
            return found
        return _disclosed(found, own, act.work.planning.attended_by(case.school_id, case.id, own.id))


def _disclosed(found: Export, own: Guardian, attended: Collection[UUID]) -> Export:
    """What of it is this guardian's to have."""
    dossier, others = found.dossier, [each.id for each in found.dossier.case.guardians]
    whole = gets_the_record(own)
    story = dossier.story if whole and dossier.story and for_parents(dossier.story.readers) else None
    statements = [
        each for each in dossier.statements if whole and for_parents(each.readers) and own_or_shared(each.guardian_id, own.id)
    ]
    happenings = [
        each
        for each in found.happenings
        if whole
        and for_parents(each.readers)
        and not about_somebody_else(each.data | {"actor": each.actor_id}, own.id, others)
        and not of_others_appointment(each.kind, each.about_id, attended)
    ]
    theirs = replace(
        dossier,
        story=story,
        statements=statements,
        expectations=[
            expectation_for(each, own.id) for each in dossier.expectations if whole and own_or_shared(each.guardian_id, own.id)
        ],
        agreements=[agreement_for(each, own.id) for each in dossier.agreements] if whole else (),
        appointments=[mine for each in dossier.appointments if (mine := appointment_for(each, own.id))],
        addresses={key: value for key, value in dossier.addresses.items() if key == own.id},
    )
    return replace(
        found,
        dossier=theirs,
        whole=whole,
        reports=[shown for each in found.reports if (shown := report_for(each, own.id))] if whole else [],
        satisfaction=[each for each in found.satisfaction if whole and answers_for(each, own.id)],
        happenings=happenings,
        time=found.time if whole else [],
        places=found.places if whole else [],
        handovers=[handover_for(each) for each in found.handovers] if whole else [],
        involved=[each for each in found.involved if whole and for_parents(each.readers)],
        child_views=[each for each in found.child_views if whole and for_parents(each.readers)],
        consents=[each for each in found.consents if each.given_by == own.id],
        informed=[each for each in found.informed if each.guardian_id == own.id],
    )


def _happenings(act: Acting, school_id: UUID, case_id: UUID) -> Iterator[Happening]:
    """All of the timeline, newest first."""
    request: PageRequest | None = PageRequest(_AT_ONCE)
    while request is not None:
        page = act.work.history.timeline(school_id, case_id, request)
        yield from page.items
        request = PageRequest(_AT_ONCE, page.next_cursor) if page.next_cursor else None
