"""The guardians of a case over HTTP. They share the case's version."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.cases import service
from services.cases.api.answers import GuardianOutSchema, guardian_answer
from services.cases.api.schemas import GuardianPatchSchema, GuardianSchema
from services.cases.domain.permissions import roles_that
from services.cases.usecases import guardians
from services.cases.usecases.cases import Changes, NewGuardian
from shared.http.auth import principal
from shared.http.etags import expected_version, with_etag
from shared.http.policy import allow

routes = Blueprint("guardians", __name__)


@routes.route("/cases/<uuid:case_id>/guardians", methods=["POST"])
@allow(*roles_that("change"))
@routes.arguments(GuardianSchema)
@routes.response(201, GuardianOutSchema)
def add_guardian(new: NewGuardian, case_id: UUID) -> Any:
    """Add a parent or another adult in the parent role. Takes `If-Match` with the case's ETag."""
    dossier, guardian = guardians.add_guardian(service.current(), principal(), case_id, new, expected_version())
    return with_etag(guardian_answer(dossier, guardian), dossier.case.version, 201)


@routes.route("/cases/<uuid:case_id>/guardians/<uuid:guardian_id>", methods=["PATCH"])
@allow(*roles_that("change"))
@routes.arguments(GuardianPatchSchema)
@routes.response(200, GuardianOutSchema)
def change_guardian(values: dict[str, Any], case_id: UUID, guardian_id: UUID) -> Any:
    """Change some fields; `address: null` takes the address away. Takes `If-Match` with the case's ETag."""
    changes = Changes(values, expected_version())
    dossier, guardian = guardians.change_guardian(service.current(), principal(), case_id, guardian_id, changes)
    return with_etag(guardian_answer(dossier, guardian), dossier.case.version)
