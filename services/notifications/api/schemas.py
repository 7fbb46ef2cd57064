"""What goes in and out of the API of `notifications`."""

from __future__ import annotations

from typing import Any, get_args

from marshmallow import fields, validate

from services.notifications.domain.kinds import KINDS, Side
from services.notifications.domain.message import Status
from services.notifications.usecases.messages import MessageView
from shared.http.pagination import PageArgs, page_schema
from shared.http.schemas import Choice, Instant, Schema, Text

STATUSES: tuple[str, ...] = get_args(Status)
SIDES: tuple[str, ...] = get_args(Side)


class MessageArgs(PageArgs):
    case_id = fields.UUID(load_default=None)
    school_id = fields.UUID(load_default=None)
    status = Choice(*STATUSES, load_default=None)
    template = Choice(*KINDS, load_default=None)
    side = Choice(*SIDES, load_default=None, metadata={"description": "to guardians, or to colleagues"})
    language = fields.String(load_default=None, validate=validate.Length(max=20))
    asked_from = Instant(load_default=None)
    asked_before = Instant(load_default=None)


class MessageSchema(Schema):
    """`recipient` is masked for those who may not read it; `reason` says why it is in this status."""

    id = fields.UUID(required=True)
    school_id = fields.UUID(required=True)
    case_id = fields.UUID(allow_none=True)
    person_id = fields.UUID(required=True)
    about_id = fields.UUID(allow_none=True)
    template = fields.String(required=True)
    template_version = fields.Integer(allow_none=True)
    language = fields.String(required=True)
    subject = fields.String(allow_none=True)
    recipient = fields.String(allow_none=True)
    status = Choice(*STATUSES, required=True)
    reason = fields.String(allow_none=True)
    attempts = fields.Integer(required=True)
    created_at = Instant(required=True)
    sent_at = Instant(allow_none=True)


class TrySchema(Schema):
    number = fields.Integer(required=True)
    stage = fields.String(required=True)
    started_at = Instant(required=True)
    handed_over_at = Instant(allow_none=True)
    ended_at = Instant(allow_none=True)
    code = fields.Integer(allow_none=True)
    answer = fields.String(allow_none=True)


class MessageLifeSchema(MessageSchema):
    """One message with its tries and its words; the parent's secret link is cut out of those.

    `settled_at`: when a person had told the parent otherwise.
    """

    not_before = Instant(allow_none=True)
    expires_at = Instant(allow_none=True)
    answer = fields.String(allow_none=True)
    settled_at = Instant(allow_none=True)
    template_hash = fields.String(allow_none=True)
    tries = fields.List(fields.Nested(TrySchema), required=True)
    text = fields.String(allow_none=True)
    html = fields.String(allow_none=True)


class LanguageSchema(Schema):
    tag = fields.String(required=True)
    name = fields.String(required=True)
    direction = fields.String(required=True)
    read_by_native = fields.Boolean(required=True)


class TemplateSchema(Schema):
    """`read_by_native` is false for languages that no native speaker has read yet."""

    name = fields.String(required=True)
    version = fields.Integer(required=True)
    hash = fields.String(required=True)
    published_at = Instant(allow_none=True)
    placeholders = fields.List(fields.String(), required=True)
    languages = fields.List(fields.Nested(LanguageSchema), required=True)


class ReplaySchema(Schema):
    ids = fields.List(fields.UUID(), required=True, validate=validate.Length(1, 200, error="Kies 1 tot 200 storingen."))


class ReplayedSchema(Schema):
    replayed = fields.Integer(required=True)


class PreviewArgs(Schema):
    language = fields.String(load_default="nl", validate=validate.Length(max=20))
    version = fields.Integer(
        load_default=None, validate=validate.Range(1, 1_000_000, error="Kies een getal van {min} tot en met {max}.")
    )


class PreviewSchema(Schema):
    name = fields.String(required=True)
    version = fields.Integer(required=True)
    language = fields.String(required=True)
    direction = fields.String(required=True)
    read_by_native = fields.Boolean(required=True)
    subject = fields.String(required=True)
    text = fields.String(required=True)
    html = fields.String(required=True)


class NewVersionSchema(Schema):
    """`sources`: the text in every language, by its tag."""

    sources = fields.Dict(
        keys=fields.String(validate=validate.Length(max=20)), values=Text(max=10_000, multiline=True), required=True
    )


class VersionSchema(Schema):
    name = fields.String(required=True)
    version = fields.Integer(required=True)
    hash = fields.String(required=True)
    state = Choice("draft", "published", "retired", required=True)
    origin = Choice("package", "edited", required=True)
    created_at = Instant(required=True)
    created_by = fields.String(allow_none=True)
    published_at = Instant(allow_none=True)
    published_by = fields.String(allow_none=True)
    sources = fields.Dict(keys=fields.String(), values=fields.String())


class DeadLetterSchema(Schema):
    """An event that could not be applied. `reason` names the failure, never the contents."""

    id = fields.UUID(required=True)
    school_id = fields.UUID(allow_none=True)
    type = fields.String(required=True)
    subject = fields.String(required=True)
    attempts = fields.Integer(required=True)
    reason = fields.String(required=True)
    parked_at = Instant(required=True)


class SuppressionSchema(Schema):
    """An address that gets no mail any more. Masked for those who may not read it."""

    id = fields.UUID(required=True)
    school_id = fields.UUID(required=True)
    person_id = fields.UUID(allow_none=True)
    address = fields.String(required=True)
    reason = fields.String(required=True)
    created_at = Instant(required=True)
    expires_at = Instant(required=True)


MessagePage = page_schema(MessageSchema)
TemplatePage = page_schema(TemplateSchema)
VersionPage = page_schema(VersionSchema)
DeadLetterPage = page_schema(DeadLetterSchema)
SuppressionPage = page_schema(SuppressionSchema)


def message_json(view: MessageView) -> dict[str, Any]:
    """The message's own fields, with the recipient as this reader may see it."""
    names = set(MessageLifeSchema().fields) - {"tries", "text", "html", "recipient"}
    return {name: getattr(view.message, name) for name in names} | {"recipient": view.recipient}
