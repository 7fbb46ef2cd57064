"""The week, the month and the list, across the caller's schools."""

from __future__ import annotations

from calendar import Calendar
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import groupby
from uuid import UUID

from flask import Blueprint, abort, render_template, request

from services.scheduling import service
from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.busy import Busy
from services.scheduling.pages import periods, words
from services.scheduling.pages.words import KIND_LABELS, answers_in_words, family_name, interpreters, week_name
from services.scheduling.usecases import agenda as agendas
from services.scheduling.usecases.agenda import Agenda, Span
from shared.clock import today
from shared.http.auth import principal
from shared.http.policy import allow
from shared.web.i18n import gettext as _
from shared.web.i18n import local
from shared.web.week import Item, colours_of, week_of

routes = Blueprint("agenda", __name__)
ROLES = ("school_staff", "liaison", "team_member")
_LISTED = timedelta(days=28)


@routes.get("/agenda")
@allow(*ROLES)
def agenda() -> str:
    """One week, from Monday."""
    now = _today()
    monday = periods.monday_of(request.args.get("week", ""), now)
    found = _found(replace(periods.span(monday, monday + timedelta(days=7)), mine=_mine()))
    colours = colours_of(found.schools.values())
    items = _items(found, colours)
    near = {"before": week_name(monday - timedelta(days=7)), "after": week_name(monday + timedelta(days=7))}
    waiting = sum(item.waiting for item in items)
    return render_template(
        "scheduling/agenda.html",
        week=week_of(monday, items, now, notes=_days(found)),
        colours=colours,
        monday=monday,
        words=words,
        number=monday.isocalendar().week,
        counts=(len(found.appointments), len({each.school_id for each in found.appointments}), waiting),
        whose=_whose(),
        **near,
    )


@dataclass(frozen=True)
class Square:
    """One day of the month; `inside` is False for the days of the months beside it, which fill the first and last week."""

    date: date
    items: Sequence[Item]
    inside: bool
    today: bool
    note: str = ""


@routes.get("/agenda/maand")
@allow(*ROLES)
def month() -> str:
    """One month in whole weeks."""
    now = _today()
    first = periods.first_of(request.args.get("maand", ""), now)
    days = list(Calendar().itermonthdates(first.year, first.month))
    found = _found(replace(periods.span(days[0], days[-1] + timedelta(days=1)), mine=_mine()))
    colours = colours_of(found.schools.values())
    by_day, notes = _by_day(_items(found, colours)), _days(found)
    squares = [Square(day, by_day.get(day, ()), day.month == first.month, day == now, notes.get(day, "")) for day in days]
    return render_template(
        "scheduling/month.html",
        first=first,
        weeks=[squares[number : number + 7] for number in range(0, len(squares), 7)],
        colours=colours,
        before=f"{periods.month_before(first):%Y-%m}",
        after=f"{periods.next_month(first):%Y-%m}",
        whose=_whose(),
        words=words,
    )


@routes.get("/agenda/lijst")
@allow(*ROLES)
def listed() -> str:
    """Four weeks as a list, of one school when it is asked for: to read, and to print."""
    first = periods.day_of(request.args.get("vanaf", ""), _today())
    school = _school_id(request.args.get("school", ""))
    found = _found(replace(periods.span(first, first + _LISTED), school_id=school))
    return render_template(
        "scheduling/list.html",
        first=first,
        last=first + _LISTED - timedelta(days=1),
        days=[(day, list(each)) for day, each in groupby(found.appointments, lambda each: local(each.starts_at).date())],
        found=found,
        notes=_days(found, one_school=school is not None),
        school=str(school or ""),
        name=found.schools[school] if school else "",
        before=first - _LISTED,
        after=first + _LISTED,
        now=service.current().clock.now(),
        words=words,
    )


def _found(span: Span) -> Agenda:
    return agendas.planned(service.current(), principal(), span)


def _days(found: Agenda, *, one_school: bool = False) -> dict[date, str]:
    return words.days_in_words(found.days, several_schools=len(found.schools) > 1 and not one_school)


def _whose() -> str:
    """`mine` or `all`; whoever works at one school sees all that is planned there, and is not asked."""
    if principal().role == "school_staff":
        return ""
    return "all" if request.args.get("wie") == "iedereen" else "mine"


def _mine() -> bool:
    return _whose() == "mine"


def _today() -> date:
    return today(service.current().clock)


def _school_id(text: str) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        abort(404)


def _items(found: Agenda, colours: dict[str, int]) -> list[Item]:
    now = service.current().clock.now()
    items = [_item(each, found, colours, now) for each in found.appointments]
    return items + [_busy(each, found) for each in found.elsewhere]


def _by_day(items: Sequence[Item]) -> dict[date, list[Item]]:
    """Of each day that has any, soonest first."""
    ordered = sorted(items, key=lambda item: (item.starts_at, item.ends_at))
    return {day: list(each) for day, each in groupby(ordered, lambda item: local(item.starts_at).date())}


def _item(appointment: Appointment, found: Agenda, colours: dict[str, int], now: datetime) -> Item:
    people = [found.people[each.person_id] for each in appointment.guardians if each.person_id in found.people]
    school, answered = found.schools[appointment.school_id], answers_in_words(appointment)
    unsaid = _("nog vastleggen") if appointment.open and appointment.ends_at <= now else ""
    ended = _("dossier afgerond") if appointment.outlives_its_case(now) else ""
    asked = appointment.status == "invited" and bool(people) and not answered and not unsaid
    host = "" if appointment.host_id == principal().user_id else appointment.host_name
    return Item(
        appointment.starts_at,
        appointment.ends_at,
        f"{_(KIND_LABELS[appointment.kind])} {family_name(people)}".strip(),
        " · ".join(filter(None, [school, host, ended, *interpreters(people, appointment), unsaid or answered])),
        f"/scheduling/afspraken/{appointment.id}",
        colours[school],
        waiting=asked,
        movable=appointment.open and appointment.ends_at > now,
    )


def _busy(busy: Busy, found: Agenda) -> Item:
    """Taken elsewhere: when, and never with what."""
    return Item(busy.starts_at, busy.ends_at, _("Bezet"), found.names[busy.person_id])
