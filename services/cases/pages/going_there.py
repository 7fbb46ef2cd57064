"""The way to a visit, for a phone: the address, whom to call, and which language."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, render_template

from services.cases import service
from services.cases.domain.permissions import roles_that
from services.cases.usecases import going_there
from shared.http.auth import principal
from shared.http.policy import allow

routes = Blueprint("going_there", __name__)


@routes.get("/bezoeken/<uuid:appointment_id>")
@allow(*roles_that("read"))
def show(appointment_id: UUID) -> str:
    """One visit."""
    visit = going_there.go(service.current(), principal(), appointment_id)
    return render_template("cases/going_there.html", **vars(visit), role=principal().role)
