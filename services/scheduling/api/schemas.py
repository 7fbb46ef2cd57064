"""What goes in and out of the API of `scheduling`."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, post_load, validate, validates_schema

from services.scheduling.domain.appointment import KINDS, LONGEST, OUTCOMES, PLACES, SHORTEST
from services.scheduling.pages.words import OFTEN_MISSED
from services.scheduling.usecases.appointments import NewAppointment
from shared.http.pagination import PageArgs, page_schema, whole_schema
from shared.http.schemas import Choice, Edge, Flag, Instant, Schema, Text, Whole
from shared.web.i18n import gettext

_FOR_COLLEAGUES = {"description": "For colleagues alone; parents are told `place`."}
_PLACE = {"description": "Unless told: by the kind, or `elsewhere` where a location is named."}
_INTERPRETER = {"description": "Unless told: by whether those who come need one."}


class WantedSchema(Schema):
    """What an appointment and times to choose from ask for alike."""

    case_id = fields.UUID(required=True)
    kind = Choice(*KINDS, required=True)
    duration_minutes = Whole(SHORTEST, LONGEST, required=True)
    participant_ids = fields.List(
        fields.UUID(), required=True, validate=validate.Length(1, 20, error="Kies 1 tot en met 20 mensen.")
    )
    location = Text(max=200, load_default=None, allow_none=True, metadata=_FOR_COLLEAGUES)
    place = Choice(*PLACES, load_default=None, allow_none=True, metadata=_PLACE)


class NewAppointmentSchema(WantedSchema):
    starts_at = Instant(required=True)
    interpreter_needed = Flag(load_default=None, allow_none=True, metadata=_INTERPRETER)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> NewAppointment:
        ids = list(dict.fromkeys(data.pop("participant_ids")))
        return NewAppointment(**data, participant_ids=ids)


class MoveSchema(Schema):
    starts_at = Instant()
    duration_minutes = Whole(SHORTEST, LONGEST)
    location = Text(max=200, allow_none=True)
    place = Choice(*PLACES)
    reason = Text(max=1000, multiline=True, allow_none=True)

    @validates_schema
    def moves_something(self, data: dict[str, Any], **_: Any) -> None:
        if not data.keys() - {"reason"}:
            raise ValidationError("Zeg wat er verandert: tijd, duur of plaats.")


class CancelSchema(Schema):
    reason = Text(max=1000, multiline=True, required=True)


class OutcomeSchema(Schema):
    outcome = Choice(*OUTCOMES, required=True)
    note = Text(max=1000, multiline=True, load_default=None, allow_none=True)


class InterpreterSchema(Schema):
    needed = Flag(
        load_default=None, allow_none=True, metadata={"description": "Until it is said: as it is known of those who come."}
    )
    arranged = Flag(load_default=None, allow_none=True)
    note = Text(max=200, load_default=None, allow_none=True, metadata={"description": "Who interprets, for colleagues."})

    @validates_schema
    def says_something(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("needed") is None and data.get("arranged") is None:
            raise ValidationError("Zeg of er een tolk nodig is, of dat er een komt.", "arranged")
        if data.get("needed") is False and data.get("arranged"):
            raise ValidationError("Er is geen tolk nodig. Dan komt er ook geen.", "arranged")


class AppointmentArgs(PageArgs):
    from_ = Edge(load_default=None, data_key="from")
    to = Edge(ends=True, load_default=None)
    case_id = fields.UUID(load_default=None)
    school_id = fields.UUID(load_default=None)


class ParticipantSchema(Schema):
    person_id = fields.UUID()
    name = fields.String()
    response = fields.String()


class HappeningSchema(Schema):
    at = Instant()
    what = fields.String(metadata={"description": "invited, moved, cancelled, accepted, declined, another_time, held, …"})
    actor_name = fields.String()
    reason = fields.String(allow_none=True, metadata={"description": "For colleagues: parents do not read it."})
    before = fields.Function(
        lambda happening: happening.data or None,
        metadata={"type": ["object", "null"], "description": "Of a move: `starts_at` and `ends_at` as they were."},
    )


HistorySchema = whole_schema(HappeningSchema)


class PlannedSchema(Schema):
    """What an appointment and times to choose from tell alike."""

    id = fields.UUID()
    school_id = fields.UUID()
    case_id = fields.UUID()
    kind = fields.String()
    place = fields.String()
    location = fields.String(allow_none=True)
    version = fields.Integer()


class AppointmentSchema(PlannedSchema):
    starts_at = Instant()
    ends_at = Instant()
    status = fields.String()
    sequence = fields.Integer()
    host_id = fields.UUID()
    host_name = fields.String()
    interpreter_needed = fields.Function(
        lambda found: found.needs_interpreter(found.interpreted),
        metadata={"type": "boolean", "description": "Said of this appointment, or known of a guardian who comes."},
    )
    case_ended = fields.Boolean(
        metadata={"description": "Its case is closed by now; it stands, and parents are reminded of it, until it is cancelled."}
    )
    interpreter_arranged = fields.Boolean()
    interpreter_note = fields.String(allow_none=True)
    participants = fields.List(fields.Nested(ParticipantSchema))


class ConcludedSchema(AppointmentSchema):
    suggestion = fields.Function(
        lambda found: gettext(OFTEN_MISSED) if found.often_missed else None,
        metadata={"type": ["string", "null"], "description": "When the case's last two came to nothing."},
    )


AppointmentPage = page_schema(AppointmentSchema)
