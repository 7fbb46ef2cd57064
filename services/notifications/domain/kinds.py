"""The kinds of mail, and what is decided for each of them once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

Method = Literal["request", "cancel"]
WhenUncertain = Literal["again", "ask"]


@dataclass(frozen=True, slots=True)
class MailKind:
    """What holds for every mail of one template.

    `calendar` is the METHOD of the calendar part (RFC 5546), None for a mail without one. `when_uncertain` says what
    happens when nobody can know whether the server took the mail (RFC 1047): send it again under the same Message-ID,
    or ask a person. `urgency` orders the queue: smaller goes first.
    """

    name: str
    placeholders: frozenset[str]
    calendar: Method | None = None
    when_uncertain: WhenUncertain = "again"
    urgency: int = 50
    reminds: bool = False


_APPOINTMENT = frozenset({"name", "day", "subject_time", "time", "minutes", "place", "host", "phone", "link"})

# A second copy of these does no harm: mailboxes recognise the Message-ID, calendars the UID and SEQUENCE, and the link
# always shows today's truth. A missing one leaves a parent waiting, or a liaison before a closed door.
_KINDS = (
    MailKind("appointment_invitation", _APPOINTMENT, calendar="request", urgency=30),
    MailKind("appointment_changed", _APPOINTMENT, calendar="request", urgency=20),
    MailKind("appointment_cancelled", _APPOINTMENT - {"minutes", "place", "link"}, calendar="cancel", urgency=10),
    MailKind("appointment_reminder", _APPOINTMENT, urgency=40, reminds=True),
)
KINDS: dict[str, MailKind] = {kind.name: kind for kind in _KINDS}

# Left out together with the paragraph that holds it when there is nothing to fill in.
OPTIONAL = frozenset({"phone"})
