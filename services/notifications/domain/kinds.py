"""The kinds of mail, and what is decided for each of them once."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Literal, Protocol, Self
from uuid import UUID

from services.notifications.domain.appointment import AppointmentFacts
from services.notifications.domain.asked import AskFacts, CodeFacts
from services.notifications.domain.at_work import InvitationFacts, WorkFacts
from services.notifications.domain.choice import ChoiceFacts
from services.notifications.domain.languages import STAFF_LANGUAGES
from services.notifications.domain.readdressed import FormerAddressFacts

Method = Literal["request", "cancel"]
WhenUncertain = Literal["again", "ask"]
Side = Literal["guardian", "staff"]


class Facts(Protocol):
    """What a kind of mail is about: kept with the message as JSON, filled into the text when it leaves."""

    def secret(self, public_url: str) -> str:
        """What only the recipient may hold: the link or the code. It stays out of the copy that is kept."""
        ...

    def to_json(self) -> dict[str, Any]: ...

    @classmethod
    def from_json(cls, found: Mapping[str, Any]) -> Self: ...


@dataclass(frozen=True, slots=True)
class MailKind:
    """What holds for every mail of one template.

    `example` is nobody's, for previews; its type reads the facts of a message. `calendar` is the METHOD of the calendar
    part (RFC 5546), None for a mail without one. `when_uncertain` says what happens when nobody can know whether the
    server took the mail (RFC 1047): send it again under the same Message-ID, or ask a person. `urgency` orders the
    queue: smaller goes first. `by_mail_alone`: the guardian waits for this very mail, or it is about their mail, so it goes
    by mail however they would rather be reached, and nobody is called about it. `to_former`: it goes to the address that was
    theirs before. `to`: guardians in their own language, or colleagues in ours. `optional`: placeholders that are
    left out, with the block that holds them, when there is nothing to fill in. `at_any_hour`: why it leaves in the evening,
    at night and on Sundays too; empty where it does not. What has such a reason also goes before others where a limit is
    reached.
    """

    name: str
    placeholders: frozenset[str]
    example: Facts
    calendar: Method | None = None
    when_uncertain: WhenUncertain = "again"
    urgency: int = 50
    reminds: bool = False
    by_mail_alone: bool = False
    to_former: bool = False
    optional: frozenset[str] = frozenset({"phone"})
    to: Side = "guardian"
    at_any_hour: str = ""

    def languages(self, available: Collection[str]) -> list[str]:
        """Those of them that this kind is written in."""
        return [tag for tag in available if self.to == "guardian" or tag in STAFF_LANGUAGES]

    def facts(self, found: Mapping[str, Any]) -> Facts:
        """As they were kept with a message."""
        return type(self.example).from_json(found)


_STARTS_AT = datetime(2026, 12, 1, 13, 0, tzinfo=UTC)
_AN_APPOINTMENT = AppointmentFacts(
    appointment_id=UUID(int=0),
    place="at_home",
    starts_at=_STARTS_AT,
    ends_at=_STARTS_AT + timedelta(hours=1),
    sequence=0,
    host_first_name="Samira",
    host_phone="+31612345678",
    reply_token="…",  # noqa: S106 - a token of nobody
)
_AN_ASK = AskFacts("…", date(2026, 12, 1), "Samira", "+31612345678")
_A_CHOICE = ChoiceFacts(UUID(int=0), "at_home", 3, 60, _STARTS_AT, "Samira", "+31612345678", "…")
_APPOINTMENT = frozenset({"name", "day", "subject_time", "time", "minutes", "place", "host", "phone", "link"})
_ASK = frozenset({"name", "link", "before", "host", "phone"})
_DUE = ("reviews", "ending", "waiting")
_MAY_BE_ABSENT = frozenset({"before", "host", "phone"})
_COUNTED_ON = "somebody counts on a moment that holds no more, and may take a day off or stand before a closed door"


def _ask(name: str, *, without: frozenset[str] = frozenset()) -> MailKind:
    return MailKind(name, _ASK - without, _AN_ASK, urgency=45, optional=_MAY_BE_ABSENT - without)


def _to_staff(
    name: str, example: Facts, *more: str, optional: frozenset[str] = frozenset(), urgency: int = 60, at_any_hour: str = ""
) -> MailKind:
    placeholders = frozenset({"name", "link", *more})
    return MailKind(name, placeholders, example, urgency=urgency, optional=optional, to="staff", at_any_hour=at_any_hour)


# A second copy of these does no harm: mailboxes recognise the Message-ID, calendars the UID and SEQUENCE, and the link
# always shows today's truth. A missing one leaves a parent waiting, or a liaison before a closed door.
_KINDS = (
    MailKind("appointment_invitation", _APPOINTMENT, _AN_APPOINTMENT, calendar="request", urgency=30),
    MailKind("appointment_changed", _APPOINTMENT, _AN_APPOINTMENT, calendar="request", urgency=20, at_any_hour=_COUNTED_ON),
    MailKind(
        "appointment_cancelled",
        _APPOINTMENT - {"minutes", "place", "link"},
        _AN_APPOINTMENT,
        calendar="cancel",
        urgency=10,
        at_any_hour=_COUNTED_ON,
    ),
    MailKind("appointment_reminder", _APPOINTMENT, _AN_APPOINTMENT, urgency=40, reminds=True),
    MailKind(
        "appointment_choice",
        frozenset({"name", "count", "minutes", "place", "host", "phone", "before", "link"}),
        _A_CHOICE,
        urgency=30,
    ),
    _ask("agreement_to_support"),
    _ask("report_to_check"),
    _ask("evaluation_request"),
    _ask("satisfaction_request"),
    _ask("case_closed", without=frozenset({"before"})),
    MailKind(
        "one_time_code",
        frozenset({"name", "code"}),
        CodeFacts("123456"),
        urgency=1,
        by_mail_alone=True,
        optional=frozenset(),
        at_any_hour="somebody sits before the page and waits for it",
    ),
    # Not at night, though somebody may be reading what is not theirs: nobody at the school answers before the morning.
    MailKind(
        "address_changed",
        frozenset({"name", "host", "phone"}),
        FormerAddressFacts("ouder@voorbeeld.example", "Samira", "+31612345678"),
        urgency=15,
        by_mail_alone=True,
        to_former=True,
        optional=frozenset({"host", "phone"}),
    ),
    _to_staff("parent_answered", WorkFacts("/scheduling/agenda", at=_STARTS_AT, answer="accepted"), "day", "time", "answer"),
    _to_staff("parent_to_call", WorkFacts("/notifications/berichten"), urgency=25),
    _to_staff("work_digest", WorkFacts("/cases/", dict.fromkeys(_DUE, 2)), *_DUE, optional=frozenset(_DUE), urgency=70),
    _to_staff("events_failed", WorkFacts("/notifications/storingen", {"count": 2}), "count"),
    _to_staff("staff_invitation", InvitationFacts("…", _STARTS_AT), "before", urgency=5, at_any_hour="somebody waits to begin"),
    _to_staff("new_password", InvitationFacts("…", _STARTS_AT), "before", urgency=2, at_any_hour="somebody waits to log in"),
    _to_staff(
        "emergency_access",
        WorkFacts("/cases/", at=_STARTS_AT),
        "day",
        "time",
        urgency=15,
        at_any_hour="somebody has opened what is closed to them: who guards it looks at once",
    ),
)
KINDS: dict[str, MailKind] = {kind.name: kind for kind in _KINDS}
