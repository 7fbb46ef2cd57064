"""One transaction, with what can be found and written in it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from uuid import UUID

from sqlalchemy.orm import Session

from services.cases.persistence.accounts import Accounts
from services.cases.persistence.agreements import Partnership
from services.cases.persistence.alliances import Alliances
from services.cases.persistence.asks import Asks
from services.cases.persistence.audit import Audit
from services.cases.persistence.cases import Cases
from services.cases.persistence.charge import Charge
from services.cases.persistence.circle import Circle
from services.cases.persistence.consents import Consents
from services.cases.persistence.efforts import Efforts
from services.cases.persistence.emergencies import Emergencies
from services.cases.persistence.erasures import Erasures
from services.cases.persistence.figures import CaseFigures
from services.cases.persistence.history import History
from services.cases.persistence.holds import Holds
from services.cases.persistence.invitations import Invitations
from services.cases.persistence.life import Life
from services.cases.persistence.planning import Planning
from services.cases.persistence.purges import Purges
from services.cases.persistence.recovery_codes import RecoveryCodeHashes
from services.cases.persistence.reports import Reports
from services.cases.persistence.satisfaction import SatisfactionAnswers
from services.cases.persistence.searching import Searching
from services.cases.persistence.staff import Staff
from services.cases.persistence.teams import Teams
from services.cases.persistence.texts import Texts
from shared.database import Database, set_scope
from shared.messaging import outbox
from shared.messaging.outbox import NewEvent
from shared.tenancy import Audience, Scope


@dataclass(frozen=True)
class Work:
    """An open transaction. Events are told with the change, or not at all."""

    session: Session
    scope: Scope
    accounts: Accounts
    staff: Staff
    cases: Cases
    texts: Texts
    history: History
    planning: Planning
    partnership: Partnership
    efforts: Efforts
    consents: Consents
    erasures: Erasures
    asks: Asks
    reports: Reports
    life: Life
    alliances: Alliances
    audit: Audit
    invitations: Invitations
    teams: Teams
    recovery_codes: RecoveryCodeHashes
    charge: Charge
    circle: Circle
    satisfaction: SatisfactionAnswers
    searching: Searching
    emergencies: Emergencies
    figures: CaseFigures
    holds: Holds
    purges: Purges

    @classmethod
    def on(cls, session: Session, scope: Scope) -> Work:
        """On a transaction that is open already, as a consumer's is."""
        return cls(
            session,
            scope,
            Accounts(session),
            Staff(session),
            Cases(session, scope.schools),
            Texts(session),
            History(session),
            Planning(session),
            Partnership(session, scope.schools),
            Efforts(session),
            Consents(session),
            Erasures(session),
            Asks(session),
            Reports(session, scope.schools),
            Life(session),
            Alliances(session),
            Audit(session, scope.actor_id),
            Invitations(session),
            Teams(session),
            RecoveryCodeHashes(session),
            Charge(session),
            Circle(session),
            SatisfactionAnswers(session),
            Searching(session, scope.schools),
            Emergencies(session),
            CaseFigures(session),
            Holds(session),
            Purges(session),
        )

    def at_schools(self, school_ids: Iterable[UUID], audience: Audience | None = None) -> Work:
        """The same transaction, now at these schools: for an administrator, whose login names none."""
        scope = replace(self.scope, schools=frozenset(school_ids), audience=audience or self.scope.audience)
        set_scope(self.session, scope)
        return Work.on(self.session, scope)

    def in_case(self, scope: Scope, school_id: UUID, case_id: UUID) -> Work:
        """The same transaction, now in the name of `scope` and walled into this one case of this one school, to read it."""
        scope = replace(scope, schools=frozenset({school_id}), case_id=case_id)
        set_scope(self.session, scope)
        return Work.on(self.session, scope)

    def as_user(self, user_id: UUID) -> Work:
        """The same transaction, now as this user and nothing more.

        For what an administrator, who was shown the user, does to their account: the database shows that to its owner alone.
        """
        scope = Scope(actor_id=user_id)
        set_scope(self.session, scope)
        return Work.on(self.session, scope)

    def publish(self, *events: NewEvent) -> None:
        """Write what was changed, and tell of it."""
        self.session.flush()
        outbox.publish(self.session, *events)


@contextmanager
def work(database: Database, scope: Scope) -> Iterator[Work]:
    """Committed at the end, rolled back on any exception."""
    with database.transaction(scope) as session:
        yield Work.on(session, scope)
