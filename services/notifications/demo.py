"""The demo's past: its events tell of weeks ago, and the worker that hears of them today takes most of their mail for too late.

So, once everything has come in, that mail is written down as sent in its own time. Nothing of it leaves.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from services.notifications.config import Config
from services.notifications.domain.message import Filter, Message
from services.notifications.domain.people import Unreachable
from services.notifications.persistence.attempts import Closing
from services.notifications.persistence.past import redate
from services.notifications.persistence.unit_of_work import Work
from services.notifications.service import NotificationsService, build_for_worker
from services.notifications.usecases.desk import describe
from services.notifications.usecases.ports import Template
from shared.pagination import MAX_LIMIT, PageRequest
from shared.tenancy import NOBODY, Scope

_TOOK = timedelta(seconds=2)
_ANSWER = "250 demo"


class Past:
    """Under the worker's role, who may say that a mail was sent."""

    def __init__(self, config: Config, school_ids: Sequence[UUID]) -> None:
        self._service = build_for_worker(config)
        self._schools = school_ids

    def is_dealt_with(self) -> bool:
        """Nothing that was asked for waits to be sent any more."""
        with self._service.work(NOBODY) as work:
            _, first_due = work.queue.backlog()
        return first_due is None or first_due > self._service.clock.now()

    def write_down(self) -> None:
        """School by school, as the worker sees no more than one at a time."""
        for school_id in self._schools:
            with self._service.work(Scope.of_schools({school_id})) as work:
                templates = {name: version.template for name, version in work.templates.published().items()}
                found = work.messages.page(Filter(statuses=("expired", "sent")), PageRequest(MAX_LIMIT)).items
                for message in sorted((each.message for each in found), key=lambda each: each.created_at):
                    _write_down(self._service, work, message, templates[message.template])

    def close(self) -> None:
        self._service.database.dispose()


def _write_down(service: NotificationsService, work: Work, message: Message, template: Template) -> None:
    at = max(message.created_at, message.not_before or message.created_at) + _TOOK
    if message.status == "sent":
        message.sent_at = at
        redate(work.session, message, at)
        work.messages.save(message)
        return
    recipient = work.people.recipients([message], at).get(message.id)
    try:
        if recipient is None:
            return
        rendered = service.renderer.render(message, recipient, template, at)
    except Unreachable:
        return  # they are called or get letters
    message.status = "queued"
    message.claim()
    attempt = work.attempts.begin([message], "demo", at)[message.id]
    work.attempts.hand_over([attempt], at)
    work.attempts.close([Closing(attempt, "accepted", 250, _ANSWER)], at)
    work.messages.keep_copies([(message, rendered.copy)], at)
    describe(message, rendered, template)
    message.is_sent(at, _ANSWER)
    work.save(message, at)
