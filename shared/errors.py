"""Failures that a use case may end in. No HTTP words here: `shared.http.problems` holds the one table that maps them.

`detail` is a Dutch msgid with `%(name)s` placeholders; it is translated where it is shown, not where it is raised, so
that a rule in a domain needs no translator.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Self


class Message(str):
    """A Dutch msgid in the `{name}` style that remembers what was filled in, so that it can be said in another language.

    As text it is the filled-in Dutch sentence. marshmallow fills in its messages with `format`, before we see them.
    """

    __slots__ = ("msgid", "params")
    msgid: str
    params: Mapping[str, object]

    def __new__(cls, msgid: str, **params: object) -> Self:
        made = super().__new__(cls, str.format(msgid, **params) if params else msgid)
        made.msgid, made.params = msgid, params
        return made

    def __str__(self) -> str:
        """Itself: `str` of a message would otherwise forget what it was made of."""
        return self

    def format(self, *_: object, **params: object) -> Message:
        """The same message, filled in."""
        return Message(self.msgid, **params)


class Failure(Exception):
    """Base of every expected failure. `params` fill the placeholders of `detail`; `extra` is shown to API clients."""

    default_detail = "Dit lukt niet."

    def __init__(self, detail: str | None = None, *, extra: Mapping[str, Any] | None = None, **params: Any) -> None:
        self.detail = detail or self.default_detail
        self.extra = dict(extra or {})
        self.params = params
        super().__init__(self.detail % params if params else self.detail)


class NotFound(Failure):
    """It does not exist, or it belongs to another school: the two are never told apart."""

    default_detail = "Dit bestaat niet, of u mag het niet zien."


class Forbidden(Failure):
    """The caller's role may not do this at all."""

    default_detail = "U hebt hier geen toegang toe."


class Conflict(Failure):
    """The request is right in itself, but not in today's state."""


class Stale(Failure):
    """Somebody else changed it since the caller read it (RFC 9110, section 13.1.1)."""

    default_detail = "Iemand anders heeft dit intussen gewijzigd. Lees het opnieuw en probeer het nog eens."


class Gone(Failure):
    """It was there, and its time is over."""

    default_detail = "Deze link is verlopen."


class Unauthenticated(Failure):
    """Nobody is logged in, or the token is forged, expired or revoked."""

    default_detail = "Log eerst in."


class Unavailable(Failure):
    """Something that is needed is away for the moment; nothing was done."""

    default_detail = "Het systeem is even niet bereikbaar. Er is niets gewijzigd. Probeer het zo opnieuw."


class TooManyAttempts(Failure):
    """The caller has to wait `retry_after` seconds."""

    default_detail = "Te veel pogingen. Wacht even en probeer het dan opnieuw."

    def __init__(self, retry_after: int, detail: str | None = None, **params: Any) -> None:
        super().__init__(detail, **params)
        self.retry_after = retry_after


class Invalid(Failure):
    """Input that breaks a rule: `fields` maps a field's path (`guardians.0.email`) to its messages."""

    default_detail = "Niet alles is goed ingevuld."

    def __init__(self, fields: Mapping[str, Sequence[str]], detail: str | None = None) -> None:
        super().__init__(detail)
        self.fields = {name: list(messages) for name, messages in fields.items()}
