"""Offering parents several times; the first that one of them picks becomes the appointment, if it is still free."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.scheduling.adapters.choice_links import Picker
from services.scheduling.domain.appointment import Appointment, place_of
from services.scheduling.domain.busy import Busy
from services.scheduling.domain.choice import Choice, Invitee, OfferedSlot, check_slots, expiry
from services.scheduling.domain.people import Host, Person, PlannedCase, host_of
from services.scheduling.persistence.appointments import New
from services.scheduling.persistence.unit_of_work import Work
from services.scheduling.service import SchedulingService
from services.scheduling.usecases.booking import book
from services.scheduling.usecases.replies import LinkExpired
from services.scheduling.usecases.telling import invitations, told
from shared.clock import day_of
from shared.errors import Conflict, Invalid, NotFound
from shared.ids import new_id
from shared.messaging.outbox import NewEvent
from shared.pagination import Page, PageRequest
from shared.tenancy import Principal, Scope


@dataclass(frozen=True)
class NewChoice:
    """Times to choose from, and for what. `starts`: when each begins; they all take as long."""

    case_id: UUID
    kind: str
    duration_minutes: int
    starts: Sequence[datetime]
    participant_ids: Sequence[UUID]
    location: str | None = None
    place: str | None = None
    expires_at: datetime | None = None


@dataclass(frozen=True)
class Offer:
    """What one guardian may know of it: the times that are left, and what became of it."""

    choice: Choice
    guardian: Invitee
    language: str
    host: Host
    state: str
    left: Sequence[OfferedSlot]
    appointment: Appointment | None


def offer(service: SchedulingService, who: Principal, new: NewChoice) -> Choice:
    """Each guardian is asked to choose. Raises NotFound, Invalid naming the field, and Conflict for a case that has ended."""
    now = service.clock.now()
    check_slots(new.starts, now)
    expires_at = expiry(new.starts, now, new.expires_at)
    with service.work(who.scope) as work:
        work.choices.lock_case(new.case_id)
        case = work.directory.case(new.case_id)
        case.require_open()
        people = _people(work, case, new)
        choice = Choice(
            school_id=case.school_id,
            id=new_id(),
            case_id=case.case_id,
            kind=new.kind,
            place=new.place or place_of(new.kind, new.location),
            location=new.location,
            host_id=who.user_id,
            host_name=who.name,
            offered_at=now,
            expires_at=expires_at,
        )
        length = timedelta(minutes=new.duration_minutes)
        choice.slots = [OfferedSlot(case.school_id, choice.id, start, start + length) for start in sorted(set(new.starts))]
        choice.invitees = [
            Invitee(case.school_id, choice.id, each.person_id, each.name, each.guardian, position)
            for position, each in enumerate(people)
        ]
        _require_free(work, choice)
        work.choices.add(choice)
        work.publish(*_offers(service, work, choice, now))
        return choice


def list_open(service: SchedulingService, who: Principal, page: PageRequest, case_id: UUID | None = None) -> Page[Choice]:
    """What parents can still choose from, at the caller's schools; those that end first, first."""
    with service.work(who.scope) as work:
        return work.choices.open(service.clock.now(), page, case_id)


def get(service: SchedulingService, who: Principal, choice_id: UUID) -> Choice:
    """Raises NotFound."""
    with service.work(who.scope) as work:
        return work.choices.get(choice_id)


def withdraw(service: SchedulingService, who: Principal, choice_id: UUID) -> Choice:
    """Nobody can choose any more. Raises NotFound, and Conflict when it is over already."""
    now = service.clock.now()
    with service.work(who.scope) as work:
        choice = work.choices.get(choice_id, to_change=True)
        choice.withdraw(now)
        work.publish(_closed(choice, now))
        return choice


def withdraw_all(work: Work, school_id: UUID, case_id: UUID, now: datetime) -> None:
    """With its case ends what was still offered for it: nobody lists it, and what asks parents to choose is not sent any more."""
    work.choices.lock_case(case_id)
    for choice in work.choices.still_open(school_id, case_id, now):
        choice.withdraw(now)
        work.publish(_closed(choice, now))


def look(service: SchedulingService, token: str) -> Offer:
    """Today's truth. Raises NotFound for a foreign token, LinkExpired for one whose time is over."""
    picker = service.choice_links.read(token)
    with service.work(_scope(picker)) as work:
        return _offer(service, work, picker, work.choices.get(picker.choice_id))


def pick(service: SchedulingService, token: str, starts_at: datetime) -> Offer:
    """The guardian takes one of the times: the appointment stands, and they have accepted it.

    Raises NotFound, LinkExpired, and Conflict when the time is gone or there is nothing to choose any more.
    """
    picker, now = service.choice_links.read(token), service.clock.now()
    with service.work(_scope(picker)) as work:
        choice = work.choices.get(picker.choice_id, to_change=True)
        found = _offer(service, work, picker, choice)
        if choice.picked_by == picker.person_id and found.appointment and found.appointment.starts_at == starts_at:
            return found
        slot = choice.slot(starts_at, now)
        if found.state == "withdrawn":
            raise Conflict("Deze tijden gelden niet meer.")
        if slot not in found.left:
            raise _gone()
        appointment = _appointment(work, choice, slot)
        invited = told(service, appointment, "invited", choice.host_id)
        appointment.answer(picker.person_id, "accept", now)
        choice.picked(appointment.id, picker.person_id)
        news = [invited, told(service, appointment, "answered", picker.person_id), _closed(choice, now)]
        _book(service, work, appointment, New(now, news + invitations(service, work, appointment, "request")))
        work.appointments.note(appointment, "accepted", now, (picker.person_id, found.guardian.name))
        return _offer(service, work, picker, choice)


