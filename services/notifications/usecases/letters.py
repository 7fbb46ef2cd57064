"""Dead letters and suppressions: what went wrong for good, and setting it right again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.notifications.domain.addresses import masked
from services.notifications.domain.people import ALLIANCE
from services.notifications.persistence.suppressions import SuppressionRow
from services.notifications.persistence.unit_of_work import Work
from services.notifications.service import NotificationsService
from shared.errors import NotFound
from shared.messaging.parking import DeadLetter
from shared.pagination import MAX_LIMIT, Page, PageRequest
from shared.tenancy import Principal


@dataclass(frozen=True)
class Suppression:
    """An address that gets no mail, as this reader may see it."""

    row: SuppressionRow
    address: str


def list_dead_letters(service: NotificationsService, who: Principal, page: PageRequest) -> Page[DeadLetter]:
    """Events that this service gave up on, newest first."""
    with service.work(who.scope) as work:
        return work.letters.page(page)


def replay(service: NotificationsService, who: Principal, letter_id: UUID) -> None:
    """Try it again from the start; the worker does. Raises NotFound."""
    with service.work(who.scope) as work:
        if not _replay(work, who, letter_id, service.clock.now()):
            raise NotFound


def replay_all(service: NotificationsService, who: Principal) -> int:
    """Try all that this person may see again, 200 at most at a time; how many."""
    now = service.clock.now()
    with service.work(who.scope) as work:
        found = work.letters.page(PageRequest(MAX_LIMIT)).items
        return sum(_replay(work, who, letter.id, now) for letter in found)


def replay_some(service: NotificationsService, who: Principal, letter_ids: Sequence[UUID]) -> int:
    """Try these again, as far as this person may see them; how many."""
    now = service.clock.now()
    with service.work(who.scope) as work:
        return sum(_replay(work, who, letter_id, now) for letter_id in letter_ids[:MAX_LIMIT])


def list_suppressions(service: NotificationsService, who: Principal, page: PageRequest) -> Page[Suppression]:
    """Addresses that mail came back from, newest first; for an administrator those that mail of no one school went to."""
    with service.work(who.scope) as work:
        return work.suppressions.page(page).map(lambda row: _shown(who, row))


def lift(service: NotificationsService, who: Principal, suppression_id: UUID) -> None:
    """Write to the address again. Raises NotFound."""
    with service.work(who.scope) as work:
        school_id = work.suppressions.lift(suppression_id)
        if school_id is None:
            raise NotFound
        work.audit.note(who, school_id, "address.lifted", suppression_id, service.clock.now())


def _replay(work: Work, who: Principal, letter_id: UUID, now: datetime) -> bool:
    found = work.letters.replay(letter_id, now)
    if found is None:
        return False
    work.audit.note(who, found.school_id or ALLIANCE, "event.replayed", letter_id, now, type=found.type)
    return True


def _shown(who: Principal, row: SuppressionRow) -> Suppression:
    return Suppression(row, row.address if who.role in ("liaison", "administrator") else masked(row.address))
