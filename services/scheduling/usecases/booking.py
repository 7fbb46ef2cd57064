"""Taking everybody's time, or saying who is taken and when: never what for."""

from __future__ import annotations

from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.busy import Busy
from services.scheduling.persistence.unit_of_work import Work
from shared.clock import AMSTERDAM
from shared.errors import Conflict


def book(work: Work, appointment: Appointment, *, again: bool = False) -> None:
    """Everybody is busy with it from now on; `again`: at another time than before.

    Raises Conflict, whose `conflicts` name who is taken and when.
    """
    work.occupancy.hold(appointment.busy_ids)
    if again:
        work.occupancy.free(appointment.id)
    taken = work.occupancy.take(appointment)
    if taken:
        names = {appointment.host_id: appointment.host_name} | {each.person_id: each.name for each in appointment.participants}
        conflicts = [_conflict(each, names[each.person_id]) for each in taken]
        words = "; ".join(f"{names[each.person_id]}: {_when(each)}" for each in taken)
        raise Conflict("Deze tijd is al bezet. %(who)s.", who=words, extra={"conflicts": conflicts})


def _conflict(busy: Busy, name: str) -> dict[str, str]:
    return {
        "person_id": str(busy.person_id),
        "name": name,
        "starts_at": busy.starts_at.isoformat(),
        "ends_at": busy.ends_at.isoformat(),
    }


def _when(busy: Busy) -> str:
    starts, ends = busy.starts_at.astimezone(AMSTERDAM), busy.ends_at.astimezone(AMSTERDAM)
    return f"{starts:%d-%m-%Y %H:%M}–{ends:%H:%M}"
