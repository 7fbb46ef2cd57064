"""Somebody at work in one transaction. Whatever they read, change and tell is kept in their name."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol
from uuid import UUID

from services.cases.domain.case import Case, Guardian
from services.cases.domain.permissions import basis_of
from services.cases.domain.readers import SHARED
from services.cases.domain.sides import PARENT, Said
from services.cases.persistence.history import Access, Happening
from services.cases.persistence.unit_of_work import Work
from services.cases.service import CasesService
from shared.clock import today
from shared.messaging.outbox import NewEvent
from shared.tenancy import Scope


class Person(Protocol):
    """Who acts: a member of staff who is logged in, or a parent on their own page."""

    @property
    def user_id(self) -> UUID: ...
    @property
    def name(self) -> str: ...
    @property
    def role(self) -> str: ...
    @property
    def scope(self) -> Scope: ...


@dataclass(frozen=True)
class Acting:
    """`now` is the same all through, so that one act has one moment."""

    work: Work
    who: Person
    now: datetime
    today: date

    def log(self, case: Case, action: str, what: str, readers: Iterable[str] = SHARED) -> None:
        """Into the access log: they read, created or changed something. `readers`, where that itself would tell too much."""
        self.work.history.log(case.school_id, case.id, self._access(action, what, readers))

    def log_reads(self, cases: Mapping[UUID, UUID], what: str) -> None:
        """Into the access logs of several cases at once; `cases`: the school of each."""
        self.work.history.log_all([(school_id, case_id, self._access("read", what)) for case_id, school_id in cases.items()])

    def _access(self, action: str, what: str, readers: Iterable[str] = SHARED) -> Access:
        return Access(
            at=self.now,
            user_id=self.who.user_id,
            user_name=self.who.name,
            role=self.who.role,
            action=action,
            what=what,
            basis=basis_of(self.who.role, in_emergency=self.who.scope.case_id is not None),
            readers=tuple(readers),
        )

    @property
    def guardian_id(self) -> UUID | None:
        """The parent who acts on their own page; None when staff act."""
        return self.who.user_id if self.who.role == PARENT else None

    def said(self, by: str, note: str | None) -> Said:
        """Their words for a side; a parent's own are kept as that parent's."""
        return Said(by, self.who.name, note, self.guardian_id)

    def note(self, case: Case, kind: str, *, about: UUID | None = None, readers: Iterable[str] = SHARED, **data: Any) -> None:
        """Onto the timeline: they did something; `data` says more of it."""
        happening = Happening(
            at=self.now,
            kind=kind,
            actor_id=self.who.user_id,
            actor_name=self.who.name,
            about_id=about,
            data=data,
            readers=tuple(readers),
        )
        self.work.history.note(case.school_id, case.id, happening)

    def tell_case(self, what: str, case: Case) -> None:
        """`opened` or `changed`: the case as the other services need to know it, without child and reason."""
        told = {
            "case_id": case.id,
            "school_id": case.school_id,
            "reference": case.reference,
            "kind": case.kind,
            "phase": case.phase,
            "liaison_id": case.assigned_to,
            "guardian_ids": [guardian.id for guardian in case.guardians],
            "planned_end_on": case.planned_end_on,
        }
        self.work.publish(NewEvent(f"cases.case.{what}.v1", case.school_id, told, self.now))

    def tell_persons(self, what: str, *guardians: Guardian) -> None:
        """`registered` or `changed`: contact details travel in these events and nowhere else.

        Of an address the postcode's four digits alone, by which scheduling reckons travel; of a secret one nothing.
        """
        areas = self.work.cases.postcode_areas([each.id for each in guardians])
        events = [
            NewEvent(
                f"cases.person.{what}.v1",
                each.school_id,
                {"person_id": each.id, "case_id": each.case_id, "postcode_area": areas.get(each.id), **each.contact},
                self.now,
            )
            for each in guardians
        ]
        self.work.publish(*events)


@contextmanager
def acting(service: CasesService, who: Person) -> Iterator[Acting]:
    """One transaction of somebody."""
    with service.work(who.scope) as work:
        yield Acting(work, who, service.clock.now(), today(service.clock))
