"""Guesses at passwords and codes, counted before they are tried: a thousand at once are a thousand."""

from __future__ import annotations

import hashlib
import hmac

from services.cases.domain.throttling import seconds_blocked
from services.cases.persistence.unit_of_work import Work
from services.cases.service import CasesService
from shared.errors import TooManyAttempts
from shared.tenancy import NOBODY

Subjects = dict[str, bytes]


def subjects_of(service: CasesService, email: str, network_address: str) -> Subjects:
    """Keyed hashes: the table of failures names nobody, and holds what was typed whether or not there is such an account."""
    key = service.config.secret_key.encode()
    subjects = {"account": email.lower(), "network": network_address}
    return {kind: hmac.new(key, f"{kind} {text}".encode(), hashlib.sha256).digest() for kind, text in subjects.items()}


def count(service: CasesService, work: Work, subjects: Subjects) -> None:
    """One more wrong one, until it turns out right. Raises TooManyAttempts."""
    now = service.clock.now()
    if wait := seconds_blocked(work.accounts.failures(subjects), now):
        raise TooManyAttempts(wait)
    work.accounts.count_failure(subjects, now)


def counted(service: CasesService, email: str, network_address: str) -> Subjects:
    """The same in a transaction of its own, which stays when what follows is refused."""
    subjects = subjects_of(service, email, network_address)
    with service.work(NOBODY) as work:
        count(service, work, subjects)
    return subjects


def forgive(work: Work, subjects: Subjects) -> None:
    """It was right after all."""
    work.accounts.forgive(subjects)
