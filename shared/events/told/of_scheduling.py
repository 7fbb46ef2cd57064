"""What `scheduling` tells the others."""

from __future__ import annotations

from marshmallow import fields

from shared.events.entry import Body, a_text, a_word, an_id, an_instant, event_type, maybe
from shared.events.entry import title as _

_RECORD = ("cases",)
_MAIL = ("notifications",)


class ParticipantBody(Body):
    """One invited person and their answer."""

    person_id = an_id()
    response = a_word("awaiting", "accepted", "declined", "another_time")


class AppointmentSnapshot(Body):
    """An appointment as others need to know it: when and who, and never what somebody wrote about it."""

    appointment_id = an_id()
    case_id = an_id()
    kind = a_word("home_visit", "school_meeting", "phone_call", "team_meeting")
    place = a_word("at_home", "at_school", "by_phone", "elsewhere")
    starts_at = an_instant()
    ends_at = an_instant()
    sequence = fields.Integer(required=True)
    status = a_word("invited", "confirmed", "cancelled", "held", "no_show")
    host_id = an_id()
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
    to=("cases", *_MAIL),
)
class InvitationRequested(Body):
    """One guardian is to hear of one version of one appointment."""

    appointment_id = an_id()
    case_id = an_id()
    person_id = an_id()
    method = a_word("request", "update", "cancel")
    kind = a_word("home_visit", "school_meeting", "phone_call", "team_meeting")
    place = a_word("at_home", "at_school", "by_phone", "elsewhere")
    starts_at = an_instant()
    ends_at = an_instant()
    sequence = fields.Integer(required=True)
    host_first_name = a_text()
    host_phone = maybe()
    reply_token = a_text(metadata={"description": "opens the guardian's own reply page"})


class OfferedSlot(Body):
    """One time to choose from."""

    starts_at = an_instant()
    ends_at = an_instant()


@event_type(
    "scheduling.choice.offered.v1",
    "choice/{choice_id}/{person_id}",
    _("Een ouder of verzorger kan een tijd kiezen"),
    to=_MAIL,
)
class ChoiceOffered(Body):
    """One guardian is offered several times, of which they pick one on their own page."""

    choice_id = an_id()
    case_id = an_id()
    person_id = an_id()
    kind = a_word("home_visit", "school_meeting", "phone_call", "team_meeting")
    place = a_word("at_home", "at_school", "by_phone", "elsewhere")
    slots = fields.List(fields.Nested(OfferedSlot), required=True)
    host_first_name = a_text()
    host_phone = maybe()
    reply_token = a_text(metadata={"description": "opens the guardian's own page"})
    expires_at = an_instant()


@event_type("scheduling.choice.closed.v1", "choice/{choice_id}", _("Er valt geen tijd meer te kiezen"), to=_MAIL)
class ChoiceClosed(Body):
    """A time was picked, or the offer was withdrawn or is over: what was not sent yet is not sent any more."""

    choice_id = an_id()
    case_id = an_id()
