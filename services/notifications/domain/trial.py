"""Trial mode: a school tries the program while its parents get nothing.

Mail leaves only to the addresses that an administrator named; all other mail is kept, not sent, and seen.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from services.notifications.domain.addresses import UnusableAddress, deliverable, domain_of
from shared.errors import Invalid

_MOST = 50


@dataclass(frozen=True, slots=True)
class TrialMode:
    """`allowed`: addresses, or whole domains as `@school.nl`; in lower case."""

    school_id: UUID
    allowed: tuple[str, ...]
    since: datetime
    by_name: str

    def allows(self, address: str) -> bool:
        """Whether mail to this address may leave."""
        return address.lower() in self.allowed or f"@{domain_of(address)}" in self.allowed


def allow_list(typed: Sequence[str]) -> tuple[str, ...]:
    """What was typed, one address or @domain an entry. Raises Invalid for what is neither, or for too many."""
    entries = tuple(dict.fromkeys(each.strip().lower() for each in typed if each.strip()))
    if len(entries) > _MOST:
        raise Invalid({"allowed": ["Hoogstens 50 adressen."]})
    for entry in entries:
        try:
            deliverable(f"x{entry}" if entry.startswith("@") else entry)
        except UnusableAddress as error:
            raise Invalid({"allowed": ["Schrijf op elke regel één e-mailadres, of @ met een domein."]}) from error
    return entries
