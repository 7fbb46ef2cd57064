"""Once on a working morning each member of staff is told how much waits for them, if anything does."""

from __future__ import annotations

from datetime import date, datetime

from services.cases.domain.digest import counted, morning_of
from services.cases.persistence import digests
from services.cases.persistence.digests import Colleague
from services.cases.persistence.unit_of_work import Work
from services.cases.usecases.my_work import gather
from shared.clock import Clock
from shared.database import Database
from shared.messaging.outbox import NewEvent
from shared.tenancy import Scope, audience_of


def tell_due(database: Database, clock: Clock) -> int:
    """In the worker: everybody whose overview is due, each in a transaction of their own; gives how many were told."""
    now = clock.now()
    day = morning_of(now)
    if day is None:
        return 0
    with database.transaction(Scope(audience="system")) as session:
        schools = digests.school_ids(session)
    with database.transaction(Scope.of_schools(schools)) as session:
        colleagues = digests.still_to_tell(session, schools, day)
    return sum(_tell(database, each, day, now) for each in colleagues)


def _tell(database: Database, colleague: Colleague, day: date, now: datetime) -> bool:
    """With their own eyes: what they may not read does not count. Told of nothing is not told, and not asked again that day."""
    scope = Scope(colleague.school_ids, audience_of(colleague.role), colleague.user_id)
    school_id = min(colleague.school_ids)
    with database.transaction(scope) as session:
        work = Work.on(session, scope)
        if not digests.take(session, school_id, colleague.user_id, day):
            return False
        counts = counted(gather(work, colleague, now, day).todos)
        if counts.anything:
            told = {"person_id": colleague.user_id, "on": day, **vars(counts)}
            work.publish(NewEvent("cases.digest.due.v1", school_id, told, now))
        return counts.anything
