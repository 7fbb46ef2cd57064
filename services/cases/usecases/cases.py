"""Cases: open, change, hand on, move through the phases."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.cases.domain.asks import ASKED_ON_ENTERING
from services.cases.domain.case import Address, Case, Child, Guardian, reference_of, school_year, searchable
from services.cases.domain.coaching import coached_in
from services.cases.domain.ends import ChangedEnd
from services.cases.domain.permissions import may
from services.cases.domain.phases import PHASES, missing_before
from services.cases.domain.todo import agreed, liaison_there
from services.cases.service import CasesService
from services.cases.usecases.acting import Acting, acting
from services.cases.usecases.asking import NewAsk, ask_parents
from services.cases.usecases.charge import NOT_A_LIAISON, begin, liaisons_at, put_in_charge
from services.cases.usecases.dossiers import Dossier, assemble, written
from shared.errors import Conflict, Forbidden, Invalid, NotFound
from shared.ids import new_id
from shared.tenancy import Principal


@dataclass(frozen=True)
class NewGuardian:
    """A guardian as entered. `values`: fields of Guardian."""

    values: Mapping[str, Any]
    address: Address | None = None


@dataclass(frozen=True)
class NewCase:
    """A case as entered; without a child it is a coaching case."""

    school_id: UUID
    reason: str
    planned_end_on: date
    child: Child | None = None
    guardians: Sequence[NewGuardian] = ()
    coaching_of: str | None = None
    external_reference: str | None = None


@dataclass(frozen=True)
class Changes:
    """What is to be different; what is absent stays. `expected_version`: the one that the caller had read."""

    values: Mapping[str, Any]
    expected_version: int | None = None


@dataclass(frozen=True)
class Move:
    """To another phase; with a reason where something usual is missing."""

    to: str
    reason: str | None = None
    resume_on: date | None = None
    expected_version: int | None = None


def open_case(service: CasesService, who: Principal, new: NewCase) -> Dossier:
    """Raises NotFound for a school that is not the caller's, and Invalid naming the field."""
    if new.school_id not in who.school_ids:
        raise NotFound
    with acting(service, who) as act:
        case = _entered(act, new)
        register(act, case)
        for guardian, entered in zip(case.guardians, new.guardians, strict=True):
            if entered.address:
                act.work.cases.set_address(guardian, entered.address)
        act.note(case, "case_opened", assigned_to=_text(case.assigned_to))
        tell_of_new(act, case)
        return assemble(act, case)


def register(act: Acting, case: Case, before: UUID | None = None) -> None:
    """Give a new case its number, keep it, and give it its liaison: who accompanied the family before, else the only one."""
    year = school_year(act.today)
    case.reference = reference_of(year, act.work.cases.next_number(case.school_id, year))
    case.search_text = searchable(case)
    act.work.cases.add(case)
    found = liaisons_at(act, case.school_id)
    # Of several, one takes it up.
    liaison = before if before in found else next(iter(found)) if len(found) == 1 else None
    if liaison is not None:
        begin(act, case, liaison, found[liaison])


def tell_of_new(act: Acting, case: Case) -> None:
    """To whoever may look into the log, and to the other services."""
    act.log(case, "create", "dossier")
    act.tell_case("opened", case)
    act.tell_persons("registered", *case.guardians)


def change_case(service: CasesService, who: Principal, case_id: UUID, changes: Changes) -> Dossier:
    """Raises NotFound, Stale, Forbidden, and Invalid naming the field."""
    with acting(service, who) as act:
        case = act.work.cases.get(case_id, to_change=True)
        case.expect(changes.expected_version)
        before = case.planned_end_on
        changed = _apply(act, case, changes.values)
        if changed:
            keep_end(act, case, before, None)
            case.changed()
            act.note(case, "case_changed", fields=changed, assigned_to=_text(case.assigned_to))
            act.log(case, "change", "dossier")
            act.tell_case("changed", case)
        return assemble(act, case)


def move_case(service: CasesService, who: Principal, case_id: UUID, move: Move) -> Dossier:
    """Put the case in another phase. Raises NotFound, Stale, and Conflict naming what is missing, unless a reason is given."""
    with acting(service, who) as act:
        case = act.work.cases.get(case_id, to_change=True)
        case.expect(move.expected_version)
        before = case.move_to(move.to, _done(act, case), move.reason, act.now, move.resume_on)
        case.changed()
        until: dict[str, Any] = {"resume_on": move.resume_on.isoformat()} if move.resume_on else {}
        act.note(case, "phase_changed", before=before, to=move.to, reason=move.reason or "", **until)
        act.log(case, "change", "fase")
        act.tell_case("changed", case)
        if move.to in ASKED_ON_ENTERING:
            ask_parents(service, act, case, NewAsk(ASKED_ON_ENTERING[move.to]))
        return assemble(act, case)


