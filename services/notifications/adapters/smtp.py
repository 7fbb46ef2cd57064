"""Mail over SMTP, in two steps: all of it but the final dot, then the dot.

Between the two the caller commits that it is handing over. So a worker that dies before the dot has certainly sent
nothing, and the gap in which nobody can know (RFC 1047) is as narrow as SMTP lets it be.
"""

from __future__ import annotations

import smtplib
import socket
import ssl
import time
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import NoReturn
from urllib.parse import parse_qs, unquote, urlsplit
from uuid import UUID

from services.notifications.domain.retries import Refusal
from services.notifications.usecases.ports import Mail, NoAnswer, Receipt, Refused

_PORTS = {"smtp": 25, "smtps": 465}
_REUSE_SECONDS = 20.0
# Within this a connection is taken for alive without asking; when it is not, a new one takes its place.
_FRESH_SECONDS = 1.0
_QUIT_SECONDS = 2.0
_MAILS_PER_CONNECTION = 100
_LONGEST_ANSWER = 300
_CLOSING = 421


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpServer:
    """Where mail goes. `dot_seconds` is longer than the rest: giving up at the dot makes a second mail likely.

    `ca_file` names who vouches for its certificate, where that is not one of those that this machine trusts.
    """

    host: str
    port: int
    tls: bool = False
    starttls: bool = False
    user: str | None = None
    password: str | None = None
    ca_file: Path | None = None
    verb_seconds: float = 10.0
    dot_seconds: float = 120.0

    @classmethod
    def from_url(cls, url: str) -> SmtpServer:
        """`smtp://user:password@host:port`, `smtps://…`, `?starttls=1`. Raises ValueError for anything else."""
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname or parts.path not in ("", "/"):
            raise ValueError("must be smtp://host:port or smtps://host:port")
        starttls = parse_qs(parts.query).get("starttls", ["0"])[-1]
        if starttls not in ("0", "1"):
            raise ValueError("starttls must be 0 or 1")
        return cls(
            host=parts.hostname,
            port=parts.port or _PORTS[parts.scheme],
            tls=parts.scheme == "smtps",
            starttls=starttls == "1",
            user=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
        )


class SmtpDelivery:
    """A mail whose dot is still to come."""

    def __init__(self, mailer: SmtpMailer, connection: smtplib.SMTP, dot_seconds: float) -> None:
        self._mailer = mailer
        self._connection = connection
        self._dot_seconds = dot_seconds

    def hand_over(self) -> Receipt:
        connection = self._connection
        try:
            if connection.sock is not None:
                connection.sock.settimeout(self._dot_seconds)
            connection.send(b".\r\n")
            code, answer = connection.getreply()
        except (OSError, smtplib.SMTPException) as error:
            self._mailer.drop()
            raise NoAnswer(type(error).__name__) from error
        match code // 100:
            case 2:
                self._mailer.keep()
                return Receipt(f"{code} {_words(answer)}")
            case 4 | 5:
                # It may have refused amid the body, and have more to say of what it took for commands.
                self._mailer.drop()
                raise Refused(Refusal(code, _words(answer), about_this_mail=True))
            case _:
                self._mailer.drop()
                raise NoAnswer(_words(answer) or "no SMTP")

    def abandon(self) -> None:
        # Only closing the connection takes a mail back once its body has begun: RSET is not heard inside DATA.
        self._mailer.drop()


