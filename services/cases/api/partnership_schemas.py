"""Expectations and agreements, coming in and going out."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load, validate

from services.cases.domain.agreement import WHO, Agreement, Words
from services.cases.domain.expectation import ANSWERS, DIRECTIONS
from services.cases.domain.sides import SIDES
from services.cases.usecases.agreements import NewAgreement, NewLookBack, Stance
from services.cases.usecases.expectations import NewEvaluation, NewExpectation
from shared.errors import Message
from shared.http.schemas import Choice, Flag, Instant, Schema, Text

MOST_EXPECTATIONS = 20


def _note() -> Text:
    return Text(max=2000, multiline=True, load_default=None, allow_none=True)


class NewExpectationSchema(Schema):
    direction = Choice(*DIRECTIONS, required=True, metadata={"description": "Who expects it of whom."})
    text = Text(max=2000, multiline=True, required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NewExpectation:
        return NewExpectation(**data)


class NewEvaluationSchema(Schema):
    by = Choice(*SIDES, required=True)
    met = Choice(*ANSWERS, required=True)
    note = _note()

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NewEvaluation:
        return NewEvaluation(**data)


class _WordsSchema(Schema):
    what = Text(max=2000, multiline=True, required=True)
    review_on = fields.Date(required=True)


class NewAgreementSchema(_WordsSchema):
    who = Choice(*WHO, required=True, metadata={"description": "Whose it is to do."})
    expectation_ids = fields.List(
        fields.UUID(),
        load_default=list,
        validate=validate.Length(max=MOST_EXPECTATIONS, error=Message("Kies hoogstens {max} verwachtingen.")),
        metadata={"description": "The expectations that it answers to."},
    )
    goal_id = fields.UUID(
        load_default=None, allow_none=True, metadata={"description": "The shared goal that it serves, one that both sides read."}
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NewAgreement:
        return NewAgreement(Words(data["what"], data["review_on"]), data["who"], data["expectation_ids"], data["goal_id"])


class RevisionSchema(_WordsSchema):
    reason = Text(max=1000, multiline=True, required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Words:
        return Words(**data)


class StanceSchema(Schema):
    by = Choice(*SIDES, required=True)
    endorses = Flag(required=True)
    note = _note()

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Stance:
        return Stance(**data)


class LookBackSchema(Schema):
    by = Choice(*SIDES, required=True)
    kept = Choice(*ANSWERS, required=True)
    note = _note()

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NewLookBack:
        return NewLookBack(**data)


class EndingSchema(Schema):
    reason = Text(max=1000, multiline=True, required=True)


class _SaidSchema(Schema):
    by = fields.String(required=True)
    note = fields.String(required=True, allow_none=True)
    written_by_name = fields.String(required=True)
    written_at = Instant(required=True)


class EvaluationSchema(_SaidSchema):
    round = fields.Integer(required=True)
    met = fields.String(required=True)


class ExpectationSchema(Schema):
    id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    direction = fields.String(required=True)
    text = fields.String(required=True)
    guardian_id = fields.UUID(
        allow_none=True, metadata={"description": "The guardian who wrote it on their own page; no other guardian reads it."}
    )
    written_by_name = fields.String(required=True)
    written_at = Instant(required=True)
    evaluations = fields.List(fields.Nested(EvaluationSchema), required=True)


class EndorsementSchema(_SaidSchema):
    version = fields.Integer(required=True)
    endorses = fields.Boolean(required=True)


class AgreementEvaluationSchema(_SaidSchema):
    version = fields.Integer(required=True)
    kept = fields.String(required=True)


class VersionSchema(Schema):
    version = fields.Integer(required=True, attribute="number")
    what = fields.String(required=True)
    review_on = fields.Date(required=True)
    reason = fields.String(required=True, allow_none=True)
    written_by_name = fields.String(required=True)
    written_at = Instant(required=True)


class AgreementSchema(Schema):
    """As it stands now, with everything that was ever said of it."""

    id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    status = fields.String(required=True, metadata={"description": "proposed, disputed, active, evaluated or ended"})
    version = fields.Integer(required=True)
    what = fields.String(required=True)
    who = fields.String(required=True)
    review_on = fields.Date(required=True)
    expectation_ids = fields.List(fields.UUID(), required=True)
    goal_id = fields.UUID(required=True, allow_none=True)
    endorsements = fields.List(fields.Nested(EndorsementSchema), required=True)
    evaluations = fields.List(fields.Nested(AgreementEvaluationSchema), required=True)
    versions = fields.List(fields.Nested(VersionSchema), required=True)
    ended_reason = fields.String(required=True, allow_none=True)


_SAME = ("id", "case_id", "status", "who", "expectation_ids", "goal_id", "endorsements", "evaluations", "versions")


def agreement_answer(agreement: Agreement) -> dict[str, Any]:
    """The agreement as AgreementSchema dumps it."""
    found: dict[str, Any] = {name: getattr(agreement, name) for name in _SAME}
    now = agreement.current
    ended = agreement.ended.reason if agreement.ended else None
    return found | {"version": now.number, "what": now.what, "review_on": now.review_on, "ended_reason": ended}
