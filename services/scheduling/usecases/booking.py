"""Taking everybody's time, the way there of those who travel included; or saying who is taken and when: never what for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Never
from uuid import UUID

from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.busy import Busy
from services.scheduling.domain.days import Clash, Road, Taken, in_the_way, with_ways
from services.scheduling.domain.people import Person
from services.scheduling.domain.travel import TravelTimes
from services.scheduling.persistence.appointments import New
from services.scheduling.persistence.unit_of_work import Work
from services.scheduling.service import SchedulingService
from services.scheduling.usecases.whereabouts import stop_of
from shared.clock import AMSTERDAM, day_of
from shared.errors import Conflict


def book(service: SchedulingService, work: Work, appointment: Appointment, new: New | None = None) -> None:
    """Everybody is busy with it from now on; unless it is new, at another time than before. What is new is told as well.

    Raises Conflict, whose `conflicts` name who is taken and when.
    """
    everybody = appointment.busy_ids
    work.occupancy.hold(everybody)
    people = work.directory.people(appointment.school_id, everybody)
    if new is None:
        _free(service, work, appointment, people)
    stop = stop_of(work, appointment, people)
    wanted = Taken(appointment.id, appointment.starts_at, appointment.ends_at, stop)
    roads = _roads(work, people, day_of(appointment.starts_at))
    clashes = [
        _clash(road.person_id, each) for road in roads for each in in_the_way(road.day, wanted, road.start, service.travel)
    ]
    if clashes:
        others = sorted(set(everybody) - {road.person_id for road in roads})
        _refuse(appointment, [*clashes, *work.occupancy.of(others, appointment.starts_at, appointment.ends_at)])
    ways = {road.person_id: _make_way(work, road, wanted, service.travel) for road in roads}
    taken = work.occupancy.take(appointment, stop, ways, new)
    if taken:
        _refuse(appointment, taken)


def release(service: SchedulingService, work: Work, appointment: Appointment) -> None:
    """Nobody is busy with it any more, and what follows on it is reached from elsewhere."""
    work.occupancy.hold(appointment.busy_ids)
    _free(service, work, appointment, work.directory.people(appointment.school_id, appointment.busy_ids))


def _roads(work: Work, people: Mapping[UUID, Person], day: date) -> list[Road]:
    """Of those among the people who travel."""
    travellers = sorted(each.person_id for each in people.values() if each.travels)
    return work.occupancy.roads(travellers, *whole_day(day)) if travellers else []


def _make_way(work: Work, road: Road, new: Taken, times: TravelTimes) -> int:
    """What comes after `new` is reached from there; gives the minutes that `new` itself is reached in."""
    planned = with_ways([*road.day, new], road.start, times)
    _rewrite(work, road, [each for each in planned if each.appointment_id != new.appointment_id])
    return next(each.travel_minutes for each in planned if each.appointment_id == new.appointment_id)


def _free(service: SchedulingService, work: Work, appointment: Appointment, people: Mapping[UUID, Person]) -> None:
    starts_at = work.occupancy.free(appointment.id)
    for road in _roads(work, people, day_of(starts_at)) if starts_at else ():
        _rewrite(work, road, with_ways(road.day, road.start, service.travel))


def _rewrite(work: Work, road: Road, planned: Sequence[Taken]) -> None:
    before = {each.appointment_id: each.travel_minutes for each in road.day}
    changed = [each for each in planned if each.travel_minutes != before[each.appointment_id]]
    # First what is reached sooner than before: what takes longer may need the time that this frees.
    work.occupancy.set_ways(road.person_id, sorted(changed, key=lambda each: each.travel_minutes - before[each.appointment_id]))


def whole_day(day: date) -> tuple[datetime, datetime]:
    """From midnight until midnight on the Dutch clock: 23 hours in March, 25 in October."""
    first, last = (datetime.combine(each, time(0), AMSTERDAM).astimezone(UTC) for each in (day, day + timedelta(days=1)))
    return first, last


def _clash(person_id: UUID, clash: Clash) -> Busy:
    return Busy(person_id, clash.starts_at, clash.ends_at, clash.travel_minutes)


def _refuse(appointment: Appointment, taken: Sequence[Busy]) -> Never:
    names = {appointment.host_id: appointment.host_name} | {each.person_id: each.name for each in appointment.participants}
    words = "; ".join(f"{names[each.person_id]}: {_when(each)}" for each in taken)
    conflicts = [_conflict(each, names[each.person_id]) for each in taken]
    way = max(each.travel_minutes for each in taken)
    if way:
        raise Conflict(
            "Er is te weinig tijd voor de reis: die duurt %(minutes)s minuten. %(who)s.",
            who=words,
            minutes=way,
            extra={"conflicts": conflicts},
        )
    raise Conflict("Deze tijd is al bezet. %(who)s.", who=words, extra={"conflicts": conflicts})


def _conflict(busy: Busy, name: str) -> dict[str, str | int]:
    return {
        "person_id": str(busy.person_id),
        "name": name,
        "starts_at": busy.starts_at.isoformat(),
        "ends_at": busy.ends_at.isoformat(),
        "travel_minutes": busy.travel_minutes,
    }


def _when(busy: Busy) -> str:
    starts, ends = busy.starts_at.astimezone(AMSTERDAM), busy.ends_at.astimezone(AMSTERDAM)
    return f"{starts:%d-%m-%Y %H:%M}–{ends:%H:%M}"
