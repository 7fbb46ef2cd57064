"""What `notifications` tells the others."""

from __future__ import annotations

from marshmallow import fields

from shared.events.entry import Body, a_text, an_id, event_type
from shared.events.entry import title as _

_RECORD = ("cases",)
# Its own word too: who has to call is told by mail.
_RECORD_AND_CALLERS = ("cases", "notifications")


class MessageSnapshot(Body):
    """What became of one message; ids, never an address."""

    message_id = an_id()
    case_id = fields.UUID(load_default=None, allow_none=True)
    person_id = an_id()
    template = a_text()
    language = a_text()
    status = a_text()
    about_id = fields.UUID(load_default=None, allow_none=True)


@event_type("notifications.message.sent.v1", "message/{message_id}", _("Een bericht is verzonden"), to=_RECORD)
class MessageSent(MessageSnapshot):
    """The mail server took a message over."""


@event_type("notifications.message.failed.v1", "message/{message_id}", _("Een bericht komt niet aan"), to=_RECORD_AND_CALLERS)
class MessageFailed(MessageSnapshot):
    """A message will not arrive: call this parent."""


@event_type("notifications.message.suppressed.v1", "message/{message_id}", _("Een bericht is niet verzonden"), to=_RECORD)
class MessageSuppressed(MessageSnapshot):
    """A message was not mailed, because the person is called or gets letters."""


@event_type("notifications.message.settled.v1", "message/{message_id}", _("Een ouder weet het zonder het bericht"), to=_RECORD)
class MessageSettled(MessageSnapshot):
    """A message that did not arrive was told by phone or on paper, or somebody saw to it otherwise: no call is left to make."""
