"""What administrators send and get, in the API and on the pages alike."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load

from services.cases.api.fields import Email, Phone
from services.cases.domain.accounts import ROLES
from services.cases.domain.administration import ACTIONS, STATES
from services.cases.usecases.administration import NewUser
from services.cases.usecases.teams import NewTeam
from shared.http.pagination import page_schema
from shared.http.schemas import Choice, Instant, Schema, Text

_OPTIONAL: dict[str, Any] = {"load_default": None, "allow_none": True}


class NewSchoolSchema(Schema):
    name = Text(max=120, required=True)
    brin = Text(max=10, metadata={"description": "4 or 6 signs; a nursery has none."}, **_OPTIONAL)


class SchoolPatchSchema(Schema):
    name = Text(max=120)
    brin = Text(max=10, allow_none=True)


class LastDaySchema(Schema):
    last_day = fields.Date(required=True)


class OwnSchoolSchema(Schema):
    """A school, as its alliance's administrator sees it."""

    id = fields.UUID(required=True)
    name = fields.String(required=True)
    brin = fields.String(required=True, allow_none=True)
    stopped_on = fields.Date(required=True, allow_none=True)


class InviteSchema(Schema):
    name = Text(max=120, required=True)
    first_name = Text(max=60, metadata={"description": "As parents know them; the name's first word unless told."}, **_OPTIONAL)
    email = Email(required=True, metadata={"description": "To log in with, and where the invitation goes."})
    role = Choice(*ROLES, required=True)
    phone = Phone(**_OPTIONAL)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NewUser:
        return NewUser(**(data | {"first_name": data["first_name"] or data["name"].split()[0]}))


class UserPatchSchema(Schema):
    name = Text(max=120)
    first_name = Text(max=60)
    role = Choice(*ROLES)
    phone = Phone(allow_none=True)


class PeriodSchema(Schema):
    school_id = fields.UUID(required=True)
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(**_OPTIONAL)


class EndSchema(PeriodSchema):
    class Meta(Schema.Meta):
        fields = ("school_id", "last_day")

    last_day = fields.Date(required=True)


class AssignmentSchema(PeriodSchema):
    role = fields.String(required=True)


class ColleagueSchema(Schema):
    """Somebody with an account. No secret of it."""

    id = fields.UUID(required=True, attribute="user.id")
    name = fields.String(required=True, attribute="user.name")
    first_name = fields.String(required=True, attribute="user.first_name")
    email = fields.String(required=True, attribute="user.email")
    phone = fields.String(required=True, allow_none=True, attribute="user.phone")
    role = fields.String(required=True, attribute="user.role")
    state = Choice(*STATES, required=True)
    last_login_at = Instant(required=True, allow_none=True, attribute="facts.last_login_at")
    totp_since = Instant(required=True, allow_none=True, attribute="facts.totp_since")
    assignments = fields.List(fields.Nested(AssignmentSchema), required=True)


class NewTeamSchema(Schema):
    name = Text(max=120, required=True)
    school_ids = fields.List(fields.UUID(), load_default=list)
    user_ids = fields.List(fields.UUID(), load_default=list)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NewTeam:
        return NewTeam(data["name"], frozenset(data["school_ids"]), frozenset(data["user_ids"]))


class TeamSchema(Schema):
    id = fields.UUID(required=True)
    name = fields.String(required=True)
    school_ids = fields.Function(lambda team: sorted(map(str, team.school_ids)))
    user_ids = fields.Function(lambda team: sorted(map(str, team.user_ids)))


class ActSchema(Schema):
    """Something that somebody did in the alliance's affairs."""

    id = fields.UUID(required=True)
    at = Instant(required=True)
    actor_id = fields.UUID(required=True)
    actor_name = fields.String(required=True)
    action = Choice(*ACTIONS, required=True)
    about_id = fields.UUID(required=True, allow_none=True)
    about_name = fields.String(required=True, allow_none=True)
    data = fields.Dict(required=True)


class PasswordSchema(Schema):
    """A first or another password, by the link that was mailed."""

    token = Text(max=300, required=True)
    password = fields.String(required=True)


class ForgottenSchema(Schema):
    email = Text(max=254, required=True)


ColleaguePage = page_schema(ColleagueSchema)
TeamPage = page_schema(TeamSchema)
ActPage = page_schema(ActSchema)
