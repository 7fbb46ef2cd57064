"""Sending what is due. The row is the truth; a wake-up only says "look".

1. Claim, in one transaction: rows that are due, SKIP LOCKED, leased, an attempt opened for each.
2. Render, and hand the server all of the mail but the final dot. No transaction is open meanwhile: a slow server must
   not hold locks and connections of the database.
3. Commit `handing_over`. From here on the mail may arrive.
4. Send the dot; commit the server's answer.

Several mails go through 2 and 4 at once, and share the commits of 3 and 4 (`lanes`, `desk`).

A worker that dies before 3 has sent nothing: when the lease is over the mail is claimed anew. One that dies between 3
and 4 leaves a mail that nobody can know of (RFC 1047). Where the mailer can tell (files), it is asked; else the kind of
mail decides: again under the same Message-ID, or a person. An attempt that was closed (lease over, superseded) can
no longer commit 3: that fences a worker that was merely slow.

Weak spot: a server that takes a mail and answers only after the lease and `patience` have passed may get it twice.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from services.notifications.domain.kinds import WhenUncertain
from services.notifications.domain.limits import NO_LIMITS, Limits
from services.notifications.domain.message import Message
from services.notifications.domain.timing import AT_ANY_HOUR, Timing
from services.notifications.persistence.unit_of_work import work
from services.notifications.usecases.claiming import Claim, Rules
from services.notifications.usecases.desk import Desk
from services.notifications.usecases.lanes import Lanes, More, no_more
from services.notifications.usecases.outgoing import Outgoing
from services.notifications.usecases.ports import Mailer, Renderer
from shared.clock import Clock
from shared.database import Database
from shared.tenancy import NOBODY, Scope


@dataclass(frozen=True, kw_only=True)
class Dispatcher:
    """One worker's hands: as many mails at once as it has mailers, all of one kind.

    `when_uncertain` overrides what a kind of mail says; `sleep` and `chance` are for tests.
    """

    database: Database
    clock: Clock
    renderer: Renderer
    mailers: Sequence[Mailer]
    worker: str
    sleep: Callable[[float], object]
    lease: timedelta = timedelta(seconds=30)
    batch: int = 128
    limits: Limits = NO_LIMITS
    timing: Timing = AT_ANY_HOUR
    when_uncertain: Mapping[str, WhenUncertain] = field(default_factory=dict)
    chance: Callable[[], float] = random.random

    def run(self, stopping: Callable[[], bool] = lambda: False) -> int:
        """Send what is due, batch after batch until nothing is; how many rows were found due at first. Raises Unavailable.

        A batch is claimed while the last mails of the one before are on their way. Once `stopping`, what has not been begun
        goes back into the queue: another worker need not wait for its lease.
        """
        return self._run(stopping, self._next)

    def run_once(self, stopping: Callable[[], bool] = lambda: False) -> int:
        """As `run`, but one batch."""
        return self._run(stopping, no_more)

    def claim(self) -> tuple[int, list[Outgoing]]:
        """How many were due, and those of them that are to be sent now. Raises Unavailable."""
        now = self.clock.now()
        while self._is_more_lined_up(now):
            pass
        with work(self.database, NOBODY) as opened:
            keys = opened.queue.take(now + self.lease, self.batch)
            if not keys:
                return 0, []
            seeing = opened.narrowed_to(Scope.of_schools({school_id for school_id, _ in keys}))
            return len(keys), Claim(self._rules(), seeing, now).take_up(keys)

    def _run(self, stopping: Callable[[], bool], more: More) -> int:
        found, outgoing = self.claim()
        if outgoing:
            self.send(outgoing, stopping, more if len(outgoing) >= len(self.mailers) else no_more)
        return found

    def _next(self) -> Sequence[Outgoing]:
        """The next mails to send. Of a batch that is all put off there are none; the next run comes to what is behind it."""
        return self.claim()[1]

    def send(
        self,
        outgoing: Sequence[Outgoing],
        stopping: Callable[[], bool] = lambda: False,
        more: More = no_more,
    ) -> None:
        """These mails on their way, and what `more` gives after them. Raises Unavailable when the database is away."""
        desk = Desk(
            database=self.database,
            clock=self.clock,
            in_doubt=self.mailers[0].patience + self.lease,
            decides=self.decides,
            chance=self.chance,
        )
        lanes = Lanes(mailers=self.mailers, renderer=self.renderer, desk=desk, clock=self.clock, sleep=self.sleep)
        lanes.send(outgoing, stopping, more)

    def decides(self, message: Message) -> WhenUncertain:
        return self.when_uncertain.get(message.template, message.kind.when_uncertain)

    def close(self) -> None:
        """Part politely from the mail server."""
        for mailer in self.mailers:
            mailer.close()

    def _is_more_lined_up(self, now: datetime) -> bool:
        """All that is due gets its turn before anything is taken: else those who are lined up first would go first."""
        with work(self.database, NOBODY) as opened:
            return opened.queue.line_up(now)

    def _rules(self) -> Rules:
        return Rules(
            worker=self.worker,
            lease=self.lease,
            limits=self.limits,
            timing=self.timing,
            decides=self.decides,
            has_delivered=self.mailers[0].has_delivered,
            language_for=self.renderer.language_for,
        )
