"""What goes in and out of the API about calls, decisions, figures and the log."""

from __future__ import annotations

from typing import get_args

from marshmallow import fields, validate

from services.notifications.domain.calls import Outcome
from services.notifications.domain.languages import Fallback
from shared.http.pagination import page_schema
from shared.http.schemas import Choice, Instant, Schema, Text

OUTCOMES: tuple[str, ...] = get_args(Outcome)
FALLBACKS: tuple[str, ...] = get_args(Fallback)


class CalledSchema(Schema):
    """A parent whom no mail reaches, and how to speak with them."""

    person_id = fields.UUID(required=True)
    school_id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    name = fields.String(required=True)
    phone = fields.String(allow_none=True)
    language = fields.String(required=True)
    interpreter_needed = fields.Boolean(required=True)
    channel = fields.String(required=True)


class CallRowSchema(CalledSchema):
    """A parent to call. `templates`: what about, by kind of mail; `tries`: how often nobody answered since."""

    since = Instant(required=True)
    templates = fields.List(fields.String(), required=True)
    tries = fields.Integer(required=True)


class WordsSchema(Schema):
    language = fields.String(required=True)
    text = fields.String(required=True)


class TopicSchema(Schema):
    """One thing to tell, in the parent's language and in Dutch."""

    message_id = fields.UUID(required=True)
    template = fields.String(required=True)
    words = fields.List(fields.Nested(WordsSchema), required=True)


class ContactSchema(Schema):
    outcome = Choice(*OUTCOMES, required=True)
    at = Instant(required=True)
    by_name = fields.String(required=True)


class CallSchema(CalledSchema):
    """Without topics there is nothing to call about."""

    topics = fields.List(fields.Nested(TopicSchema), required=True)
    contacts = fields.List(fields.Nested(ContactSchema), required=True)


class OutcomeSchema(Schema):
    """`message_ids`: which of the messages were told; all but `not_reached` settles them."""

    outcome = Choice(*OUTCOMES, required=True)
    message_ids = fields.List(fields.UUID(), required=True, validate=validate.Length(1, 50, error="Kies waar het over ging."))


class LanguageSettingSchema(Schema):
    """`fallback` holds until `read_by_native`: `both` that language and Dutch, `alone` that language, `dutch` Dutch alone."""

    tag = fields.String(dump_only=True)
    fallback = Choice(*FALLBACKS, required=True)
    read_by_native = fields.Boolean(load_default=False)


class TrialSchema(Schema):
    """`allowed`: addresses, or domains as `@school.nl`."""

    allowed = fields.List(Text(max=254), required=True, validate=validate.Length(max=50, error="Hoogstens 50 adressen."))


class SchoolTrialSchema(Schema):
    school_id = fields.UUID(required=True)
    name = fields.String(required=True)
    on_trial = fields.Boolean(required=True)
    allowed = fields.List(fields.String())
    since = Instant()
    by_name = fields.String()


class AuditSchema(Schema):
    """`subject`: the id of a message, an address, an event or a school; or the name of a template or a language."""

    id = fields.UUID(required=True)
    school_id = fields.UUID(required=True)
    at = Instant(required=True)
    actor_id = fields.UUID(required=True)
    actor_name = fields.String(required=True)
    action = fields.String(required=True)
    subject = fields.String(required=True)
    details = fields.Dict(keys=fields.String(), required=True)
    school_name = fields.String(allow_none=True, metadata={"description": "null: it is of no one school"})


class FiguresArgs(Schema):
    days = fields.Integer(load_default=30, validate=validate.Range(1, 366, error="Kies een getal van {min} tot en met {max}."))
    school_id = fields.UUID(load_default=None)


class DayCountSchema(Schema):
    day = fields.Date(required=True)
    total = fields.Integer(required=True)
    sent = fields.Integer(required=True)
    not_arrived = fields.Integer(required=True)


class WaitsSchema(Schema):
    """Seconds from when a mail might leave until a server took it: of half of them at most `median`, of 95% at most `most`."""

    median = fields.Float(allow_none=True)
    most = fields.Float(allow_none=True)
    longest = fields.Float(allow_none=True)


class FiguresSchema(Schema):
    days = fields.List(fields.Nested(DayCountSchema), required=True)
    statuses = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    languages = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    templates = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    waits = fields.Nested(WaitsSchema, required=True)


CallPage = page_schema(CallRowSchema)
SchoolTrialPage = page_schema(SchoolTrialSchema)
AuditPage = page_schema(AuditSchema)
