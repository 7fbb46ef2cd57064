"""How parents, school and child look back, over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint
from marshmallow import fields, post_load

from services.cases import service
from services.cases.api.schemas import readers_field
from services.cases.domain.permissions import roles_that
from services.cases.domain.satisfaction import ANSWERS, OF, Answers
from services.cases.usecases import satisfaction
from services.cases.usecases.satisfaction import NewAnswers
from shared.http.auth import principal
from shared.http.pagination import page_schema
from shared.http.policy import allow
from shared.http.schemas import Choice, Instant, Schema, Text, Whole
from shared.pagination import Page

routes = Blueprint("satisfaction", __name__)
_OTHER = ("readers", "guardian_id")


def _answer() -> Choice:
    return Choice(*ANSWERS, load_default=None, allow_none=True)


class AnswersSchema(Schema):
    """At most five questions: parents and school `grade`, `heard`, `clear`, `helped`; a child `enjoys`, `heard`, `helped`."""

    of = Choice(*OF, required=True)
    grade = Whole(1, 10, load_default=None, allow_none=True)
    enjoys = _answer()
    heard = _answer()
    clear = _answer()
    helped = _answer()
    remark = Text(max=2000, multiline=True, load_default=None, allow_none=True)
    readers = readers_field()
    guardian_id = fields.UUID(
        load_default=None, allow_none=True, metadata={"description": "Which of the parents told the liaison."}
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NewAnswers:
        answers = Answers(**{name: value for name, value in data.items() if name not in _OTHER})
        return NewAnswers(answers, data["readers"], data["guardian_id"])


class SatisfactionSchema(Schema):
    id = fields.UUID(required=True)
    moment = fields.String(required=True, metadata={"description": "midway or closing"})
    of = fields.String(required=True)
    grade = fields.Integer(required=True, allow_none=True)
    enjoys = fields.String(required=True, allow_none=True)
    heard = fields.String(required=True, allow_none=True)
    clear = fields.String(required=True, allow_none=True)
    helped = fields.String(required=True, allow_none=True)
    remark = fields.String(required=True, allow_none=True)
    readers = fields.List(fields.String(), required=True)
    guardian_id = fields.UUID(required=True, allow_none=True)
    written_by_name = fields.String(required=True)
    written_at = Instant(required=True)


@routes.route("/cases/<uuid:case_id>/satisfaction", methods=["GET"])
@allow(*roles_that("read"))
@routes.response(200, page_schema(SatisfactionSchema))
def list_satisfaction(case_id: UUID) -> Any:
    """What parents, school and child said half-way and at the end, as far as the caller may read it."""
    return Page(satisfaction.read(service.current(), principal(), case_id).said)


@routes.route("/cases/<uuid:case_id>/satisfaction", methods=["POST"])
@allow(*roles_that("look_back_on_all"))
@routes.arguments(AnswersSchema)
@routes.response(201, SatisfactionSchema)
def say(new: NewAnswers, case_id: UUID) -> Any:
    """Look back: the school for itself, the liaison for a parent who told it, either for the child; each once a moment."""
    return satisfaction.say(service.current(), principal(), case_id, new)
