"""Consents given and withdrawn, and that parents were informed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.cases.domain.case import Case
from services.cases.domain.consents import Consent, Informed
from services.cases.domain.days import check_past
from services.cases.service import CasesService
from services.cases.usecases.acting import Person, acting
from shared.errors import Invalid
from shared.ids import new_id
from shared.tenancy import Principal


@dataclass(frozen=True)
class NewConsent:
    given_by: UUID
    purpose: str
    scope: str
    given_on: date


@dataclass(frozen=True)
class NewInformed:
    guardian_id: UUID
    on: date
    way: str
    about: str


@dataclass(frozen=True)
class Given:
    """Of one case. The names are the guardians'."""

    case: Case
    consents: list[Consent]
    informed: list[Informed]


def give(service: CasesService, who: Principal, case_id: UUID, new: NewConsent) -> Consent:
    """Record that a guardian consents to one purpose. Raises NotFound, and Invalid naming the field."""
    with acting(service, who) as act:
        case = act.work.cases.get(case_id)
        _check_guardian(case, "given_by", new.given_by)
        check_past("given_on", new.given_on, act.today)
        made = Consent(new_id(), new.given_by, new.purpose, new.scope, new.given_on, who.user_id, who.name, act.now)
        act.work.consents.add(case, made)
        act.note(case, "consent_given", about=made.id, purpose=made.purpose, person_id=str(made.given_by))
        act.log(case, "change", "toestemming")
        return made


def withdraw(service: CasesService, who: Person, case_id: UUID, consent_id: UUID) -> Consent:
    """From now on it no longer holds; that it did stays readable. By staff, or by the parent who gave it.

    Raises NotFound, Conflict.
    """
    with acting(service, who) as act:
        case = act.work.cases.get(case_id)
        consent = act.work.consents.one(case, consent_id)
        consent.withdraw(who.name, act.now)
        act.work.consents.keep_withdrawal(case, consent)
        act.note(case, "consent_withdrawn", about=consent.id, purpose=consent.purpose, person_id=str(consent.given_by))
        act.log(case, "change", "toestemming")
        return consent


def inform(service: CasesService, who: Principal, case_id: UUID, new: NewInformed) -> Informed:
    """Record that a guardian was told what is kept and why. Raises NotFound, and Invalid naming the field."""
    with acting(service, who) as act:
        case = act.work.cases.get(case_id)
        _check_guardian(case, "guardian_id", new.guardian_id)
        check_past("on", new.on, act.today)
        made = Informed(new_id(), new.guardian_id, new.on, new.way, new.about, who.user_id, who.name, act.now)
        act.work.consents.add_informed(case, made)
        act.note(case, "parents_informed", about=made.id, person_id=str(made.guardian_id))
        act.log(case, "change", "toestemming")
        return made


def read(service: CasesService, who: Principal, case_id: UUID) -> Given:
    """Raises NotFound."""
    with acting(service, who) as act:
        case = act.work.cases.get(case_id)
        act.log(case, "read", "toestemming")
        return Given(case, act.work.consents.of(case), act.work.consents.informed(case))


def _check_guardian(case: Case, field: str, guardian_id: UUID) -> None:
    if case.guardian(guardian_id) is None:
        raise Invalid({field: ["Deze ouder hoort niet bij dit dossier."]})
