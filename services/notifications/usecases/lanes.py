"""Several mails on their way at once, each over a connection of its own, and one desk that writes down how they fare.

A lane renders a mail, hands the server all of it but the dot, and asks the desk for leave. The desk commits what all lanes
have come to since it last did: `handing_over` of some mails, `sent` of others. While it does, the lanes go on; so the more
there is to do, the more one commit serves. A lane's next mail gets leave no sooner than the answer to the one before it is
committed, so that a worker that dies leaves at most one mail a lane of which nobody can know.
"""

from __future__ import annotations

import threading
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

_INSIST_SECONDS = (0.1, 0.5, 1.0, 2.0, 5.0, 10.0)

_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class _Ended:
    """A lane has nothing more to do; `error` when it broke."""

    error: BaseException | None = None


@dataclass(frozen=True, kw_only=True)
class Lanes:
    """One for each mailer. `sleep` is for tests."""

    mailers: Sequence[Mailer]
    renderer: Renderer
    desk: Desk
    clock: Clock
    sleep: Callable[[float], object]

    def send(self, outgoing: Sequence[Outgoing], stopping: Callable[[], bool]) -> None:
        """All of it, unless something ends it before. Raises Unavailable when the database is away."""
        _Round(self, outgoing, stopping).run()


class _Round:
    """One batch on its way."""

    def __init__(self, lanes: Lanes, outgoing: Sequence[Outgoing], stopping: Callable[[], bool]) -> None:
        self._lanes = lanes
        self._waiting = deque(outgoing)
        self._stopping = stopping
        self._told: SimpleQueue[Note | _Ended] = SimpleQueue()
        self._away: Refusal | None = None
        self._failure: BaseException | None = None

    def run(self) -> None:
        open_lanes = self._start()
        while open_lanes:
            told = self._drained()
            ended = [each for each in told if isinstance(each, _Ended)]
            self._failure = self._failure or next((each.error for each in ended if each.error is not None), None)
            open_lanes -= len(ended)
            self._settle([each for each in told if not isinstance(each, _Ended)])
        if self._failure is not None:
            raise self._failure
        self._settle([self._left(each) for each in self._waiting])

    def _start(self) -> int:
        mailers = self._lanes.mailers[: len(self._waiting)]
        for mailer in mailers:
            threading.Thread(target=self._lane, args=(mailer,), name="mail-lane", daemon=True).start()
        return len(mailers)

    def _drained(self) -> list[Note | _Ended]:
        """All that was told by now; at least one thing."""
        found = [self._told.get()]
        while True:
            try:
                found.append(self._told.get_nowait())
            except Empty:
                return found

    def _left(self, outgoing: Outgoing) -> Note:
        """Of a server that is away the others would each wait for the same time-out; what was not begun goes back."""
        return NotTaken(outgoing, self._away) if self._away is not None else Unbegun(outgoing)

    # In the lane's own thread.

    def _lane(self, mailer: Mailer) -> None:
        try:
            while (outgoing := self._next()) is not None:
                self._told.put(self._sent(mailer, outgoing))
        except BaseException as error:
            # Whatever it is, the round must hear of it, or it would wait for this lane for ever.
            self._told.put(_Ended(error))
        else:
            self._told.put(_Ended())

    def _next(self) -> Outgoing | None:
        if self._away is not None or self._failure is not None or self._stopping():
            return None
        try:
            return self._waiting.popleft()
        except IndexError:
            return None

    def _sent(self, mailer: Mailer, outgoing: Outgoing) -> Note:
        if self._lanes.clock.now() >= outgoing.leased_until:
            return Unbegun(outgoing)
        try:
            rendered = self._rendered(outgoing)
            delivery = mailer.begin(rendered.mail)
            ready = Ready(outgoing, rendered)
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

    def _rendered(self, outgoing: Outgoing) -> Rendered:
        try:
            now = self._lanes.clock.now()
            return self._lanes.renderer.render(outgoing.message, outgoing.recipient, outgoing.template, now)
        except Exception as error:  # a mail that cannot be written must not stop the others
            _log.error("mail not written", message_id=str(outgoing.message.id), error=type(error).__name__)
            refusal = Refusal(None, f"not written: {type(error).__name__}", about_this_mail=True)
            raise Refused(refusal) from error

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
