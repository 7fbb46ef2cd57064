"""Time and coaching: what the partnership costs, and what it was spent on."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template, url_for
from markupsafe import Markup

from services.cases import service
from services.cases.api.efforts import CoachingSchema, TimeEntrySchema
from services.cases.domain.efforts import COACHED, INVESTORS, investors_of, totals
from services.cases.domain.permissions import roles_that
from services.cases.pages.forms import Done, Page, take
from services.cases.usecases import efforts
from services.cases.usecases.efforts import NewCoaching, NewTimeEntry
from shared.clock import today
from shared.http.auth import principal
from shared.http.policy import allow
from shared.web import charts
from shared.web.forms import Form, parse_form
from shared.web.i18n import N_, duration
from shared.web.i18n import gettext as _

routes = Blueprint("effort_pages", __name__)
_PARTY_NAMES = {"parents": N_("Ouders"), "school": N_("School"), "liaison": N_("Ouderfunctionaris")}
_COACHED_NAMES = {"parents": N_("de ouders"), "school": N_("de school"), "colleague": N_("een collega")}
_COLOURS = {"parents": "parents", "school": "school", "liaison": "1"}


@routes.app_context_processor
def _words() -> dict[str, object]:
    return {"time_chart": time_chart, "party_name": party_name, "coached_name": coached_name}


@routes.get("/dossiers/<uuid:case_id>/tijd")
@allow(*roles_that("read"))
def show(case_id: UUID) -> str:
    return _page(case_id, Form(), Form())


@routes.post("/dossiers/<uuid:case_id>/tijd")
@allow(*roles_that("write_time"))
def add_time(case_id: UUID) -> Page:
    def do(new: NewTimeEntry) -> None:
        efforts.add_time(service.current(), principal(), case_id, new)

    done = Done(_("De tijd is opgeschreven."), _url(case_id))
    return take(parse_form(TimeEntrySchema), do, lambda form: _page(case_id, form, Form()), done)


@routes.post("/dossiers/<uuid:case_id>/coaching")
@allow(*roles_that("coach"))
def add_coaching(case_id: UUID) -> Page:
    def do(new: NewCoaching) -> None:
        efforts.add_coaching(service.current(), principal(), case_id, new)

    done = Done(_("De coaching is opgeschreven."), _url(case_id))
    return take(parse_form(CoachingSchema), do, lambda form: _page(case_id, Form(), form), done)


def time_chart(minutes: dict[str, int]) -> Markup:
    """Who gave how much."""
    rows = [(party_name(by), float(minutes[by]), duration(minutes[by]), _COLOURS[by]) for by in INVESTORS]
    return charts.bars(_("Tijd die we investeren"), rows)


def party_name(by: str) -> str:
    return _(_PARTY_NAMES[by])


def coached_name(coached: str) -> str:
    return _(_COACHED_NAMES[coached])


def _page(case_id: UUID, time_form: Form, coaching_form: Form) -> str:
    found = efforts.read_efforts(service.current(), principal(), case_id)
    return render_template(
        "cases/efforts.html",
        case=found.case,
        found=found,
        totals=totals(found.time),
        time_form=time_form,
        coaching_form=coaching_form,
        parties=[(by, party_name(by)) for by in investors_of(principal().role)],
        coached=[(each, coached_name(each)) for each in COACHED],
        today=today(service.current().clock),
    )


def _url(case_id: UUID) -> str:
    return url_for("effort_pages.show", case_id=case_id)
