"""What waits for whom.

Derived from the state of a case, never typed in and never ticked off: a task that somebody has to close by hand is either
forgotten or closed without being done.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID

from services.cases.domain.agreement import Agreement
from services.cases.domain.expectation import Expectation
from services.cases.domain.phases import PAUSED, Standing, missing_before
from services.cases.domain.phases import after as phase_after
from services.cases.domain.planning import Appointment, next_one
from services.cases.domain.satisfaction import Span
from services.cases.domain.sides import side_of

ANSWER_WANTED_BEFORE = timedelta(days=3)
END_IN_SIGHT = timedelta(days=21)


@dataclass(frozen=True)
class Facts:
    """What of a case decides who has to do what.

    `written`: the kinds of text that the asker can read, coaching among them; `handed_over`: to whom and from when, while
    they have not said that they read it; `heard`: who looked back at which moment (domain/satisfaction.py).
    """

    case_id: UUID
    kind: str
    phase: str
    assigned_to: UUID | None
    planned_end_on: date
    resume_on: date | None = None
    deputies: Collection[UUID] = ()
    handed_over: tuple[UUID, date] | None = None
    appointments: Sequence[Appointment] = ()
    written: frozenset[str] = frozenset()
    expectations: Sequence[Expectation] = ()
    agreements: Sequence[Agreement] = ()
    opened_on: date | None = None
    heard: frozenset[tuple[str, str]] = frozenset()
    satisfaction_asked_on: date | None = None


@dataclass(frozen=True)
class Todo:
    """One thing to do. `weight`: lower is more pressing. The others say what it is about, where that matters."""

    kind: str
    weight: int
    case_id: UUID
    appointment: Appointment | None = None
    person_id: UUID | None = None
    on: date | None = None
    phase: str | None = None
    agreement: Agreement | None = None


def for_role(role: str, user_id: UUID, facts: Facts, now: datetime, today: date) -> list[Todo]:
    """What waits for this member of staff in this case, most pressing first."""
    if facts.phase == "closed":
        return []
    found = [*_for_everybody(facts, today), *_for_side(side_of(role), facts, today)]
    if facts.handed_over is not None and facts.handed_over[0] == user_id:
        found.append(Todo("read_handover", 1, facts.case_id, on=facts.handed_over[1]))
    if role == "school_staff" or (role == "liaison" and (facts.assigned_to == user_id or user_id in facts.deputies)):
        found += _for_looking_back(role, facts, today)
    if role != "school_staff" and (facts.assigned_to in (None, user_id) or user_id in facts.deputies):
        found += _for_liaison(facts, now)
    return sorted(found, key=lambda todo: todo.weight)


def _for_side(side: str | None, facts: Facts, today: date) -> Iterator[Todo]:
    """What waits for whoever speaks for a side: to say where it stands, and to look back when the day has come."""
    if side is None or facts.phase == PAUSED:
        return
    for agreement in facts.agreements:
        if agreement.ended:
            continue
        if agreement.stance(side) is None:
            yield Todo("take_a_stance", 3, facts.case_id, agreement=agreement, on=agreement.current.review_on)
        elif agreement.stands and agreement.current.review_on <= today and agreement.looked_back(side) is None:
            yield Todo("look_back", 4, facts.case_id, agreement=agreement, on=agreement.current.review_on)
    if facts.kind == "family" and facts.phase == "formulating" and not any(each.held_by == side for each in facts.expectations):
        yield Todo("expect", 6, facts.case_id)


def _for_looking_back(role: str, facts: Facts, today: date) -> Iterator[Todo]:
    """Half-way and before the end: the school says how it goes, the liaison asks the parents, and hears the child."""
    if facts.opened_on is None or facts.kind == "coaching":
        return
    span = Span(facts.opened_on, facts.planned_end_on, facts.phase)
    moment, since = span.moment(today), span.due_since(today)
    if since is None:
        return
    if role == "school_staff":
        if ("school", moment) not in facts.heard:
            yield Todo("say_how_it_goes", 6, facts.case_id)
        return
    asked = facts.satisfaction_asked_on is not None and facts.satisfaction_asked_on >= since
    if not asked and ("parents", moment) not in facts.heard:
        yield Todo("ask_how_it_goes", 7, facts.case_id)
    if ("child", moment) not in facts.heard:
        yield Todo("hear_the_child", 7, facts.case_id)


def _for_liaison(facts: Facts, now: datetime) -> Iterator[Todo]:
    if facts.assigned_to is None:
        yield Todo("take_up", 1, facts.case_id)
    for appointment in facts.appointments:
        if appointment.upcoming(now):
            yield from _for_upcoming(appointment, now)
        elif appointment.standing:
            yield Todo("conclude", 3, facts.case_id, appointment)
    if facts.phase != PAUSED and next_one(facts.appointments, now) is None:
        yield from _for_next_step(facts)


def _for_upcoming(appointment: Appointment, now: datetime) -> Iterator[Todo]:
    for each in appointment.answered("another_time"):
        yield Todo("find_another_time", 0, appointment.case_id, appointment, each.person_id)
    for each in appointment.answered("declined"):
        yield Todo("declined", 1, appointment.case_id, appointment, each.person_id)
    untold = appointment.untold()
    for each in untold:
        yield Todo("call_to_tell", 1, appointment.case_id, appointment, each.person_id)
    if appointment.starts_at - now <= ANSWER_WANTED_BEFORE:
        for each in appointment.answered("awaiting"):
            if each not in untold:
                yield Todo("no_answer", 2, appointment.case_id, appointment, each.person_id)


def _for_next_step(facts: Facts) -> Iterator[Todo]:
    """With nothing planned, the first step that has not been made."""
    met = any(each.status == "held" for each in facts.appointments)
    if facts.kind == "coaching":
        yield from _for_coaching(facts, met)
    elif facts.phase == "referred" and not met:
        yield Todo("get_acquainted", 4, facts.case_id)
    elif facts.phase in ("referred", "getting_acquainted") and "story" not in facts.written:
        yield Todo("write_story" if met else "get_acquainted", 5, facts.case_id)
    elif "wish" not in facts.written and facts.phase in ("getting_acquainted", "formulating"):
        yield Todo("add_wish", 6, facts.case_id)
    else:
        yield from _for_next_phase(facts)


def _for_coaching(facts: Facts, met: bool) -> Iterator[Todo]:
    """A first talk, then what was coached; there is no story to write, and nobody's wish."""
    coached = "coaching" in facts.written
    if facts.phase in ("referred", "getting_acquainted") and not met and not coached:
        yield Todo("plan_talk", 4, facts.case_id)
    elif not coached:
        yield Todo("write_coaching", 6, facts.case_id)
    else:
        yield from _for_next_phase(facts)


