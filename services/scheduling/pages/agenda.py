"""The week, across the caller's schools."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask import Blueprint, render_template, request

from services.scheduling import service
from services.scheduling.domain.appointment import Appointment
from services.scheduling.pages.words import KIND_LABELS
from services.scheduling.usecases import appointments
from shared.clock import AMSTERDAM, today
from shared.http.auth import principal
from shared.http.policy import allow
from shared.web.i18n import gettext as _
from shared.web.week import Item, colours_of, week_of

routes = Blueprint("agenda", __name__)


@routes.get("/agenda")
@allow("school_staff", "liaison", "team_member")
def agenda() -> str:
    """One week, from Monday."""
    monday = _monday(request.args.get("week", ""), today(service.current().clock))
    since = datetime.combine(monday, datetime.min.time(), AMSTERDAM)
    found, schools = appointments.week_of(service.current(), principal(), since)
    colours = colours_of(sorted(schools.values()))
    items = [_item(each, schools[each.school_id], colours) for each in found]
    week = week_of(monday, items, today(service.current().clock))
    near = {"before": _name(monday - timedelta(days=7)), "after": _name(monday + timedelta(days=7))}
    number = monday.isocalendar().week
    return render_template(
        "scheduling/agenda.html", week=week, colours=colours, monday=monday, number=number, count=len(found), **near
    )


def _item(appointment: Appointment, school: str, colours: dict[str, int]) -> Item:
    names = ", ".join(participant.name for participant in appointment.guardians)
    return Item(
        appointment.starts_at,
        appointment.ends_at,
        f"{_(KIND_LABELS[appointment.kind])} {names}".strip(),
        school,
        f"/scheduling/afspraken/{appointment.id}",
        colours[school],
        waiting=appointment.status == "invited",
    )


def _monday(week: str, now: date) -> date:
    """Of `2026-W48`, or of this week for anything else."""
    try:
        return datetime.strptime(f"{week}-1", "%G-W%V-%u").date()  # noqa: DTZ007 - a calendar week has no zone
    except ValueError:
        return now - timedelta(days=now.weekday())


def _name(monday: date) -> str:
    year, week, _day = monday.isocalendar()
    return f"{year}-W{week:02}"
