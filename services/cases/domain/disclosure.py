"""What a guardian may be given of a record: their own data and what both sides share, never another guardian's.

GDPR, article 15(4): access must not harm others. Dutch Civil Code, 1:377c: a parent without custody is told important
facts by whoever knows them, not handed the record; so such a guardian is given their own data alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID

from services.cases.domain.agreement import Agreement
from services.cases.domain.case import Guardian
from services.cases.domain.expectation import Expectation
from services.cases.domain.handover import HandOver
from services.cases.domain.planning import Appointment
from services.cases.domain.report import Report
from services.cases.domain.satisfaction import Satisfaction

# Of somebody else in the same record only these are said.
_OF_OTHERS = ("name", "relation")


def gets_the_record(guardian: Guardian) -> bool:
    """With custody, or with nothing known against it."""
    return guardian.custody != "no"


def of_guardian(known: Mapping[str, Any], own: UUID) -> dict[str, Any]:
    """What is given of one guardian to the one with the id `own`."""
    return dict(known) if known["id"] == str(own) else {name: known[name] for name in _OF_OTHERS}


def for_parents(readers: Iterable[str]) -> bool:
    """A text that parents are among the readers of."""
    return "parents" in readers


def own_or_shared(guardian_id: UUID | None, own: UUID) -> bool:
    """What staff wrote down was said by the parents together; what a parent wrote on their own page is that parent's."""
    return guardian_id in (None, own)


def about_somebody_else(data: Mapping[str, Any], own: UUID, guardians: Iterable[UUID]) -> bool:
    """Something that happened with another guardian: their answer, their mail, their consent."""
    others = {str(each) for each in guardians} - {str(own)}
    return any(str(value) in others for value in data.values())


def of_others_appointment(kind: str, about: UUID | None, attended: Collection[UUID]) -> bool:
    """What happened with an appointment that they take no part in: when another guardian is visited is not theirs to know."""
    return kind.startswith("appointment_") and about not in attended


def appointment_for(appointment: Appointment, own: UUID) -> Appointment | None:
    """One that they take part in, without what others answered."""
    mine = tuple(each for each in appointment.participants if each.person_id == own)
    return replace(appointment, participants=mine) if mine else None


def agreement_for(agreement: Agreement, own: UUID) -> Agreement:
    """Without what another guardian said of it on their own page. What staff wrote down was said for all."""
    return replace(
        agreement,
        endorsements=[each for each in agreement.endorsements if own_or_shared(each.guardian_id, own)],
        evaluations=[each for each in agreement.evaluations if own_or_shared(each.guardian_id, own)],
    )


def expectation_for(expectation: Expectation, own: UUID) -> Expectation:
    """Without how another guardian saw it."""
    return replace(expectation, evaluations=[each for each in expectation.evaluations if own_or_shared(each.guardian_id, own)])


def answers_for(said: Satisfaction, own: UUID) -> bool:
    """Their own answers, and what the school and the child said if that is for parents to read."""
    return for_parents(said.readers) and own_or_shared(said.guardian_id, own)


def report_for(report: Report, own: UUID) -> Report | None:
    """Once it was put to the parents, if they are among its readers; without what another guardian said of it."""
    if report.presented_at is None or not for_parents(report.readers):
        return None
    return replace(report, reactions=[each for each in report.reactions if own_or_shared(each.guardian_id, own)])


def handover_for(handover: HandOver) -> HandOver:
    """That it was handed over is no secret; what was said with it is, unless parents are among its readers."""
    return handover if for_parents(handover.readers or ()) else replace(handover, note=None, readers=None)
