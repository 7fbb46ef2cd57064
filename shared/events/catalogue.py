"""Every event that one service tells the others: its schema, its subject, and why it is told.

Publishing refuses what does not fit; reading ignores fields it does not know, so that fields can be added. A field is
never removed and never changes its meaning: that is a new version of the type.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any, TypeVar

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, validate

from shared.events.envelope import Event, MalformedEvent


class Body(Schema):
    """Base of the bodies."""

    class Meta:
        unknown = EXCLUDE


B = TypeVar("B", bound=type[Body])


@dataclass(frozen=True)
class EventType:
    """One entry of the catalogue.

    `subject` is the pattern that the body fills in. `summary` is in English, for engineers; `title` in Dutch, for pages
    that list events. `consumers`: the services whose queues get it. `alliance_wide`: of no one school.
    """

    name: str
    body: type[Body]
    subject: str
    summary: str
    title: str
    consumers: tuple[str, ...]
    alliance_wide: bool = False

    @property
    def producer(self) -> str:
        """The service that tells it."""
        return self.name.split(".", 1)[0]


CATALOGUE: dict[str, EventType] = {}


def _(message: str) -> str:
    """Mark a title for translation; it is translated where it is shown."""
    return message


_BOTH_OTHERS = ("scheduling", "notifications")
_PLANNING = ("scheduling",)
_MAIL = ("notifications",)
_RECORD = ("cases",)


def event_type(name: str, subject: str, title: str, *, to: tuple[str, ...], alliance_wide: bool = False) -> Callable[[B], B]:
    """Enter a body's schema under `name`; its docstring is the summary.

    The queues of all consumers are declared from here by whoever comes first, so that an event published before its
    consumer ever started is kept for it.
    """

    def enter(body: B) -> B:
        CATALOGUE[name] = EventType(name, body, subject, (body.__doc__ or "").strip(), title, to, alliance_wide)
        return body

    return enter


def consumed_by(service: str) -> list[str]:
    """The types that the queue of `service` is bound to."""
    return [entry.name for entry in CATALOGUE.values() if service in entry.consumers]


@cache
def publishing_schema(name: str) -> Schema:
    """Strict: what is published must be exactly what the catalogue says."""
    return CATALOGUE[name].body(unknown=RAISE)


@cache
def reading_schema(name: str) -> Schema:
    """Lenient towards fields of a later release."""
    return CATALOGUE[name].body()


def validated(event: Event) -> Event:
    """The event with its data as Python values. Raises MalformedEvent when it does not fit the catalogue."""
    entry = CATALOGUE.get(event.type)
    if entry is None:
        raise MalformedEvent("a type that is not in the catalogue")
    if (event.school_id is None) is not entry.alliance_wide:
        raise MalformedEvent(f"a school is {'not wanted' if entry.alliance_wide else 'missing'}")
    try:
        return replace(event, data=reading_schema(event.type).load(event.data))
    except ValidationError as error:
        raise MalformedEvent(f"does not fit its schema: {', '.join(sorted(error.messages_dict))}") from error


def _id(**options: Any) -> fields.UUID:
    return fields.UUID(required=True, **options)


def _instant(**options: Any) -> fields.AwareDateTime:
    return fields.AwareDateTime(required=True, **options)


def _word(*choices: str) -> fields.String:
    return fields.String(required=True, validate=validate.OneOf(choices))


def _text(**options: Any) -> fields.String:
    return fields.String(**{"required": True, **options})


def _maybe() -> fields.String:
    return fields.String(load_default=None, allow_none=True)


@event_type("cases.school.registered.v1", "school/{school_id}", _("Een school doet mee"), to=_BOTH_OTHERS)
class SchoolRegistered(Body):
    """A school takes part, or its name changed."""

    school_id = _id()
    name = _text()
    brin = _maybe()


@event_type(
    "cases.staff.assigned.v1", "staff/{school_id}/{person_id}", _("Een medewerker werkt voor een school"), to=_BOTH_OTHERS
)
class StaffAssigned(Body):
    """A member of staff works for a school between two dates, in a role; the latest state."""

    person_id = _id()
    school_id = _id()
    name = _text()
    first_name = _text()
    role = _text()
    email = _maybe()
    phone = _maybe()
    valid_from = fields.Date(required=True)
    valid_until = fields.Date(load_default=None, allow_none=True)


@event_type(
    "cases.staff.released.v1",
    "staff/{school_id}/{person_id}",
    _("Een medewerker werkt niet meer voor een school"),
    to=_BOTH_OTHERS,
)
class StaffReleased(Body):
    """A member of staff no longer works for a school from a date."""

    person_id = _id()
    school_id = _id()
    valid_until = fields.Date(required=True)


class CaseSnapshot(Body):
    """A case as others need to know it: no child, no reason."""

    case_id = _id()
    school_id = _id()
    reference = _text()
    kind = _word("family", "coaching")
    phase = _text()
    liaison_id = fields.UUID(load_default=None, allow_none=True)
    guardian_ids = fields.List(fields.UUID(), required=True)
    planned_end_on = fields.Date(load_default=None, allow_none=True)


@event_type("cases.case.opened.v1", "case/{case_id}", _("Een dossier is geopend"), to=_PLANNING)
class CaseOpened(CaseSnapshot):
    """A case began."""


@event_type("cases.case.changed.v1", "case/{case_id}", _("Een dossier is gewijzigd"), to=_PLANNING)
class CaseChanged(CaseSnapshot):
    """A case's phase, liaison, guardians or end changed; the latest state."""