def _for_next_phase(facts: Facts) -> Iterator[Todo]:
    following = phase_after(facts.phase, facts.kind)
    if following and following != "closed" and not missing_before(following, _standing(facts)):
        yield Todo("begin_phase", 8, facts.case_id, phase=following)


def _standing(facts: Facts) -> Standing:
    done = facts.written | liaison_there(facts.assigned_to) | agreed(facts.expectations, facts.agreements)
    return Standing(facts.kind, facts.phase, done)


def liaison_there(assigned_to: UUID | None) -> frozenset[str]:
    """As a fact that comes before a phase."""
    return frozenset({"liaison"} if assigned_to else ())


def agreed(expectations: Iterable[Expectation], agreements: Iterable[Agreement]) -> frozenset[str]:
    """As facts that come before a phase: an agreement that everybody stands behind, an evaluation by anybody."""
    found = list(agreements)
    looked_back = any(each.evaluations for each in found) or any(each.evaluations for each in expectations)
    held = {"agreement"} if any(each.stands for each in found) else set()
    return frozenset(held | ({"evaluation"} if looked_back else set()))


def _for_everybody(facts: Facts, today: date) -> Iterator[Todo]:
    if facts.phase == PAUSED and facts.resume_on is not None and facts.resume_on <= today:
        yield Todo("resume", 3, facts.case_id, on=facts.resume_on)
    if facts.planned_end_on < today:
        yield Todo("end_passed", 4, facts.case_id, on=facts.planned_end_on)
    elif facts.planned_end_on - today <= END_IN_SIGHT:
        yield Todo("end_in_sight", 7, facts.case_id, on=facts.planned_end_on)
