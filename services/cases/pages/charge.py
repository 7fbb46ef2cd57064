"""Who accompanies a case: the liaison, a deputy for some time, and handing it over."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from marshmallow import fields
from werkzeug.wrappers import Response

from services.cases import service
from services.cases.api.charge import NewDeputySchema
from services.cases.domain.circles import CIRCLES, circles_of
from services.cases.domain.permissions import roles_that
from services.cases.pages.forms import Done, Page, take, version_sent
from services.cases.usecases import charge, handovers
from services.cases.usecases.charge import NewDeputy
from services.cases.usecases.handovers import NewHandOver
from shared.clock import today
from shared.errors import Failure, NotFound, Unavailable
from shared.http.auth import principal
from shared.http.policy import allow
from shared.http.schemas import Choice, Schema, Text
from shared.web.flashes import flash
from shared.web.forms import Form, parse_form
from shared.web.i18n import N_
from shared.web.i18n import gettext as _

routes = Blueprint("charge_pages", __name__)
_CIRCLES = {
    "liaison": N_("Alleen ouderfunctionarissen van deze school"),
    "alliance": N_("De ouderfunctionaris en het team"),
    "school_and_liaison": N_("De school, de ouderfunctionaris en het team"),
    "parents_and_liaison": N_("De ouders en de ouderfunctionaris"),
    "shared": N_("Iedereen: de ouders, de school, de ouderfunctionaris en het team"),
}
_STATUSES = {
    "planned": (N_("gepland"), "info"),
    "taken": (N_("nog niet gelezen"), "warn"),
    "accepted": (N_("gelezen"), "ok"),
    "withdrawn": (N_("gaat niet door"), ""),
}


class HandOverForm(Schema):
    to = fields.UUID(required=True)
    takes_effect_on = fields.Date(required=True)
    note = Text(max=8000, multiline=True, required=True)
    readers = Choice(*CIRCLES, required=True)


@routes.app_context_processor
def _words() -> dict[str, object]:
    return {"circle_options": circle_options, "handover_word": lambda status: (_(_STATUSES[status][0]), _STATUSES[status][1])}


def circle_options() -> list[tuple[str, str]]:
    """Whom somebody may write for, the narrowest first."""
    return [(name, _(_CIRCLES[name])) for name in circles_of(principal().role)]


@routes.get("/dossiers/<uuid:case_id>/begeleiding")
@allow(*roles_that("read"))
def show(case_id: UUID) -> str:
    return _page(case_id)


@routes.post("/dossiers/<uuid:case_id>/begeleiding/overdracht")
@allow(*roles_that("assign"))
def hand_over(case_id: UUID) -> Page:
    def do(given: dict[str, Any]) -> None:
        readers = list(CIRCLES[given["readers"]])
        new = NewHandOver(given["to"], given["takes_effect_on"], given["note"], readers, version_sent())
        handovers.hand_over(service.current(), principal(), case_id, new)

    done = Done(_("De overdracht is vastgelegd."), _url(case_id))
    return take(parse_form(HandOverForm), do, lambda form: _page(case_id, handing=form), done)


@routes.post("/dossiers/<uuid:case_id>/begeleiding/overdracht/<uuid:handover_id>/gelezen")
@allow(*roles_that("take_over"))
def accept(case_id: UUID, handover_id: UUID) -> Response:
    said = _("U hebt de overdracht gelezen.")
    return _press(case_id, said, lambda: handovers.accept(service.current(), principal(), case_id, handover_id))


@routes.post("/dossiers/<uuid:case_id>/begeleiding/overdracht/<uuid:handover_id>/intrekken")
@allow(*roles_that("assign"))
def withdraw(case_id: UUID, handover_id: UUID) -> Response:
    said = _("De overdracht gaat niet door.")
    return _press(case_id, said, lambda: handovers.withdraw(service.current(), principal(), case_id, handover_id))


@routes.post("/dossiers/<uuid:case_id>/begeleiding/vervanging")
@allow(*roles_that("assign"))
def stand_in(case_id: UUID) -> Page:
    def do(new: NewDeputy) -> None:
        charge.stand_in(service.current(), principal(), case_id, new)

    done = Done(_("De vervanging is geregeld."), _url(case_id))
    return take(parse_form(NewDeputySchema), do, lambda form: _page(case_id, standing_in=form), done)


@routes.post("/dossiers/<uuid:case_id>/begeleiding/vervanging/<uuid:place_id>/beeindigen")
@allow(*roles_that("assign"))
def end_standing_in(case_id: UUID, place_id: UUID) -> Response:
    said = _("De vervanging is beëindigd.")
    return _press(case_id, said, lambda: charge.end_standing_in(service.current(), principal(), case_id, place_id))


def _press(case_id: UUID, said: str, do: Callable[[], object]) -> Response:
    """What one button does; a refusal is said on the page that it stands on."""
    try:
        do()
    except (NotFound, Unavailable):
        raise
    except Failure as failure:
        flash(_(failure.detail), "err")
    else:
        flash(said)
    return redirect(_url(case_id), 303)


def _page(case_id: UUID, handing: Form | None = None, standing_in: Form | None = None) -> str:
    found = charge.read_charge(service.current(), principal(), case_id)
    others = [(key, name) for key, name in found.liaisons.items() if key != found.case.assigned_to]
    return render_template(
        "cases/charge.html",
        case=found.case,
        found=found,
        others=others,
        handing=handing or Form(),
        standing_in=standing_in or Form(),
        today=today(service.current().clock),
    )


def _url(case_id: UUID) -> str:
    return url_for("charge_pages.show", case_id=case_id)
