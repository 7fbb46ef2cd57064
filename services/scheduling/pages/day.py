"""Today, for a phone on the road: what comes next, whether there is time to get there, whom to call, and how it went."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template, request

from services.scheduling import service
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
    span, own = periods.span(day, day + timedelta(days=1)), who.role != "school_staff"
    found, stops = agenda.own_day(current, who, span) if own else agenda.schools_day(current, who, span)
    return render_template(
        "scheduling/day.html",
        day=day,
        is_today=day == now,
        stops=stops,
        own=own,
        found=found,
        note=words.day_in_words(found.days.get(day, ()), several_schools=len(found.schools) > 1),
        colours=colours_of(found.schools.values()),
        now=current.clock.now(),
        before=day - timedelta(days=1),
        after=day + timedelta(days=1),
        words=words,
    )
