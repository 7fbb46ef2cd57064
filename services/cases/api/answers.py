"""What the API gives back."""

from __future__ import annotations

from typing import Any

from marshmallow import fields

from services.cases.api.schemas import AddressSchema, ChildSchema
from services.cases.domain.case import GUARDIAN_FIELDS, Guardian
from services.cases.usecases.dossiers import Dossier
from shared.http.pagination import page_schema
from shared.http.schemas import Instant, Schema


class UserSchema(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True)
    role = fields.String(required=True)
    school_ids = fields.List(fields.UUID(), required=True)


class SessionSchema(Schema):
    access_token = fields.String(required=True)
    expires_in = fields.Integer(required=True, metadata={"description": "Seconds."})
    user = fields.Nested(UserSchema, required=True)


class SchoolSchema(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True)
    brin = fields.String(required=True, allow_none=True)


class GuardianOutSchema(Schema):
    id = fields.UUID(required=True)
    first_name = fields.String(required=True)
    last_name = fields.String(required=True)
    relation = fields.String(required=True)
    email = fields.String(required=True, allow_none=True)
    phone = fields.String(required=True, allow_none=True)
    language = fields.String(required=True)
    custody = fields.String(required=True)
    interpreter_needed = fields.Boolean(required=True)
    channel = fields.String(required=True)
    address_secret = fields.Boolean(required=True)
    address = fields.Nested(
        AddressSchema, required=True, allow_none=True, metadata={"description": "Null where there is none for this reader."}
    )


class StatementSchema(Schema):
    id = fields.UUID(required=True)
    of = fields.String(allow_none=True)
    text = fields.String(required=True)
    readers = fields.List(fields.String(), required=True)
    guardian_id = fields.UUID(
        allow_none=True, metadata={"description": "The guardian who wrote it on their own page; no other guardian reads it."}
    )
    written_by_name = fields.String(required=True)
    written_at = Instant(required=True)


class StorySchema(Schema):
    version = fields.Integer(required=True)
    text = fields.String(required=True)
    told_by = fields.UUID(required=True, allow_none=True)
    shared_with_school = fields.Boolean(required=True)
    readers = fields.List(fields.String(), required=True)
    written_by_name = fields.String(required=True)
    written_at = Instant(required=True)


class StoryVersionsSchema(Schema):
    items = fields.List(fields.Nested(StorySchema), required=True)
    next_cursor = fields.String(allow_none=True, dump_default=None)


class _CaseHead(Schema):
    id = fields.UUID(required=True)
    school_id = fields.UUID(required=True)
    reference = fields.String(required=True)
    kind = fields.String(required=True, metadata={"description": "family, or coaching: without a child"})
    phase = fields.String(required=True)
    planned_end_on = fields.Date(required=True)
    opened_at = Instant(required=True)
    assigned_to = fields.UUID(required=True, allow_none=True, metadata={"description": "The liaison."})
    assigned_to_name = fields.String(required=True, allow_none=True)
    child = fields.Nested(ChildSchema, required=True, allow_none=True)
    coaching_of = fields.String(required=True, allow_none=True, metadata={"description": "Whom a coaching case helps."})


class CaseSchema(_CaseHead):
    """A case in a list."""

    next_at = Instant(allow_none=True, metadata={"description": "When parents and staff meet next."})


class DeputySchema(Schema):
    user_id = fields.UUID(required=True)
    user_name = fields.String(required=True)
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(required=True, allow_none=True)


class DossierSchema(_CaseHead):
    """A whole case, as far as the caller may read it; `story` is absent where there is none for them."""

    version = fields.Integer(required=True)
    reason = fields.String(required=True)
    phase_since = Instant(allow_none=True)
    paused_from = fields.String(allow_none=True)
    pause_reason = fields.String(allow_none=True)
    resume_on = fields.Date(allow_none=True, metadata={"description": "When a pause is to be over."})
    deputy = fields.Nested(DeputySchema, allow_none=True, metadata={"description": "Who stands in for the liaison today."})
    external_reference = fields.String(allow_none=True)
    reopened_from = fields.UUID(allow_none=True, metadata={"description": "The closed case that this one goes on from."})
    reopened_as = fields.UUID(allow_none=True, metadata={"description": "The case that goes on from this one."})
    guardians = fields.List(fields.Nested(GuardianOutSchema), required=True)
    story = fields.Nested(StorySchema)
    additions = fields.List(
        fields.Nested(StatementSchema), required=True, metadata={"description": "What guardians added to the story themselves."}
    )
    wishes = fields.List(fields.Nested(StatementSchema), required=True)
    strengths = fields.List(fields.Nested(StatementSchema), required=True)
    goals = fields.List(fields.Nested(StatementSchema), required=True)


class TimelineSchema(Schema):
    id = fields.UUID(required=True)
    at = Instant(required=True)
    kind = fields.String(required=True)
    actor_id = fields.UUID(allow_none=True)
    actor_name = fields.String(allow_none=True)
    about_id = fields.UUID(allow_none=True)
    data = fields.Dict()
    readers = fields.List(fields.String())


class AccessSchema(Schema):
    """Who looked, on whose behalf, at what, and why that was allowed (NEN 7513)."""

    id = fields.UUID(required=True)
    at = Instant(required=True)
    user_id = fields.UUID(required=True)
    user_name = fields.String(required=True)
    role = fields.String(required=True)
    on_behalf_of = fields.String(allow_none=True)
    action = fields.String(required=True)
    what = fields.String(required=True)
    basis = fields.String(required=True)


class StaffMemberSchema(Schema):
    user_id = fields.UUID(required=True, data_key="id")
    name = fields.String(required=True)
    role = fields.String(required=True)


CasePage = page_schema(CaseSchema)
TimelinePage = page_schema(TimelineSchema)
AccessPage = page_schema(AccessSchema)
SchoolPage = page_schema(SchoolSchema)
StaffPage = page_schema(StaffMemberSchema)

_HEAD = ("id", "school_id", "reference", "kind", "phase", "planned_end_on", "opened_at", "assigned_to", "child", "coaching_of")
_REST = (
    "version", "reason", "phase_since", "paused_from", "pause_reason", "resume_on", "external_reference", "reopened_from",
)  # fmt: skip


def dossier_answer(dossier: Dossier) -> dict[str, Any]:
    """The dossier as DossierSchema dumps it."""
    found: dict[str, Any] = {name: getattr(dossier.case, name) for name in (*_HEAD, *_REST)}
    found["assigned_to_name"] = dossier.assigned_to_name
    found["deputy"] = dossier.deputy
    found["reopened_as"] = dossier.beside.later.id if dossier.beside.later else None
    found["guardians"] = [guardian_answer(dossier, guardian) for guardian in dossier.case.guardians]
    if dossier.story is not None:
        found["story"] = dossier.story
    for name, kind in (("additions", "addition"), ("wishes", "wish"), ("strengths", "strength"), ("goals", "goal")):
        found[name] = dossier.of_kind(kind)
    return found


def guardian_answer(dossier: Dossier, guardian: Guardian) -> dict[str, Any]:
    """The guardian as GuardianOutSchema dumps it, with the address if it is for this reader."""
    known = {name: getattr(guardian, name) for name in ("id", *sorted(GUARDIAN_FIELDS))}
    return known | {"address": dossier.addresses.get(guardian.id)}
