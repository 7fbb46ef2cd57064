"""Several mails on their way at once, each over a connection of its own, and one desk that writes down how they fare.

One writer renders ahead: that is all processor, and several at it would only keep each other and the desk waiting. When all
that was claimed is written it claims more, while the last of it is on its way. A lane takes what is written, hands the server
all of it but the dot, and asks the desk for leave. The desk commits what all lanes have come to since it last did:
`handing_over` of some mails, `sent` of others. While it does, the writer and the lanes go on; so the more there is to do, the
more one commit serves. A lane's next mail gets leave no sooner than the answer to the one before it is committed, so that a
worker that dies leaves at most one mail a lane of which nobody can know.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from uuid import UUID

import structlog

from services.notifications.domain.retries import Refusal
from services.notifications.usecases.desk import Desk
from services.notifications.usecases.outgoing import Note, NotTaken, Outgoing, Ready, Sent, Unanswered, Unbegun
from services.notifications.usecases.ports import Mailer, NoAnswer, Refused, Rendered, Renderer
from shared.clock import Clock
from shared.errors import Unavailable

# More mails a commit for it; on the way of one mail it is nothing.
_GATHER_SECONDS = 0.02
_INSIST_SECONDS = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0)

_log = structlog.get_logger(__name__)

More = Callable[[], Sequence[Outgoing]]


def no_more() -> Sequence[Outgoing]:
    """Only what is in hand."""
    return ()


@dataclass(frozen=True, slots=True)
class _Written:
    """A mail in words; or why there is none."""

    outgoing: Outgoing
    rendered: Rendered | Refusal


@dataclass(frozen=True, kw_only=True)
class Lanes:
    """One for each mailer. `sleep` is for tests."""

    mailers: Sequence[Mailer]
    renderer: Renderer
    desk: Desk
    clock: Clock
    sleep: Callable[[float], object]

    def send(self, outgoing: Sequence[Outgoing], stopping: Callable[[], bool], more: More = no_more) -> None:
        """All of it, and then what `more` gives until that is nothing; unless something ends it before.

        There are no more lanes than there are mails at first. Raises Unavailable when the database is away.
        """
        _Round(self, outgoing, stopping, more).run()


class _Round:
    """From the first mail in hand until none is left."""

    def __init__(self, lanes: Lanes, outgoing: Sequence[Outgoing], stopping: Callable[[], bool], more: More) -> None:
        self._lanes = lanes
        self._mailers = lanes.mailers[: len(outgoing)]
        self._waiting = deque(outgoing)
        self._stopping = stopping
        self._more = more
        # As many mails lie ready as there are lanes; then the writer waits.
        self._room = threading.Semaphore(len(self._mailers))
        self._ready: SimpleQueue[_Written | None] = SimpleQueue()
        self._told: SimpleQueue[Note | None] = SimpleQueue()
        self._unsent: list[Outgoing] = []
        self._away: Refusal | None = None
        self._failure: BaseException | None = None

    def run(self) -> None:
        self._start()
        at_work = len(self._mailers)
        while at_work:
            told = self._gathered(at_work)
            at_work -= told.count(None)
            self._settle([note for note in told if note is not None])
        if self._failure is not None:
            raise self._failure
        self._settle([self._left(each) for each in (*self._unsent, *self._waiting)])

    def _start(self) -> None:
        threading.Thread(target=self._writer, name="mail-writer", daemon=True).start()
        for mailer in self._mailers:
            threading.Thread(target=self._lane, args=(mailer,), name="mail-lane", daemon=True).start()

    def _gathered(self, at_work: int) -> list[Note | None]:
        """What was told by now, at least one thing; and what comes within a moment, unless every lane waits already."""
        found = [self._told.get()]
        until = time.monotonic() + _GATHER_SECONDS
        while sum(note is None or isinstance(note, Ready) for note in found) < at_work:
            try:
                found.append(self._told.get(timeout=max(until - time.monotonic(), 0)))
            except Empty:
                break
        return found

    def _left(self, outgoing: Outgoing) -> Note:
        """Of a server that is away the others would each wait for the same time-out; what was not begun goes back."""
        return NotTaken(outgoing, self._away) if self._away is not None else Unbegun(outgoing)

    def _is_over(self) -> bool:
        return self._away is not None or self._failure is not None or self._stopping()

    # In the writer's thread.

    def _writer(self) -> None:
        try:
            while not self._is_over() and self._has_some():
                self._room.acquire()
                outgoing = self._waiting.popleft()
                self._ready.put(_Written(outgoing, self._rendered(outgoing)))
        except BaseException as error:
            self._failure = self._failure or error
        finally:
            for _ in self._mailers:
                self._ready.put(None)

    def _has_some(self) -> bool:
        if not self._waiting:
            self._waiting.extend(self._more())
        return bool(self._waiting)

    def _rendered(self, outgoing: Outgoing) -> Rendered | Refusal:
        try:
            now = self._lanes.clock.now()
            return self._lanes.renderer.render(outgoing.message, outgoing.recipient, outgoing.template, now)
        except Exception as error:  # a mail that cannot be written must not stop the others
            _log.error("mail not written", message_id=str(outgoing.message.id), error=type(error).__name__)
            return Refusal(None, f"not written: {type(error).__name__}", about_this_mail=True)

    # In the lane's own thread.

    def _lane(self, mailer: Mailer) -> None:
        try:
            while (written := self._ready.get()) is not None:
                self._room.release()
                if self._is_over():
                    self._unsent.append(written.outgoing)
                else:
                    self._told.put(self._sent(mailer, written))
        except BaseException as error:
            # Whatever it is, the round must hear of it, or it would wait for this lane for ever; and the writer for room.
            self._failure = self._failure or error
            self._room.release()
        finally:
            self._told.put(None)

    def _sent(self, mailer: Mailer, written: _Written) -> Note:
        outgoing, mail = written.outgoing, written.rendered
        if isinstance(mail, Refusal):
            return NotTaken(outgoing, mail)
        if self._lanes.clock.now() >= outgoing.leased_until:
            return Unbegun(outgoing)
        try:
            delivery = mailer.begin(mail.mail)
            ready = Ready(outgoing, mail)
            self._told.put(ready)
            if not ready.leave.result():
                delivery.abandon()
                return Unbegun(outgoing)
            return Sent(outgoing, delivery.hand_over())
        except Refused as error:
            if error.refusal.server_is_away:
                self._away = error.refusal
            return NotTaken(outgoing, error.refusal)
        except NoAnswer as error:
            return Unanswered(outgoing, str(error))

    # At the desk, in the thread of the one who called.

    def _settle(self, notes: Sequence[Note]) -> None:
        if not notes:
            return
        ready = [note for note in notes if isinstance(note, Ready)]
        granted: set[UUID] = set()
        try:
            granted = self._written(notes)
        except Unavailable as error:
            # No dot without its commit; and what the servers said already, only this worker knows.
            _give_leave(ready, granted)
            if not self._insists([note for note in notes if not isinstance(note, Ready)]) or ready:
                self._failure = self._failure or error
        finally:
            _give_leave(ready, granted)

    def _written(self, notes: Sequence[Note]) -> set[UUID]:
        """One that cannot be written must not take the others with it. Raises Unavailable."""
        try:
            return self._lanes.desk.write(notes)
        except Unavailable:
            raise
        except Exception as error:
            if len(notes) > 1:
                return set().union(*(self._written([note]) for note in notes))
            _log.error("mail not recorded", message_id=str(notes[0].outgoing.message.id), exc_info=error)
            return set()

    def _insists(self, notes: Sequence[Note]) -> bool:
        """It does not give up at a database that is away for a moment. False when it was away for longer."""
        for pause in _INSIST_SECONDS if notes else ():
            self._lanes.sleep(pause)
            try:
                self._written(notes)
            except Unavailable:
                continue
            return True
        if notes:
            # Whoever takes them up after the lease goes by what their kinds say of the uncertain.
            _log.error("answers not recorded", messages=len(notes))
        return not notes


def _give_leave(ready: Sequence[Ready], granted: set[UUID]) -> None:
    for note in ready:
        if not note.leave.done():
            note.leave.set_result(note.outgoing.message.id in granted)