@event_type("cases.case.erased.v1", "case/{case_id}", _("Een dossier wordt gewist"), to=(*_RECORD, *_BOTH_OTHERS))
class CaseErased(Body):
    """A case is erased for good: everybody, the teller too, forgets what they hold of it and of these people."""

    case_id = _id()
    school_id = _id()
    person_ids = fields.List(fields.UUID(), required=True)
    erased_at = _instant()


class PersonSnapshot(Body):
    """A guardian as those who plan and write to them need to know them. Contact details travel here and nowhere else."""

    person_id = _id()
    case_id = _id()
    first_name = _text()
    last_name = _text()
    language = _text()
    email = _maybe()
    phone = _maybe()
    channel = _word("email", "phone", "letter")
    interpreter_needed = fields.Boolean(required=True)


@event_type("cases.person.registered.v1", "person/{person_id}", _("Een ouder of verzorger doet mee"), to=_BOTH_OTHERS)
class PersonRegistered(PersonSnapshot):
    """A guardian takes part in a case."""


@event_type(
    "cases.person.changed.v1", "person/{person_id}", _("Gegevens van een ouder of verzorger zijn gewijzigd"), to=_BOTH_OTHERS
)
class PersonChanged(PersonSnapshot):
    """A guardian's name, language or contact details changed; the latest state."""


@event_type(
    "cases.session.ended.v1", "session/{session_id}", _("Iemand heeft zich afgemeld"), to=_BOTH_OTHERS, alliance_wide=True
)
class SessionEnded(Body):
    """Somebody logged out: no service takes this login's tokens any more."""

    session_id = _id()
    user_id = _id()
    ended_at = _instant()
    expires_at = _instant()


@event_type("cases.access.revoked.v1", "user/{user_id}", _("Iemands rechten zijn gewijzigd"), to=_BOTH_OTHERS, alliance_wide=True)
class AccessRevoked(Body):
    """Somebody's rights changed: no service takes their tokens from before that moment any more."""

    user_id = _id()
    before = _instant()
    expires_at = _instant()


class ParticipantBody(Body):
    """One invited person and their answer."""

    person_id = _id()
    response = _word("awaiting", "accepted", "declined", "another_time")


class AppointmentSnapshot(Body):
    """An appointment as others need to know it: when and who, and never what somebody wrote about it."""

    appointment_id = _id()
    case_id = _id()
    kind = _word("home_visit", "school_meeting", "phone_call", "team_meeting")
    place = _word("at_home", "at_school", "by_phone", "elsewhere")
    starts_at = _instant()
    ends_at = _instant()
    sequence = fields.Integer(required=True)
    status = _word("invited", "confirmed", "cancelled", "held", "no_show")
    host_id = _id()
    participants = fields.List(fields.Nested(ParticipantBody), required=True)
    changed_by = fields.UUID(load_default=None, allow_none=True)


@event_type("scheduling.appointment.invited.v1", "appointment/{appointment_id}", _("Een afspraak is gepland"), to=_RECORD)
class AppointmentInvited(AppointmentSnapshot):
    """An appointment was planned and its participants invited."""


@event_type("scheduling.appointment.moved.v1", "appointment/{appointment_id}", _("Een afspraak is verzet"), to=_RECORD + _MAIL)
class AppointmentMoved(AppointmentSnapshot):
    """An appointment got another time or place; the answers begin anew."""


@event_type("scheduling.appointment.cancelled.v1", "appointment/{appointment_id}", _("Een afspraak is geannuleerd"), to=_RECORD)
class AppointmentCancelled(AppointmentSnapshot):
    """An appointment will not take place."""


@event_type(
    "scheduling.appointment.answered.v1",
    "appointment/{appointment_id}",
    _("Op een uitnodiging is geantwoord"),
    to=_RECORD + _MAIL,
)
class AppointmentAnswered(AppointmentSnapshot):
    """A participant answered; `changed_by` tells who."""


@event_type("scheduling.appointment.concluded.v1", "appointment/{appointment_id}", _("Een afspraak is afgerond"), to=_RECORD)
class AppointmentConcluded(AppointmentSnapshot):
    """An appointment was held, or nobody was there; `status` tells which."""


@event_type(
    "scheduling.invitation.requested.v1",
    "invitation/{appointment_id}/{person_id}",
    _("Een ouder of verzorger krijgt bericht over een afspraak"),
    to=_MAIL,
)
class InvitationRequested(Body):
    """One guardian is to hear of one version of one appointment."""

    appointment_id = _id()
    case_id = _id()
    person_id = _id()
    method = _word("request", "update", "cancel")
    kind = _word("home_visit", "school_meeting", "phone_call", "team_meeting")
    place = _word("at_home", "at_school", "by_phone", "elsewhere")
    starts_at = _instant()
    ends_at = _instant()
    sequence = fields.Integer(required=True)
    host_first_name = _text()
    host_phone = _maybe()
    reply_token = _text(metadata={"description": "opens the guardian's own reply page"})


class MessageSnapshot(Body):
    """What became of one message; ids, never an address."""

    message_id = _id()
    case_id = fields.UUID(load_default=None, allow_none=True)
    person_id = _id()
    template = _text()
    language = _text()
    status = _text()
    about_id = fields.UUID(load_default=None, allow_none=True)


@event_type("notifications.message.sent.v1", "message/{message_id}", _("Een bericht is verzonden"), to=_RECORD)
class MessageSent(MessageSnapshot):
    """The mail server took a message over."""


@event_type("notifications.message.failed.v1", "message/{message_id}", _("Een bericht komt niet aan"), to=_RECORD)
class MessageFailed(MessageSnapshot):
    """A message will not arrive: call this parent."""


@event_type("notifications.message.suppressed.v1", "message/{message_id}", _("Een bericht is niet verzonden"), to=_RECORD)
class MessageSuppressed(MessageSnapshot):
    """A message was not mailed, because the person is called or gets letters."""
