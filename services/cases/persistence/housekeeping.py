"""Forgetting what is over: ended sessions, old guesses at passwords, revocations that no token can meet, kept answers."""

from __future__ import annotations

from datetime import datetime, timedelta

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.cases.domain.throttling import FORGOTTEN_AFTER
from services.cases.persistence.tables import login_failures, sessions
from shared.kept_answers import forget_old_answers
from shared.revocations import forget_expired

# The policy of `sessions` shows the worker nothing younger.
_SESSIONS_KEPT = timedelta(days=30)


def forget(session: Session, now: datetime) -> None:
    """In one transaction, as the worker."""
    forget_expired(session, now)
    session.execute(sa.delete(login_failures).where(login_failures.c.last_at < now - FORGOTTEN_AFTER))
    session.execute(sa.delete(sessions).where(sessions.c.expires_at < now - _SESSIONS_KEPT))
    forget_old_answers(session, now)
