"""What comes in through the API, and through the pages' forms, which are checked by the same schemas."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate

from services.cases.api.fields import Email, Group, Phone, Postcode
from services.cases.domain.case import CHANNELS, CUSTODY, MOST_GUARDIANS, Address, Child
from services.cases.domain.efforts import COACHED
from services.cases.domain.phases import PHASES
from services.cases.domain.readers import COMPARTMENTS, READERS, ordered
from services.cases.usecases.cases import NewCase, NewGuardian
from services.cases.usecases.texts import NewStatement, NewStory
from shared.errors import Message
from shared.http.pagination import PageArgs
from shared.http.schemas import Choice, Flag, Language, Schema, Text


def _line(longest: int, **options: Any) -> Text:
    return Text(max=longest, **options)


def _text(longest: int, **options: Any) -> Text:
    return Text(max=longest, multiline=True, **options)


def _maybe(**options: Any) -> dict[str, Any]:
    return {"load_default": None, "allow_none": True, **options}


class CredentialsSchema(Schema):
    email = _line(254, required=True)
    password = fields.String(required=True, validate=validate.Length(max=1024, error="Dit wachtwoord is te lang."))
    code = _line(20, **_maybe(metadata={"description": "Six digits from an app, for who uses one, or a recovery code."}))


class AddressSchema(Schema):
    street = _line(120, required=True)
    house_number = _line(20, required=True)
    postcode = Postcode(required=True)
    city = _line(80, required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Address:
        return Address(**data)


class GuardianSchema(Schema):
    first_name = _line(80, required=True)
    last_name = _line(120, required=True)
    relation = _line(40, required=True, metadata={"description": "In words: moeder, vader, oma, voogd."})
    email = Email(**_maybe())
    phone = Phone(**_maybe())
    language = Language(load_default="nl", metadata={"description": "A BCP 47 tag."})
    custody = Choice(*CUSTODY, load_default="unknown")
    interpreter_needed = Flag(load_default=False)
    channel = Choice(*CHANNELS, load_default="email")
    address_secret = Flag(load_default=False, metadata={"description": "The address is shown to the liaison only."})
    address = fields.Nested(AddressSchema, **_maybe())

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NewGuardian:
        address = data.pop("address")
        return NewGuardian(data, address)


class GuardianPatchSchema(Schema):
    """Any of a guardian's fields; `address: null` takes the address away."""

    first_name = _line(80)
    last_name = _line(120)
    relation = _line(40)
    email = Email(allow_none=True)
    phone = Phone(allow_none=True)
    language = Language()
    custody = Choice(*CUSTODY)
    interpreter_needed = Flag()
    channel = Choice(*CHANNELS)
    address_secret = Flag()
    address = fields.Nested(AddressSchema, allow_none=True)


class ChildSchema(Schema):
    first_name = _line(80, required=True)
    last_name = _line(120, required=True)
    group = Group(required=True)


class ChildPatchSchema(Schema):
    first_name = _line(80)
    last_name = _line(120)
    group = Group()


_OTHER_NUMBER = {"description": "What the case is called in a system of the alliance's or the school's own."}


class NewCaseSchema(Schema):
    school_id = fields.UUID(required=True)
    reason = _text(4000, required=True)
    planned_end_on = fields.Date(required=True)
    child = fields.Nested(ChildSchema, **_maybe(metadata={"description": "Absent: a coaching case."}))
    coaching_of = Choice(
        *COACHED,
        **_maybe(metadata={"description": "Whom a case without a child helps; by default its parents, else the school."}),
    )
    external_reference = _line(80, **_maybe(metadata=_OTHER_NUMBER))
    guardians = fields.List(
        fields.Nested(GuardianSchema),
        load_default=list,
        validate=validate.Length(max=MOST_GUARDIANS, error=Message("Een dossier heeft hoogstens {max} ouders of verzorgers.")),
    )

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NewCase:
        child = data.pop("child", None)
        return NewCase(**data, child=Child(**child) if child else None)


class CasePatchSchema(Schema):
    reason = _text(4000)
    planned_end_on = fields.Date()
    child = fields.Nested(ChildPatchSchema)
    external_reference = _line(80, allow_none=True, metadata=_OTHER_NUMBER)
    assigned_to = fields.UUID(allow_none=True, metadata={"description": "A liaison of the school."})


class CaseArgs(PageArgs):
    school_id = fields.UUID(load_default=None)
    phase = Choice(*PHASES, load_default=None)
    assigned_to = fields.UUID(load_default=None)
    q = Text(
        max=80,
        load_default=None,
        allow_empty=True,
        metadata={"description": "How names or the reference begin. Where none does: what resembles them."},
    )


class PhaseSchema(Schema):
    to = Choice(*PHASES, required=True)
    reason = _text(1000, **_maybe())
    resume_on = fields.Date(**_maybe(metadata={"description": "With `paused` alone: the day on which it is to go on."}))


class NewStorySchema(Schema):
    text = _text(20000, required=True)
    shared_with_school = Flag(load_default=False)
    told_by = fields.UUID(**_maybe(metadata={"description": "The guardian whose words these are."}))

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NewStory:
        return NewStory(**data)


class _Readers(fields.List[str]):
    """Who may read it: one of the three combinations that there are."""

    def __init__(self, **options: Any) -> None:
        told = "One of: " + "; ".join(", ".join(readers) for readers in COMPARTMENTS.values()) + "."
        super().__init__(Choice(*READERS), metadata={"description": told}, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> list[Any]:
        readers = ordered(each for each in super()._deserialize(value, attr, data, **kwargs) if each)
        if tuple(readers) not in COMPARTMENTS.values():
            raise ValidationError("Deze lezers samen kan niet. Kies een van de mogelijkheden.")
        return readers


def readers_field() -> fields.Field[Any]:
    """Who may read a text; left out, the narrowest."""
    return _Readers(load_default=None, allow_none=True)


class _StatementSchema(Schema):
    kind: str
    text = _text(2000, required=True)
    readers = readers_field()

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NewStatement:
        return NewStatement(self.kind, **data)


class NewWishSchema(_StatementSchema):
    kind = "wish"


class NewStrengthSchema(_StatementSchema):
    kind = "strength"
    of = Choice("parents", "school", "child", required=True)


class NewGoalSchema(_StatementSchema):
    kind = "goal"
