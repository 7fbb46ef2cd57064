"""Who else is involved, and how the child sees it, over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import fields, post_load

from services.cases import service
from services.cases.api.circles import CircleOfReaders
from services.cases.api.fields import Email, Phone
from services.cases.domain.child_view import FORMS
from services.cases.domain.involved import PARTS, Involved
from services.cases.domain.permissions import roles_that
from services.cases.usecases import circle
from services.cases.usecases.circle import NewChildView, NewInvolved
from shared.http.auth import principal
from shared.http.etags import expected_version, with_etag
from shared.http.pagination import page_schema
from shared.http.policy import allow
from shared.http.schemas import Choice, Instant, Schema, Text
from shared.pagination import Page

routes = Blueprint("circle", __name__)
_MAYBE: dict[str, Any] = {"load_default": None, "allow_none": True}
_PART = {"description": "Bridge officer, community team, youth health, school attendance officer, or another."}
_PART_NAME = {"description": "What they are, in words; needed where `part` is other."}


class NewInvolvedSchema(Schema):
    part = Choice(*PARTS, required=True, metadata=_PART)
    part_name = Text(max=120, **_MAYBE, metadata=_PART_NAME)
    name = Text(max=160, required=True)
    organisation = Text(max=160, required=True)
    phone = Phone(**_MAYBE)
    email = Email(**_MAYBE)
    since = fields.Date(**_MAYBE)
    until = fields.Date(**_MAYBE)
    readers = CircleOfReaders()

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NewInvolved:
        readers = data.pop("readers", None)
        return NewInvolved(data, readers)


class InvolvedPatchSchema(Schema):
    """Any of the fields; who reads it stays as it was chosen."""

    part = Choice(*PARTS, metadata=_PART)
    part_name = Text(max=120, allow_none=True, metadata=_PART_NAME)
    name = Text(max=160)
    organisation = Text(max=160)
    phone = Phone(allow_none=True)
    email = Email(allow_none=True)
    since = fields.Date(allow_none=True)
    until = fields.Date(allow_none=True)


class _WrittenSchema(Schema):
    id = fields.UUID(required=True)
    readers = fields.List(fields.String(), required=True)
    written_by_name = fields.String(required=True)
    written_at = Instant(required=True)


class InvolvedSchema(_WrittenSchema):
    part = fields.String(required=True)
    part_name = fields.String(required=True, allow_none=True)
    name = fields.String(required=True)
    organisation = fields.String(required=True)
    phone = fields.String(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)
    since = fields.Date(required=True, allow_none=True)
    until = fields.Date(required=True, allow_none=True)


class NewChildViewSchema(Schema):
    heard_on = fields.Date(required=True)
    heard_by = Text(max=160, **_MAYBE, metadata={"description": "Who listened; absent, the caller."})
    form = Choice(*FORMS, required=True, metadata={"description": "As suits the child's age."})
    text = Text(max=8000, multiline=True, required=True, metadata={"description": "In the child's own words."})
    readers = CircleOfReaders()

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NewChildView:
        return NewChildView(**data)


class ChildViewSchema(_WrittenSchema):
    heard_on = fields.Date(required=True)
    heard_by = fields.String(required=True)
    form = fields.String(required=True)
    text = fields.String(required=True)


@routes.route("/cases/<uuid:case_id>/involved", methods=["GET"])
@allow(*roles_that("read"))
@routes.response(200, page_schema(InvolvedSchema))
def list_involved(case_id: UUID) -> Any:
    """People of other organisations whom the caller may read of, the latest written first."""
    return Page(circle.read_involved(service.current(), principal(), case_id)[1])


@routes.route("/cases/<uuid:case_id>/involved", methods=["POST"])
@allow(*roles_that("involve"))
@routes.arguments(NewInvolvedSchema)
@routes.response(201, InvolvedSchema)
def involve(new: NewInvolved, case_id: UUID) -> Any:
    """Write down who else is involved; without `readers` the narrowest that the writer has."""
    return _answer(circle.involve(service.current(), principal(), case_id, new), 201)


@routes.route("/cases/<uuid:case_id>/involved/<uuid:involved_id>", methods=["PATCH"])
@allow(*roles_that("involve"))
@routes.arguments(InvolvedPatchSchema)
@routes.response(200, InvolvedSchema)
def change_involved(values: dict[str, Any], case_id: UUID, involved_id: UUID) -> Any:
    """Change some fields, as when they are no longer involved. Takes `If-Match`."""
    key = (case_id, involved_id)
    return _answer(circle.change_involved(service.current(), principal(), key, values, expected_version())[1])


@routes.route("/cases/<uuid:case_id>/child-views", methods=["GET"])
@allow(*roles_that("read"))
@routes.response(200, page_schema(ChildViewSchema))
def list_child_views(case_id: UUID) -> Any:
    """What the child said, each time that they were heard, as far as the caller may read it; the latest first."""
    return Page(circle.read_child_views(service.current(), principal(), case_id)[1])


@routes.route("/cases/<uuid:case_id>/child-views", methods=["POST"])
@allow(*roles_that("hear_child"))
@routes.arguments(NewChildViewSchema)
@routes.response(201, ChildViewSchema)
def hear_child(new: NewChildView, case_id: UUID) -> Any:
    """Add what the child said; what was said before stays. Without `readers` the narrowest that the writer has."""
    return circle.hear_child(service.current(), principal(), case_id, new)


def _answer(found: Involved, status: int = 200) -> Any:
    return with_etag(found, found.changes, status)
