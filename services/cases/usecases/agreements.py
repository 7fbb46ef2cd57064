"""Agreements between parents and school: proposed, endorsed, looked back on, written anew, ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from services.cases.domain.agreement import Agreement, Words
from services.cases.domain.case import Case
from services.cases.domain.expectation import Expectation
from services.cases.domain.readers import for_both_sides
from services.cases.domain.sides import check_speaks_for
from services.cases.persistence.texts import Statement
from services.cases.service import CasesService
from services.cases.usecases.acting import Acting, Person, acting
from services.cases.usecases.asking import NewAsk, ask_parents
from shared.errors import Invalid
from shared.ids import new_id
from shared.tenancy import Principal


@dataclass(frozen=True)
class NewAgreement:
    """`who`: whose it is to do. `expectation_ids`: what it answers to. `goal_id`: the shared goal that it serves."""

    words: Words
    who: str
    expectation_ids: Sequence[UUID] = ()
    goal_id: UUID | None = None


@dataclass(frozen=True)
class Stance:
    """Whether one side stands behind it; `note`: what they said, kept beside it."""

    by: str
    endorses: bool
    note: str | None = None


@dataclass(frozen=True)
class NewLookBack:
    """How one side saw it turn out: `yes`, `partly` or `no`."""

    by: str
    kept: str
    note: str | None = None


def propose(service: CasesService, who: Principal, case_id: UUID, new: NewAgreement) -> Agreement:
    """Raises NotFound, and Invalid naming the field."""
    with acting(service, who) as act:
        case = act.work.cases.get(case_id)
        known = {each.id for each in act.work.partnership.expectations([case.id])}
        if not known.issuperset(new.expectation_ids):
            raise Invalid({"expectation_ids": ["Deze verwachting hoort niet bij dit dossier."]})
        if new.goal_id and new.goal_id not in {each.id for each in _goals(act, case)}:
            raise Invalid({"goal_id": ["Dit doel hoort niet bij dit dossier, of niet iedereen kan het lezen."]})
        agreement = Agreement(case.school_id, new_id(), case.id, new.who, list(dict.fromkeys(new.expectation_ids)), new.goal_id)
        agreement.propose(new.words, who.name, act.now, act.today)
        act.work.partnership.add(agreement, who.user_id)
        _keep_trace(act, case, agreement, "agreement_proposed")
        ask_parents(service, act, case, NewAsk("agreement_to_support", about_id=agreement.id))
        return agreement


@dataclass(frozen=True)
class InFull:
    """An agreement with the case it is of, the expectations that it answers to and the goal that it serves."""

    agreement: Agreement
    case: Case
    expectations: Sequence[Expectation]
    goal: Statement | None


def read_with_expectations(service: CasesService, who: Principal, agreement_id: UUID) -> InFull:
    """Raises NotFound."""
    with acting(service, who) as act:
        agreement = act.work.partnership.agreement(agreement_id)
        case = act.work.cases.get(agreement.case_id)
        act.log(case, "read", "afspraak")
        about = [each for each in act.work.partnership.expectations([case.id]) if each.id in agreement.expectation_ids]
        goals = _goals(act, case) if agreement.goal_id else []
        return InFull(agreement, case, about, next((each for each in goals if each.id == agreement.goal_id), None))


def agreements(service: CasesService, who: Principal, case_id: UUID) -> list[Agreement]:
    """Of one case, oldest first. Raises NotFound."""
    with acting(service, who) as act:
        case = act.work.cases.get(case_id)
        act.log(case, "read", "afspraak")
        return act.work.partnership.agreements([case.id])


def endorse(
    service: CasesService,
    who: Person,
    agreement_id: UUID,
    stance: Stance,
    expected: int | None = None,
    version: int | None = None,
) -> Agreement:
    """Say for one side whether it stands behind the agreement, of which `version` was read.

    Raises Forbidden for the other side, NotFound, Stale, Conflict.
    """
    check_speaks_for(who.role, stance.by)
    with acting(service, who) as act:
        agreement, case = _to_change(act, agreement_id, expected)
        agreement.expect_version(version)
        made = agreement.endorse(act.said(stance.by, stance.note), stance.endorses, act.now)
        act.work.partnership.add_endorsement(agreement, made, who.user_id)
        act.work.partnership.touch(agreement)
        _keep_trace(act, case, agreement, "agreement_endorsed" if stance.endorses else "agreement_disputed", by=stance.by)
        return agreement


def look_back(service: CasesService, who: Person, agreement_id: UUID, new: NewLookBack, expected: int | None = None) -> Agreement:
    """Say for one side whether it was kept. Raises Forbidden for the other, NotFound, Stale, Conflict."""
    check_speaks_for(who.role, new.by)
    with acting(service, who) as act:
        agreement, case = _to_change(act, agreement_id, expected)
        made = agreement.look_back(act.said(new.by, new.note), new.kept, act.now)
        act.work.partnership.add_look_back(agreement, made, who.user_id)
        act.work.partnership.touch(agreement)
        _keep_trace(act, case, agreement, "agreement_evaluated", by=new.by, kept=new.kept)
        return agreement


def revise(service: CasesService, who: Principal, agreement_id: UUID, words: Words, expected: int | None = None) -> Agreement:
    """A new version; the old ones stay, and everybody is asked again. Raises NotFound, Stale, Conflict, Invalid."""
    with acting(service, who) as act:
        agreement, case = _to_change(act, agreement_id, expected)
        version = agreement.propose(words, who.name, act.now, act.today)
        act.work.partnership.add_version(agreement, who.user_id)
        act.work.partnership.touch(agreement)
        _keep_trace(act, case, agreement, "agreement_revised", version=version.number, reason=version.reason)
        ask_parents(service, act, case, NewAsk("agreement_to_support", about_id=agreement.id))
        return agreement


def end(service: CasesService, who: Principal, agreement_id: UUID, reason: str, expected: int | None = None) -> Agreement:
    """It no longer holds. Raises NotFound, Stale, Conflict."""
    with acting(service, who) as act:
        agreement, case = _to_change(act, agreement_id, expected)
        agreement.end(reason, who.name, act.now)
        act.work.partnership.touch(agreement)
        _keep_trace(act, case, agreement, "agreement_ended", reason=reason)
        return agreement


def _to_change(act: Acting, agreement_id: UUID, expected: int | None) -> tuple[Agreement, Case]:
    agreement = act.work.partnership.agreement(agreement_id, to_change=True)
    agreement.expect(expected)
    return agreement, act.work.cases.get(agreement.case_id)


def _keep_trace(act: Acting, case: Case, agreement: Agreement, kind: str, **data: Any) -> None:
    act.note(case, kind, about=agreement.id, what=agreement.current.what, **data)
    act.log(case, "change", "afspraak")


def _goals(act: Acting, case: Case) -> list[Statement]:
    """Those that both sides read, as they do the agreement."""
    _story, statements = act.work.texts.of(case)
    return [each for each in statements if each.kind == "goal" and for_both_sides(each.readers)]
