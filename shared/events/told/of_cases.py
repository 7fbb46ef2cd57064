"""What `cases` tells the others."""

from __future__ import annotations

from marshmallow import fields, validate

from shared.events.entry import Body, a_text, a_word, an_id, an_instant, event_type, maybe
from shared.events.entry import title as _

_BOTH_OTHERS = ("scheduling", "notifications")
_PLANNING = ("scheduling",)
_MAIL = ("notifications",)


@event_type("cases.school.registered.v1", "school/{school_id}", _("Een school doet mee"), to=_BOTH_OTHERS)
class SchoolRegistered(Body):
    """A school takes part, or its name changed."""

    school_id = an_id()
    name = a_text()
    brin = maybe()


@event_type(
    "cases.staff.assigned.v1", "staff/{school_id}/{person_id}", _("Een medewerker werkt voor een school"), to=_BOTH_OTHERS
)
class StaffAssigned(Body):
    """A member of staff works for a school between two dates, in a role; the latest state."""

    person_id = an_id()
    school_id = an_id()
    name = a_text()
    first_name = a_text()
    role = a_text()
    email = maybe()
    phone = maybe()
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

    person_id = an_id()
    school_id = an_id()
    valid_until = fields.Date(required=True)


class CaseSnapshot(Body):
    """A case as others need to know it: no child, no reason."""

    case_id = an_id()
    school_id = an_id()
    reference = a_text()
    kind = a_word("family", "coaching")
    phase = a_text()
    liaison_id = fields.UUID(load_default=None, allow_none=True)
    guardian_ids = fields.List(fields.UUID(), required=True)
    planned_end_on = fields.Date(load_default=None, allow_none=True)


@event_type("cases.case.opened.v1", "case/{case_id}", _("Een dossier is geopend"), to=_PLANNING)
class CaseOpened(CaseSnapshot):
    """A case began."""


@event_type("cases.case.changed.v1", "case/{case_id}", _("Een dossier is gewijzigd"), to=_PLANNING)
class CaseChanged(CaseSnapshot):
    """A case's phase, liaison, guardians or end changed; the latest state."""


@event_type("cases.case.erased.v1", "case/{case_id}", _("Een dossier wordt gewist"), to=("cases", *_BOTH_OTHERS))
class CaseErased(Body):
    """A case is erased for good: everybody, the teller too, forgets what they hold of it and of these people."""

    case_id = an_id()
    school_id = an_id()
    person_ids = fields.List(fields.UUID(), required=True)
    erased_at = an_instant()


class PersonSnapshot(Body):
    """A guardian as those who plan and write to them need to know them.

    Contact details travel in `cases.person.*` and nowhere else.
    """

    person_id = an_id()
    case_id = an_id()
    first_name = a_text()
    last_name = a_text()
    language = a_text()
    email = maybe()
    phone = maybe()
    channel = a_word("email", "phone", "letter")
    interpreter_needed = fields.Boolean(required=True)
    postcode_area = fields.String(
        load_default=None,
        allow_none=True,
        metadata={"description": "four digits, for travel times; null where the address is secret or not known"},
    )


@event_type("cases.person.registered.v1", "person/{person_id}", _("Een ouder of verzorger doet mee"), to=_BOTH_OTHERS)
class PersonRegistered(PersonSnapshot):
    """A guardian takes part in a case."""


@event_type(
    "cases.person.changed.v1", "person/{person_id}", _("Gegevens van een ouder of verzorger zijn gewijzigd"), to=_BOTH_OTHERS
)
class PersonChanged(PersonSnapshot):
    """A guardian's name, language or contact details changed; the latest state."""


@event_type(
    "cases.person.readdressed.v1", "readdressed/{change_id}", _("Een ouder of verzorger heeft een ander e-mailadres"), to=_MAIL
)
class PersonReaddressed(Body):
    """An e-mail address is a guardian's no more: whoever reads mail there is told so, and never the new one."""

    change_id = an_id()
    case_id = an_id()
    person_id = an_id()
    former_email = a_text()
    host_id = fields.UUID(load_default=None, allow_none=True, metadata={"description": "whom parents may call"})


