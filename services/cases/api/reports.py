"""Reports of talks over HTTP, and what guardians are asked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import fields, post_load, validate

from services.cases import service
from services.cases.domain.asks import ASKED_BY_HAND
from services.cases.domain.permissions import roles_that
from services.cases.domain.readers import READERS
from services.cases.domain.report import Report, Words
from services.cases.domain.sides import SIDES
from services.cases.usecases import asking, reports
from services.cases.usecases.asking import NewAsk
from services.cases.usecases.reports import NewReaction
from shared.http.auth import principal
from shared.http.etags import expected_version, with_etag
from shared.http.pagination import page_schema
from shared.http.policy import allow
from shared.http.schemas import Choice, Flag, Instant, Schema, Text
from shared.pagination import Page

routes = Blueprint("reports", __name__)


class WordsSchema(Schema):
    talk_on = fields.Date(required=True)
    appointment_id = fields.UUID(load_default=None, allow_none=True)
    held_by = Text(max=200, required=True, metadata={"description": "Who led the talk: a colleague's id, or a name."})
    text = Text(max=20000, multiline=True, required=True)
    readers = fields.List(
        Choice(*READERS),
        required=True,
        validate=validate.Length(min=1, error="Kies wie dit mag lezen."),
        metadata={"uniqueItems": True},
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Words:
        return Words(**data)


class ReactionSchema(Schema):
    by = Choice(*SIDES, required=True)
    approves = Flag(required=True)
    remarks = Text(max=4000, multiline=True, load_default=None, allow_none=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NewReaction:
        return NewReaction(**data)


class AddendumSchema(Schema):
    text = Text(max=4000, multiline=True, required=True)


class FinishSchema(Schema):
    reason = Text(max=1000, multiline=True, required=True)


class _SaidSchema(Schema):
    written_by_name = fields.String(required=True)
    written_at = Instant(required=True)


class ReactedSchema(_SaidSchema):
    approves = fields.Boolean(required=True)
    remarks = fields.String(required=True, allow_none=True)


class AddedSchema(_SaidSchema):
    text = fields.String(required=True)


class ReportSchema(_SaidSchema):
    id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    status = fields.String(required=True, metadata={"description": "draft, with_parents or final"})
    talk_on = fields.Date(required=True)
    appointment_id = fields.UUID(required=True, allow_none=True)
    held_by = fields.String(required=True)
    text = fields.String(required=True)
    readers = fields.List(fields.String(), required=True)
    presented_at = Instant(required=True, allow_none=True)
    finished_at = Instant(required=True, allow_none=True)
    finished_why = fields.String(required=True, allow_none=True)
    reactions = fields.List(fields.Nested(ReactedSchema), required=True)
    addenda = fields.List(fields.Nested(AddedSchema), required=True)


class NewAskSchema(Schema):
    what = Choice(*ASKED_BY_HAND, required=True)
    guardian_ids = fields.List(fields.UUID(), load_default=None, allow_none=True)
    answer_before = fields.Date(load_default=None, allow_none=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NewAsk:
        return NewAsk(**data)


class AskSchema(Schema):
    id = fields.UUID(required=True)
    guardian_id = fields.UUID(required=True)
    what = fields.String(required=True)
    about_id = fields.UUID(required=True, allow_none=True)
    asked_by_name = fields.String(required=True)
    asked_at = Instant(required=True)
    answer_before = fields.Date(required=True, allow_none=True)
    opened_at = Instant(required=True, allow_none=True, metadata={"description": "When they came to their page after it."})


@routes.route("/cases/<uuid:case_id>/reports", methods=["GET"])
@allow(*roles_that("read"))
@routes.response(200, page_schema(ReportSchema))
def list_reports(case_id: UUID) -> Any:
    """The reports of a case that the caller may read, the latest talk first."""
    return Page(reports.reports(service.current(), principal(), case_id)[1])


@routes.route("/cases/<uuid:case_id>/reports", methods=["POST"])
@allow(*roles_that("report"))
@routes.arguments(WordsSchema)
@routes.response(201, ReportSchema)
def write(words: Words, case_id: UUID) -> Any:
    """Write a draft."""
    return _answer(reports.write(service.current(), principal(), case_id, words), 201)


@routes.route("/reports/<uuid:report_id>", methods=["GET"])
@allow(*roles_that("read"))
@routes.response(200, ReportSchema)
def read_report(report_id: UUID) -> Any:
    """One report, with what parents said of it and what was added."""
    return _answer(reports.read(service.current(), principal(), report_id).report)


@routes.route("/reports/<uuid:report_id>", methods=["PUT"])
@allow(*roles_that("report"))
@routes.arguments(WordsSchema)
@routes.response(200, ReportSchema)
def rewrite(words: Words, report_id: UUID) -> Any:
    """Change a draft. Takes `If-Match`."""
    return _answer(reports.rewrite(service.current(), principal(), report_id, words, expected_version()))


@routes.route("/reports/<uuid:report_id>/presentation", methods=["POST"])
@allow(*roles_that("report"))
@routes.response(200, ReportSchema)
def present(report_id: UUID) -> Any:
    """Put it to the parents; without parents among its readers it is final at once. Takes `If-Match`."""
    return _answer(reports.present(service.current(), principal(), report_id, expected_version()))


@routes.route("/reports/<uuid:report_id>/reactions", methods=["POST"])
@allow(*roles_that("ask"))
@routes.arguments(ReactionSchema)
@routes.response(201, ReportSchema)
def react(new: NewReaction, report_id: UUID) -> Any:
    """Write down what the parents said of it; the liaison alone does. Takes `If-Match`."""
    return _answer(reports.react(service.current(), principal(), report_id, new, expected_version()), 201)


@routes.route("/reports/<uuid:report_id>/finish", methods=["POST"])
@allow(*roles_that("report"))
@routes.arguments(FinishSchema)
@routes.response(200, ReportSchema)
def finish(sent: dict[str, Any], report_id: UUID) -> Any:
    """Wait no longer for the parents; the reason is kept. Takes `If-Match`."""
    return _answer(reports.finish(service.current(), principal(), report_id, sent["reason"], expected_version()))


@routes.route("/reports/<uuid:report_id>/addenda", methods=["POST"])
@allow(*roles_that("report"))
@routes.arguments(AddendumSchema)
@routes.response(201, ReportSchema)
def add(sent: dict[str, Any], report_id: UUID) -> Any:
    """Add to a final report. Takes `If-Match`."""
    return _answer(reports.add(service.current(), principal(), report_id, sent["text"], expected_version()), 201)


@routes.route("/cases/<uuid:case_id>/asks", methods=["GET"])
@allow(*roles_that("read"))
@routes.response(200, page_schema(AskSchema))
def list_asks(case_id: UUID) -> Any:
    """What guardians were asked, newest first, and whether they came to their page since."""
    return Page(asking.read_asks(service.current(), principal(), case_id)[1])


@routes.route("/cases/<uuid:case_id>/asks", methods=["POST"])
@allow(*roles_that("ask"))
@routes.arguments(NewAskSchema)
@routes.response(201, page_schema(AskSchema))
def ask(new: NewAsk, case_id: UUID) -> Any:
    """Ask guardians by mail to come to their page; who was asked the same lately and did not come yet gets no second mail."""
    return Page(asking.ask(service.current(), principal(), case_id, new))


def _answer(report: Report, status: int = 200) -> Any:
    return with_etag(report, report.changes, status)
