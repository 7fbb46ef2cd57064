"""What parents and school expect of each other, and agree, over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.cases import service
from services.cases.api.partnership_schemas import (
    AgreementSchema,
    EndingSchema,
    ExpectationSchema,
    LookBackSchema,
    NewAgreementSchema,
    NewEvaluationSchema,
    NewExpectationSchema,
    RevisionSchema,
    StanceSchema,
    agreement_answer,
)
from services.cases.domain.agreement import Agreement, Words
from services.cases.domain.permissions import roles_that
from services.cases.usecases import agreements, expectations
from services.cases.usecases.agreements import NewAgreement, NewLookBack, Stance
from services.cases.usecases.expectations import NewEvaluation, NewExpectation
from shared.http.auth import principal
from shared.http.etags import expected_version, with_etag
from shared.http.pagination import page_schema
from shared.http.policy import allow
from shared.pagination import Page

routes = Blueprint("partnership", __name__)


@routes.route("/cases/<uuid:case_id>/expectations", methods=["GET"])
@allow(*roles_that("read"))
@routes.response(200, page_schema(ExpectationSchema))
def list_expectations(case_id: UUID) -> Any:
    """What both sides expect of each other, with every round of evaluation."""
    return Page(expectations.expectations(service.current(), principal(), case_id))


@routes.route("/cases/<uuid:case_id>/expectations", methods=["POST"])
@allow(*roles_that("formulate"))
@routes.arguments(NewExpectationSchema)
@routes.response(201, ExpectationSchema)
def expect(new: NewExpectation, case_id: UUID) -> Any:
    """Formulate an expectation. School staff formulate the school's, a liaison either side's."""
    return expectations.expect(service.current(), principal(), case_id, new)


@routes.route("/expectations/<uuid:expectation_id>/evaluations", methods=["POST"])
@allow(*roles_that("evaluate"))
@routes.arguments(NewEvaluationSchema)
@routes.response(201, ExpectationSchema)
def evaluate(new: NewEvaluation, expectation_id: UUID) -> Any:
    """Say for one side whether the expectation is met: one more round of that side."""
    return expectations.evaluate(service.current(), principal(), expectation_id, new)


@routes.route("/cases/<uuid:case_id>/agreements", methods=["GET"])
@allow(*roles_that("read"))
@routes.response(200, page_schema(AgreementSchema))
def list_agreements(case_id: UUID) -> Any:
    """The agreements of a case, oldest first."""
    found = agreements.agreements(service.current(), principal(), case_id)
    return Page([agreement_answer(each) for each in found])


@routes.route("/cases/<uuid:case_id>/agreements", methods=["POST"])
@allow(*roles_that("agree"))
@routes.arguments(NewAgreementSchema)
@routes.response(201, AgreementSchema)
def propose(new: NewAgreement, case_id: UUID) -> Any:
    """Propose an agreement; both sides are asked whether they stand behind it."""
    return _answer(agreements.propose(service.current(), principal(), case_id, new))


@routes.route("/agreements/<uuid:agreement_id>", methods=["GET"])
@allow(*roles_that("read"))
@routes.response(200, AgreementSchema)
def read_agreement(agreement_id: UUID) -> Any:
    """The agreement with all of its versions."""
    return _answer(agreements.read_with_expectations(service.current(), principal(), agreement_id).agreement, 200)


@routes.route("/agreements/<uuid:agreement_id>/endorsements", methods=["POST"])
@allow(*roles_that("agree"))
@routes.arguments(StanceSchema)
@routes.response(201, AgreementSchema)
def endorse(stance: Stance, agreement_id: UUID) -> Any:
    """Say for one side whether it stands behind the agreement. Takes `If-Match`."""
    return _answer(agreements.endorse(service.current(), principal(), agreement_id, stance, expected_version()))


@routes.route("/agreements/<uuid:agreement_id>/evaluations", methods=["POST"])
@allow(*roles_that("evaluate"))
@routes.arguments(LookBackSchema)
@routes.response(201, AgreementSchema)
def look_back(new: NewLookBack, agreement_id: UUID) -> Any:
    """Say for one side whether the agreement was kept. Takes `If-Match`."""
    return _answer(agreements.look_back(service.current(), principal(), agreement_id, new, expected_version()))


@routes.route("/agreements/<uuid:agreement_id>/revisions", methods=["POST"])
@allow(*roles_that("agree"))
@routes.arguments(RevisionSchema)
@routes.response(201, AgreementSchema)
def revise(words: Words, agreement_id: UUID) -> Any:
    """A new version, proposed again; the earlier ones stay. Takes `If-Match`."""
    return _answer(agreements.revise(service.current(), principal(), agreement_id, words, expected_version()))


@routes.route("/agreements/<uuid:agreement_id>/end", methods=["POST"])
@allow(*roles_that("agree"))
@routes.arguments(EndingSchema)
@routes.response(200, AgreementSchema)
def end(sent: dict[str, Any], agreement_id: UUID) -> Any:
    """The agreement no longer holds; the reason is kept. Takes `If-Match`."""
    found = agreements.end(service.current(), principal(), agreement_id, sent["reason"], expected_version())
    return _answer(found, 200)


def _answer(agreement: Agreement, status: int = 201) -> Any:
    return with_etag(agreement_answer(agreement), agreement.changes, status)