def _book(service: SchedulingService, work: Work, appointment: Appointment, new: New) -> None:
    """Parents are told that a time is gone, and not who has it."""
    try:
        book(service, work, appointment, new)
    except Conflict as taken:
        raise _gone() from taken


def _gone() -> Conflict:
    return Conflict("Deze tijd is net bezet geraakt. Kies een andere tijd.")


def _appointment(work: Work, choice: Choice, slot: OfferedSlot) -> Appointment:
    names = ("school_id", "case_id", "kind", "place", "location", "host_id", "host_name")
    made = Appointment(
        **{name: getattr(choice, name) for name in names}, id=new_id(), starts_at=slot.starts_at, ends_at=slot.ends_at
    )
    case, day = work.directory.case(choice.case_id), day_of(slot.starts_at)
    known = work.directory.people(choice.school_id, [each.person_id for each in choice.invitees])
    for each in choice.invitees:
        if each.person_id in known and case.takes(known[each.person_id], day):
            made.invite(each.person_id, each.name, guardian=each.guardian)
    return made


def _offer(service: SchedulingService, work: Work, picker: Picker, choice: Choice) -> Offer:
    """Raises NotFound when this guardian no longer takes part, LinkExpired. With the case what was still open has ended."""
    now, guardian = service.clock.now(), choice.invitee(picker.person_id)
    people = work.directory.people(choice.school_id, [picker.person_id, choice.host_id])
    person, case = people.get(picker.person_id), work.directory.case(choice.case_id)
    if person is None or picker.person_id not in case.guardian_ids:
        raise NotFound
    if choice.link_ends_at < now:
        raise LinkExpired(person.language)
    state = "withdrawn" if case.ended and choice.state(now) == "open" else choice.state(now)
    left = _still_free(work, choice, now, people.get(choice.host_id)) if state == "open" else []
    appointment = work.appointments.get(choice.appointment_id) if choice.appointment_id else None
    host = host_of(people.get(choice.host_id), choice.host_name)
    return Offer(choice, guardian, person.language, host, state, left, appointment)


def _still_free(work: Work, choice: Choice, now: datetime, host: Person | None) -> list[OfferedSlot]:
    """What nobody has taken since, while the host works at the school. The way there is reckoned when one is picked."""
    coming = [slot for slot in choice.coming(now) if host is None or host.works_on(day_of(slot.starts_at))]
    if not coming:
        return []
    busy = _busy(work, choice)
    return [slot for slot in coming if not any(each.starts_at < slot.ends_at and slot.starts_at < each.ends_at for each in busy)]


def _busy(work: Work, choice: Choice) -> list[Busy]:
    everybody = [choice.host_id, *(each.person_id for each in choice.invitees)]
    since, until = min(each.starts_at for each in choice.slots), max(each.ends_at for each in choice.slots)
    return work.occupancy.of(sorted(set(everybody)), since, until)


def _require_free(work: Work, choice: Choice) -> None:
    """Raises Invalid on `slots` for a time that is taken by now: nobody is asked to choose it."""
    busy = _busy(work, choice)
    for slot in choice.slots:
        if any(each.starts_at < slot.ends_at and slot.starts_at < each.ends_at for each in busy):
            raise Invalid({"slots": ["Niet elke tijd is nog vrij. Zoek opnieuw, en kies andere."]})


def _people(work: Work, case: PlannedCase, new: NewChoice) -> list[Person]:
    """Raises Invalid when one has no part in this case or school, and when there is no guardian to choose."""
    known = work.directory.people(case.school_id, list(new.participant_ids))
    days = [day_of(start) for start in new.starts]
    if any(each not in known or not all(case.takes(known[each], day) for day in days) for each in new.participant_ids):
        raise Invalid({"participant_ids": ["Kies mensen die bij dit dossier of bij deze school horen."]})
    people = [known[each] for each in new.participant_ids]
    if not any(each.guardian for each in people):
        raise Invalid({"participant_ids": ["Kies ook een ouder: die kiest de tijd."]})
    return people


def _offers(service: SchedulingService, work: Work, choice: Choice, now: datetime) -> list[NewEvent]:
    """Each guardian hears of it apart, with a link of their own."""
    host = host_of(work.directory.people(choice.school_id, [choice.host_id]).get(choice.host_id), choice.host_name)
    common = {name: getattr(choice, name) for name in ("case_id", "kind", "place", "expires_at")}
    common |= {"choice_id": choice.id, "host_first_name": host.first_name, "host_phone": host.phone}
    common["slots"] = [{"starts_at": each.starts_at, "ends_at": each.ends_at} for each in choice.slots]
    made = []
    for guardian in choice.guardians:
        token = service.choice_links.token(Picker(choice.school_id, choice.id, guardian.person_id))
        data = common | {"person_id": guardian.person_id, "reply_token": token}
        made.append(NewEvent("scheduling.choice.offered.v1", choice.school_id, data, now))
    return made


def _closed(choice: Choice, now: datetime) -> NewEvent:
    data = {"choice_id": choice.id, "case_id": choice.case_id}
    return NewEvent("scheduling.choice.closed.v1", choice.school_id, data, now)


def _scope(picker: Picker) -> Scope:
    return Scope.of_schools([picker.school_id], "parents")
