"""Today, for a phone on the road: what comes next, whether there is time to get there, whom to call, and how it went."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template, request

from services.scheduling import service
from services.scheduling.domain.day_sheet import day_sheet
from services.scheduling.pages import periods, words
from services.scheduling.usecases import agenda
from shared.clock import today
from shared.http.auth import principal
from shared.http.policy import allow
from shared.web.week import colours_of

routes = Blueprint("day", __name__)


@routes.get("/vandaag")
@allow("school_staff", "liaison", "team_member")
def show() -> Any:
    """One day: the caller's own; of who works at one school, all that is planned there."""
    current, who = service.current(), principal()
    now = today(current.clock)
    day = periods.day_of(request.args.get("dag", ""), now)
    found = agenda.planned(current, who, periods.span(day, day + timedelta(days=1)))
    own = who.role != "school_staff"
    appointments = agenda.of_mine(who, found.appointments) if own else found.appointments
    return render_template(
        "scheduling/day.html",
        day=day,
        is_today=day == now,
        stops=day_sheet(appointments),
        own=own,
        found=found,
        colours=colours_of(found.schools.values()),
        now=current.clock.now(),
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        words=words,
    )
