"""Mijn werk: where everybody begins."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, render_template

from services.cases import service
from services.cases.domain.accounts import SCHOOL_ROLES
from services.cases.pages import words
from services.cases.usecases import my_work, session
from shared.clock import AMSTERDAM
from shared.http.auth import principal
from shared.http.policy import staff

routes = Blueprint("my_work_pages", __name__)
_MOST_TODOS = 12
_MOST_MOMENTS = 6


@routes.get("/")
@staff()
def show() -> str:
    who, clock = principal(), service.current().clock
    now = clock.now()
    if who.role not in SCHOOL_ROLES:
        schools = session.own_schools(service.current(), who)
        return render_template("cases/no_dossiers.html", schools=schools, now=now)
    mine = my_work.my_work(service.current(), who)
    items = [words.todo_item(each, mine.case(each.case_id), mine.guardian_names, now) for each in mine.todos]
    soon = [case for case in mine.cases if case.next_at]
    this_week = [case for case in soon if case.next_at and case.next_at < now + timedelta(days=7)]
    return render_template(
        "cases/my_work.html",
        greeting=words.greeting(now.astimezone(AMSTERDAM).hour, who.name),
        now=now,
        items=items[:_MOST_TODOS],
        left_out=max(0, len(items) - _MOST_TODOS),
        cases=mine.cases,
        moments=soon[:_MOST_MOMENTS],
        figures=words.figures(len(mine.cases), len(this_week), sum(case.next_status == "invited" for case in soon)),
    )