class SmtpMailer:
    """Sends over one connection that it keeps open between mails."""

    def __init__(self, server: SmtpServer, context: ssl.SSLContext | None = None) -> None:
        self._server = server
        self._context = context or ssl.create_default_context(cafile=server.ca_file)
        self._connection: smtplib.SMTP | None = None
        self._used_at = 0.0
        self._sent = 0
        self._amid_something = False
        self.patience = timedelta(seconds=server.dot_seconds)

    def begin(self, mail: Mail) -> SmtpDelivery:
        try:
            connection = self._opened_for(mail)
            self._step(connection.rcpt(mail.recipient), {250, 251}, about_this_mail=True)
            self._step(connection.docmd("DATA"), {354}, about_this_mail=True)
            connection.send(_dot_stuffed(mail.content))
        except (OSError, smtplib.SMTPException) as error:
            self._refuse(error, about_this_mail=False)
        return SmtpDelivery(self, connection, self._server.dot_seconds)

    def has_delivered(self, message_id: UUID) -> bool | None:  # noqa: ARG002  # the port's; here the answer is always the same
        """SMTP has no way to ask."""
        return None

    def close(self) -> None:
        if self._connection is not None:
            try:
                self._wait_at_most(self._connection, _QUIT_SECONDS)
                self._connection.quit()
            except (OSError, smtplib.SMTPException):
                self._connection.close()
        self._connection = None

    def keep(self) -> None:
        """The server took a mail over this connection, and may take the next."""
        self._used_at = time.monotonic()
        self._amid_something = False
        self._sent += 1
        if self._sent >= _MAILS_PER_CONNECTION:
            self.close()

    def _keep_unless_closing(self, code: int) -> None:
        """It refused something. Unless it is about to close (RFC 5321, 3.8), the next mail begins with a clean slate."""
        self._used_at, self._amid_something = time.monotonic(), True
        if code == _CLOSING:
            self.drop()

    def drop(self) -> None:
        """Leave a connection whose state we do not know."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _opened_for(self, mail: Mail) -> smtplib.SMTP:
        """A connection that took the sender. One that was closed at the far end meanwhile is replaced, once."""
        connection, is_old = self._ready()
        try:
            code, answer = connection.mail(mail.sender)
        except (smtplib.SMTPServerDisconnected, ConnectionError):
            code, answer = _CLOSING, b""
            if not is_old:
                raise
        if is_old and code == _CLOSING:
            self.drop()
            connection, _ = self._ready()
            code, answer = connection.mail(mail.sender)
        self._step((code, answer), {250}, about_this_mail=False)
        return connection

    def _step(self, answered: tuple[int, bytes], good: set[int], *, about_this_mail: bool) -> None:
        code, answer = answered
        if code in good:
            return
        if code > 0:
            self._keep_unless_closing(code)
        else:
            self.drop()
        raise Refused(Refusal(code if code > 0 else None, _words(answer), about_this_mail=about_this_mail))

    def _ready(self) -> tuple[smtplib.SMTP, bool]:
        """The open connection and True, or a new one and False."""
        idle = time.monotonic() - self._used_at
        if self._connection is not None and idle > _REUSE_SECONDS:
            self.close()
        if self._connection is not None:
            self._wait_at_most(self._connection, self._server.verb_seconds)
            if (idle <= _FRESH_SECONDS and not self._amid_something) or self._is_clean(self._connection):
                return self._connection, True
        self.drop()
        self._connection = self._connect()
        self._sent, self._amid_something = 0, False
        return self._connection, False

    def _is_clean(self, connection: smtplib.SMTP) -> bool:
        try:
            return connection.rset()[0] == 250
        except (OSError, smtplib.SMTPException):
            return False

    def _wait_at_most(self, connection: smtplib.SMTP, seconds: float) -> None:
        if connection.sock is not None:
            connection.sock.settimeout(seconds)

    def _connect(self) -> smtplib.SMTP:
        server = self._server
        name = socket.gethostname() if "." in socket.gethostname() else "localhost"
        connection: smtplib.SMTP = (
            smtplib.SMTP_SSL(server.host, server.port, name, timeout=server.verb_seconds, context=self._context)
            if server.tls
            else smtplib.SMTP(server.host, server.port, name, timeout=server.verb_seconds)
        )
        try:
            # The dot is a packet of its own: it must not wait until the other side has acknowledged the body (RFC 896).
            if connection.sock is not None:
                connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if server.starttls:
                # Raises when the server has no STARTTLS: a stripped offer must not send mail in the clear.
                connection.starttls(context=self._context)
            if server.user is not None:
                connection.login(server.user, server.password or "")
            connection.ehlo_or_helo_if_needed()
        except BaseException:
            connection.close()
            raise
        return connection

    def _refuse(self, error: Exception, *, about_this_mail: bool) -> NoReturn:
        self.drop()
        code = error.smtp_code if isinstance(error, smtplib.SMTPResponseException) and error.smtp_code > 0 else None
        answer = _words(error.smtp_error) if isinstance(error, smtplib.SMTPResponseException) else type(error).__name__
        raise Refused(Refusal(code, answer, about_this_mail=about_this_mail)) from error


def _dot_stuffed(content: bytes) -> bytes:
    """The body with a second dot before each line that begins with one (RFC 5321, 4.5.2), ending in CRLF."""
    stuffed = content.replace(b"\r\n.", b"\r\n..")
    if stuffed.startswith(b"."):
        stuffed = b"." + stuffed
    return stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n"


def _words(answer: bytes | str) -> str:
    """A server's words on one line, safe to keep and show."""
    text = answer.decode("utf-8", "replace") if isinstance(answer, bytes) else str(answer)
    return " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())[:_LONGEST_ANSWER]