@event_type(
    "cases.session.ended.v1", "session/{session_id}", _("Iemand heeft zich afgemeld"), to=_BOTH_OTHERS, alliance_wide=True
)
class SessionEnded(Body):
    """Somebody logged out: no service takes this login's tokens any more."""

    session_id = an_id()
    user_id = an_id()
    ended_at = an_instant()
    expires_at = an_instant()


@event_type("cases.access.revoked.v1", "user/{user_id}", _("Iemands rechten zijn gewijzigd"), to=_BOTH_OTHERS, alliance_wide=True)
class AccessRevoked(Body):
    """Somebody's rights changed: no service takes their tokens from before that moment any more."""

    user_id = an_id()
    before = an_instant()
    expires_at = an_instant()


@event_type("cases.parents.asked.v1", "ask/{ask_id}", _("Een ouder of verzorger wordt iets gevraagd"), to=_MAIL)
class ParentsAsked(Body):
    """A guardian is asked to look at something on their own page; what it says stays there."""

    ask_id = an_id()
    case_id = an_id()
    person_id = an_id()
    what = a_word("agreement_to_support", "report_to_check", "evaluation_request", "satisfaction_request", "case_closed")
    token = a_text(metadata={"description": "opens the guardian's own page, which asks for a one-time code"})
    answer_before = fields.Date(load_default=None, allow_none=True)
    host_id = fields.UUID(load_default=None, allow_none=True, metadata={"description": "whom parents may call"})


@event_type("cases.code.requested.v1", "code/{code_id}", _("Een ouder of verzorger vraagt een code"), to=_MAIL)
class CodeRequested(Body):
    """A guardian wants to open their own page: the code goes to the address that is known, and is worth nothing soon after."""

    code_id = an_id()
    case_id = an_id()
    person_id = an_id()
    code = a_text()
    expires_at = an_instant()


@event_type("cases.digest.due.v1", "digest/{person_id}", _("Een medewerker krijgt een dagoverzicht"), to=_MAIL)
class DigestDue(Body):
    """Something waits for a member of staff on a day; how many things, not which."""

    person_id = an_id()
    on = fields.Date(required=True)
    reviews_due = fields.Integer(required=True)
    cases_ending = fields.Integer(required=True)
    waiting = fields.Integer(required=True)


@event_type("cases.access.emergency.v1", "access/{access_id}", _("Iemand had met spoed toegang nodig"), to=_MAIL)
class EmergencyAccess(Body):
    """A member of staff opened a case that is not theirs, with a reason: the coordinators are told that it happened."""

    access_id = an_id()
    case_id = an_id()
    person_id = an_id()
    coordinator_ids = fields.List(fields.UUID(), required=True)


@event_type(
    "cases.colleague.changed.v1",
    "user/{user_id}",
    _("Gegevens van een medewerker zijn gewijzigd"),
    to=_MAIL,
    alliance_wide=True,
)
class ColleagueChanged(Body):
    """Somebody with an account, whatever their schools: how they are written to, and whether they still are; the latest state."""

    user_id = an_id()
    name = a_text()
    email = a_text()
    role = a_word("school_staff", "liaison", "team_member", "coordinator", "administrator")
    active = fields.Boolean(required=True)


@event_type("cases.staff.invited.v1", "user/{user_id}", _("Een medewerker is uitgenodigd"), to=_MAIL, alliance_wide=True)
class StaffInvited(Body):
    """Somebody got an account: the link with which they choose a password, for as long as it works."""

    user_id = an_id()
    name = a_text()
    email = a_text()
    token = a_text()
    expires_at = an_instant()
    purpose = fields.String(
        load_default="invitation",
        validate=validate.OneOf(["invitation", "new_password"]),
        metadata={"description": "new_password: they had one, and forgot it"},
    )
