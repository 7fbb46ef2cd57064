"""How a guardian comes in: by the link in their mail, and a code that is sent to the same address when they ask for it.

Following the link changes nothing and shows nothing: mail is forwarded, and scanners follow links.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import UUID

from services.cases.adapters.links import AskLink, EntryKey
from services.cases.domain.asks import (
    CODE_WORKS,
    OPEN_FOR,
    Ask,
    Entry,
    check_may_send,
    new_code,
    tidy_code,
    wrong_code,
)
from services.cases.domain.case import Guardian
from services.cases.domain.disclosure import gets_the_record
from services.cases.domain.sides import PARENT
from services.cases.persistence.unit_of_work import Work
from services.cases.service import CasesService
from shared.errors import Conflict, NotFound
from shared.ids import new_id
from shared.messaging.outbox import NewEvent
from shared.tenancy import Scope

_HOUR = timedelta(hours=1)


@dataclass(frozen=True)
class Door:
    """Where a link leads before a code was given: whose it is, and not to what."""

    ask: Ask
    guardian: Guardian

    @property
    def name(self) -> str:
        return self.guardian.name

    @property
    def language(self) -> str:
        return self.guardian.language

    @property
    def has_email(self) -> bool:
        return bool(self.guardian.email)

    def is_opened_by(self, entry: Entry) -> bool:
        """A code that went to an address that is theirs no more opens nothing, nor does what it had opened stay so."""
        return self.guardian.is_still_reached_as(entry.sent_at)


@dataclass(frozen=True)
class Visitor:
    """A guardian on their own page. What they do is kept in their name."""

    ask: Ask
    name: str
    language: str
    role: str = PARENT

    @property
    def user_id(self) -> UUID:
        return self.ask.guardian_id

    @property
    def scope(self) -> Scope:
        """One guardian of one school; the policies show them their own case and what of it is theirs."""
        return _scope(self.ask.school_id, self.ask.guardian_id)


def knock(service: CasesService, token: str) -> Door:
    """Raises NotFound for a link that is not ours, or of somebody who has no part in it any more, and Gone for an old one."""
    link = service.links.read(token)
    with service.work(_scope(link.school_id, link.guardian_id)) as work:
        return _door(work, link)


def send_code(service: CasesService, token: str) -> None:
    """To the address that is known now. Raises NotFound, Gone, TooManyAttempts, and Conflict without an address."""
    link, now = service.links.read(token), service.clock.now()
    with service.work(_scope(link.school_id, link.guardian_id)) as work:
        door = _door(work, link)
        door.ask.check_works(now)
        if not door.has_email:
            raise Conflict("Wij hebben geen e-mailadres van u. Bel uw ouderfunctionaris.")
        work.asks.lock_guardian(door.ask)
        check_may_send(work.asks.sent_since(door.ask, now - _HOUR), now)
        ask, code = door.ask, new_code()
        entry = Entry(ask.school_id, new_id(), ask.case_id, ask.guardian_id, ask.id, now, now + CODE_WORKS)
        work.asks.add_entry(entry, service.links.code_hash(entry.id, code))
        told = {"code_id": entry.id, "case_id": entry.case_id, "person_id": entry.guardian_id, "code": code}
        work.publish(NewEvent("cases.code.requested.v1", ask.school_id, told | {"expires_at": entry.expires_at}, now))


def enter(service: CasesService, token: str, typed: str) -> str:
    """The cookie that keeps the page open. Raises NotFound, Gone, and Invalid for a code that is wrong, old or guessed at."""
    link, now = service.links.read(token), service.clock.now()
    with service.work(_scope(link.school_id, link.guardian_id)) as work:
        door = _door(work, link)
        door.ask.check_works(now)
        # Committed with a wrong code too: the try counts.
        entry = _entered(service, work, door, tidy_code(typed))
        if entry is not None:
            work.asks.keep_open(entry, now + OPEN_FOR)
            work.asks.open(door.ask, now)
    if entry is None:
        raise wrong_code()
    return service.links.cookie(EntryKey(entry.school_id, entry.id, entry.guardian_id))


def visitor(service: CasesService, token: str, cookie: str | None) -> Visitor | None:
    """Who is inside, if this browser is. Raises NotFound for a link that is not ours, and Gone."""
    link, now = service.links.read(token), service.clock.now()
    key = _key(service, cookie)
    if key is None or (key.school_id, key.guardian_id) != (link.school_id, link.guardian_id):
        return None
    with service.work(_scope(link.school_id, link.guardian_id)) as work:
        door, entry = _door(work, link), work.asks.entry(key.school_id, key.entry_id)
        if entry is None or not entry.is_open(now) or not door.is_opened_by(entry):
            return None
        return Visitor(door.ask, door.name, door.language)


def leave(service: CasesService, who: Visitor, cookie: str | None) -> None:
    """Close the page for whoever comes after them at this screen."""
    key, now = _key(service, cookie), service.clock.now()
    if key is None:
        return
    with service.work(who.scope) as work:
        entry = work.asks.entry(key.school_id, key.entry_id)
        if entry is not None:
            work.asks.keep_open(replace(entry, open_until=now), now)


def _entered(service: CasesService, work: Work, door: Door, code: str) -> Entry | None:
    found = work.asks.try_code(door.ask)
    if found is None:
        return None
    entry, code_hash = found
    right = service.links.is_code(entry.id, code, code_hash)
    return entry if right and entry.takes_codes(service.clock.now()) and door.is_opened_by(entry) else None


def _door(work: Work, link: AskLink) -> Door:
    ask = work.asks.get(link.school_id, link.ask_id)
    guardian = work.cases.get(ask.case_id).guardian(link.guardian_id)
    if guardian is None or not gets_the_record(guardian):
        raise NotFound
    return Door(ask, guardian)


def _key(service: CasesService, cookie: str | None) -> EntryKey | None:
    try:
        return service.links.read_cookie(cookie) if cookie else None
    except NotFound:
        return None


def _scope(school_id: UUID, guardian_id: UUID) -> Scope:
    return Scope(frozenset({school_id}), "parents", guardian_id)
