"""Time and coaching over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import fields, post_load

from services.cases import service
from services.cases.domain.efforts import COACHED, INVESTORS, MOST_MINUTES
from services.cases.domain.permissions import roles_that
from services.cases.usecases import efforts
from services.cases.usecases.efforts import NewCoaching, NewTimeEntry
from shared.http.auth import principal
from shared.http.pagination import page_schema
from shared.http.policy import allow
from shared.http.schemas import Choice, Instant, Schema, Text, Whole
from shared.pagination import Page

routes = Blueprint("efforts", __name__)


class TimeEntrySchema(Schema):
    id = fields.UUID(dump_only=True)
    by = Choice(*INVESTORS, required=True)
    minutes = Whole(1, MOST_MINUTES, required=True)
    on = fields.Date(required=True)
    purpose = Text(max=500, required=True, data_key="for", metadata={"description": "What it was spent on."})
    written_by_name = fields.String(dump_only=True)
    written_at = Instant(dump_only=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NewTimeEntry:
        return NewTimeEntry(**data)


class CoachingSchema(Schema):
    id = fields.UUID(dump_only=True)
    coached = Choice(*COACHED, required=True, data_key="with")
    topic = Text(max=2000, multiline=True, required=True)
    on = fields.Date(required=True)
    minutes = Whole(1, MOST_MINUTES, required=True)
    written_by_name = fields.String(dump_only=True)
    written_at = Instant(dump_only=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NewCoaching:
        return NewCoaching(**data)


@routes.route("/cases/<uuid:case_id>/time-entries", methods=["GET"])
@allow(*roles_that("read"))
@routes.response(200, page_schema(TimeEntrySchema))
def list_time(case_id: UUID) -> Any:
    """The time that both sides gave, newest first."""
    return Page(efforts.read_efforts(service.current(), principal(), case_id).time)


@routes.route("/cases/<uuid:case_id>/time-entries", methods=["POST"])
@allow(*roles_that("write_time"))
@routes.arguments(TimeEntrySchema)
@routes.response(201, TimeEntrySchema)
def add_time(new: NewTimeEntry, case_id: UUID) -> Any:
    """Write down time that was given. School staff write the school's, a liaison everybody's."""
    return efforts.add_time(service.current(), principal(), case_id, new)


@routes.route("/cases/<uuid:case_id>/coaching", methods=["GET"])
@allow(*roles_that("read"))
@routes.response(200, page_schema(CoachingSchema))
def list_coaching(case_id: UUID) -> Any:
    """The coaching log, as far as the caller may read it; newest first."""
    return Page(efforts.read_efforts(service.current(), principal(), case_id).coaching)


@routes.route("/cases/<uuid:case_id>/coaching", methods=["POST"])
@allow(*roles_that("coach"))
@routes.arguments(CoachingSchema)
@routes.response(201, CoachingSchema)
def add_coaching(new: NewCoaching, case_id: UUID) -> Any:
    """Write down a talk in which parents, the school or a colleague were coached."""
    return efforts.add_coaching(service.current(), principal(), case_id, new)
