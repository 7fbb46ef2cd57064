"""The week, across the caller's schools."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask import Blueprint, render_template, request

from services.scheduling import service
from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.busy import Busy
from services.scheduling.pages.words import KIND_LABELS, answers_in_words, family_name, interpreters, week_name
from services.scheduling.usecases import agenda as agendas
from services.scheduling.usecases.agenda import Agenda
from shared.clock import AMSTERDAM, today
from shared.http.auth import principal
from shared.http.policy import allow
from shared.web.i18n import gettext as _
from shared.web.week import Item, colours_of, week_of

routes = Blueprint("agenda", __name__)
_REACH = timedelta(days=3660)


@routes.get("/agenda")
@allow("school_staff", "liaison", "team_member")
def agenda() -> str:
    """One week, from Monday."""
    clock = service.current().clock
    monday = _monday(request.args.get("week", ""), today(clock))
    found = agendas.week(service.current(), principal(), datetime.combine(monday, datetime.min.time(), AMSTERDAM))
    colours = colours_of(found.schools.values())
    items = [_item(each, found, colours, clock.now()) for each in found.appointments]
    items += [_busy(each, found) for each in found.elsewhere]
    near = {"before": week_name(monday - timedelta(days=7)), "after": week_name(monday + timedelta(days=7))}
    waiting = sum(item.waiting for item in items)
    return render_template(
        "scheduling/agenda.html",
        week=week_of(monday, items, today(clock)),
        colours=colours,
        monday=monday,
        number=monday.isocalendar().week,
        counts=(len(found.appointments), len({each.school_id for each in found.appointments}), waiting),
        **near,
    )


def _item(appointment: Appointment, found: Agenda, colours: dict[str, int], now: datetime) -> Item:
    people = [found.people[each.person_id] for each in appointment.guardians if each.person_id in found.people]
    school, answered = found.schools[appointment.school_id], answers_in_words(appointment)
    unsaid = _("nog vastleggen") if appointment.open and appointment.ends_at <= now else ""
    asked = appointment.status == "invited" and bool(people) and not answered and not unsaid
    return Item(
        appointment.starts_at,
        appointment.ends_at,
        f"{_(KIND_LABELS[appointment.kind])} {family_name(people)}".strip(),
        " · ".join(filter(None, [school, *interpreters(people), unsaid or answered])),
        f"/scheduling/afspraken/{appointment.id}",
        colours[school],
        waiting=asked,
    )


def _busy(busy: Busy, found: Agenda) -> Item:
    """Taken elsewhere: when, and never with what."""
    return Item(busy.starts_at, busy.ends_at, _("Bezet"), found.names[busy.person_id])


def _monday(week: str, now: date) -> date:
    """Of `2026-W48`, or of this week for anything else and for years that no agenda reaches."""
    try:
        asked = datetime.strptime(f"{week}-1", "%G-W%V-%u").date()  # noqa: DTZ007 - a calendar week has no zone
    except ValueError:
        asked = now
    near = asked if abs(asked - now) < _REACH else now
    return near - timedelta(days=near.weekday())