def resume_case(service: CasesService, who: Principal, case_id: UUID, expected_version: int | None = None) -> Dossier:
    """Go on where a pause interrupted. Raises NotFound, Stale, and Conflict for a case that is not paused."""
    with acting(service, who) as act:
        case = act.work.cases.get(case_id)
    if case.paused_from is None:
        raise Conflict("Dit dossier is niet gepauzeerd.")
    return move_case(service, who, case_id, Move(case.paused_from, expected_version=expected_version))


def missing_for(service: CasesService, who: Principal, case_id: UUID) -> tuple[Case, dict[str, list[str]]]:
    """The case, and for each other phase what is usually there before it begins and is not. Raises NotFound."""
    with acting(service, who) as act:
        case = act.work.cases.get(case_id)
        standing = case.standing(_done(act, case))
        return case, {phase: missing_before(phase, standing) for phase in PHASES if phase != case.phase}


def keep_end(act: Acting, case: Case, before: date, reason: str | None) -> ChangedEnd | None:
    """Into the history of expected ends, when it is another than before."""
    if case.planned_end_on == before:
        return None
    changed = ChangedEnd(new_id(), before, case.planned_end_on, reason, act.who.user_id, act.who.name, act.now)
    act.work.life.add_end(case, changed)
    return changed


def new_guardian(case: Case, entered: NewGuardian) -> Guardian:
    """Of this case, without a place in it yet."""
    return Guardian(case.school_id, case.id, new_id(), 0, **entered.values)


def _entered(act: Acting, new: NewCase) -> Case:
    case = Case(new.school_id, new_id(), "", new.reason, new.planned_end_on, act.now, act.who.user_id, phase_since=act.now)
    case.child, case.external_reference = new.child, new.external_reference
    case.coaching_of = coached_in(new.coaching_of, child=new.child is not None, guardians=bool(new.guardians))
    case.plan_end(new.planned_end_on, act.today)
    if new.child is not None and not new.guardians:
        raise Invalid({"guardians": ["Voeg minstens één ouder of verzorger toe."]})
    _add_guardians(case, new.guardians)
    return case


def _add_guardians(case: Case, guardians: Sequence[NewGuardian]) -> None:
    """Raises Invalid with the errors of all of them, each under its own number."""
    errors: dict[str, list[str]] = {}
    for number, entered in enumerate(guardians):
        try:
            case.add_guardian(new_guardian(case, entered))
        except Invalid as wrong:
            for name, texts in wrong.fields.items():
                errors[name if name == "guardians" else f"guardians.{number}.{name}"] = texts
    if errors:
        raise Invalid(errors)


def _apply(act: Acting, case: Case, values: Mapping[str, Any]) -> list[str]:
    """The names of the fields that are different now."""
    before = {name: getattr(case, name) for name in values}
    for name in ("reason", "external_reference"):
        if name in values:
            setattr(case, name, values[name])
    if "planned_end_on" in values and values["planned_end_on"] != case.planned_end_on:
        case.plan_end(values["planned_end_on"], act.today)
    if "child" in values:
        _change_child(case, values["child"])
    if "assigned_to" in values and values["assigned_to"] != case.assigned_to:
        _assign(act, case, values["assigned_to"])
    return sorted(name for name, value in before.items() if getattr(case, name) != value)


def _change_child(case: Case, values: Mapping[str, str]) -> None:
    if case.child is None:
        raise Invalid({"child": ["Dit is een coachingstraject, zonder kind. Open voor een kind een nieuw dossier."]})
    case.child = Child(**(asdict(case.child) | dict(values)))


def _assign(act: Acting, case: Case, user_id: UUID | None) -> None:
    if not may(act.who.role, "assign"):
        raise Forbidden("Alleen het samenwerkingsverband wijst een ouderfunctionaris toe.")
    names = liaisons_at(act, case.school_id)
    if user_id is not None and user_id not in names:
        raise Invalid({"assigned_to": [NOT_A_LIAISON]})
    put_in_charge(act, case, user_id, names.get(user_id) if user_id else None)


def _done(act: Acting, case: Case) -> frozenset[str]:
    """What there is of what usually comes before a phase, as far as the caller may know it."""
    kinds = written(*act.work.texts.of(case))
    expectations, agreements = act.work.partnership.expectations([case.id]), act.work.partnership.agreements([case.id])
    return kinds | liaison_there(case.assigned_to) | agreed(expectations, agreements)


def _text(user_id: UUID | None) -> str | None:
    return str(user_id) if user_id else None
