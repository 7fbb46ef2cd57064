"""Cases over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.cases import service
from services.cases.api.answers import AccessPage, CasePage, DossierSchema, TimelinePage, dossier_answer
from services.cases.api.schemas import CaseArgs, CasePatchSchema, NewCaseSchema, PhaseSchema
from services.cases.domain.listing import Filters
from services.cases.domain.permissions import roles_that
from services.cases.usecases import cases, dossiers, history
from services.cases.usecases.dossiers import Dossier
from shared.http.auth import principal
from shared.http.etags import etag_header, expected_version, with_etag
from shared.http.pagination import PageArgs, page_request
from shared.http.policy import allow
from shared.pagination import Page

routes = Blueprint("cases", __name__)


@routes.route("/cases", methods=["POST"])
@allow(*roles_that("open"))
@routes.arguments(NewCaseSchema)
@routes.response(201, DossierSchema)
def open_case(new: cases.NewCase) -> Any:
    """Open a case; without a `child` it is a coaching case."""
    dossier = cases.open_case(service.current(), principal(), new)
    headers = {"Location": f"/cases/api/v1/cases/{dossier.case.id}", **etag_header(dossier.case.version)}
    return dossier_answer(dossier), 201, headers


@routes.route("/cases", methods=["GET"])
@allow(*roles_that("read"))
@routes.arguments(CaseArgs, location="query")
@routes.response(200, CasePage)
def list_cases(args: dict[str, Any]) -> Page[Any]:
    """The caller's cases, newest first."""
    page = page_request(args)
    return dossiers.list_cases(service.current(), principal(), Filters(**args), page)


@routes.route("/cases/<uuid:case_id>", methods=["GET"])
@allow(*roles_that("read"))
@routes.response(200, DossierSchema)
def read_case(case_id: UUID) -> Any:
    """A whole case, as far as the caller may read it. The access log keeps that it was read."""
    return _answer(dossiers.read_case(service.current(), principal(), case_id))


@routes.route("/cases/<uuid:case_id>", methods=["PATCH"])
@allow(*roles_that("change"))
@routes.arguments(CasePatchSchema)
@routes.response(200, DossierSchema)
def change_case(values: dict[str, Any], case_id: UUID) -> Any:
    """Change some fields. Takes `If-Match`."""
    changes = cases.Changes(values, expected_version())
    return _answer(cases.change_case(service.current(), principal(), case_id, changes))


@routes.route("/cases/<uuid:case_id>/phase", methods=["POST"])
@allow(*roles_that("move"))
@routes.arguments(PhaseSchema)
@routes.response(200, DossierSchema)
def move_case(given: dict[str, Any], case_id: UUID) -> Any:
    """Put the case in another phase; 409 names what is usually there first, and with a `reason` it goes on without."""
    move = cases.Move(**given, expected_version=expected_version())
    return _answer(cases.move_case(service.current(), principal(), case_id, move))


@routes.route("/cases/<uuid:case_id>/timeline", methods=["GET"])
@allow(*roles_that("read"))
@routes.arguments(PageArgs, location="query")
@routes.response(200, TimelinePage)
def read_timeline(args: dict[str, Any], case_id: UUID) -> Page[Any]:
    """What happened, from all three services, newest first."""
    return history.read_timeline(service.current(), principal(), case_id, page_request(args)).page


@routes.route("/cases/<uuid:case_id>/access-log", methods=["GET"])
@allow(*roles_that("read"))
@routes.arguments(PageArgs, location="query")
@routes.response(200, AccessPage)
def read_access_log(args: dict[str, Any], case_id: UUID) -> Page[Any]:
    """Who looked and who changed something, newest first."""
    return history.read_access_log(service.current(), principal(), case_id, page_request(args)).page


def _answer(dossier: Dossier) -> Any:
    return with_etag(dossier_answer(dossier), dossier.case.version)
