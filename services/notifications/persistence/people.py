"""The projections of what `cases` tells: schools, guardians and staff."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.notifications.domain.message import Message
from services.notifications.domain.people import ALLIANCE, Colleague, Guardian, Recipient
from services.notifications.persistence.desk_tables import contacts
from services.notifications.persistence.keys import among
from services.notifications.persistence.settings import Settings
from services.notifications.persistence.tables import answers, colleagues, people, schools, staff, suppressions
from shared.clock import AMSTERDAM

_GUARDIAN = (
    "case_id", "first_name", "last_name", "language", "email", "phone", "channel", "interpreter_needed",
)  # fmt: skip
_STAFF = ("name", "first_name", "role", "email", "phone", "valid_from", "valid_until")


class People:
    """Who there is, as of the newest event."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def keep_school(self, school_id: UUID, name: str) -> None:
        self._upsert(schools, {"school_id": school_id}, {"name": name})

    def all_schools(self) -> list[UUID]:
        """Of the whole alliance; only the worker sees them all."""
        return list(self._session.execute(sa.select(schools.c.school_id).order_by(schools.c.school_id)).scalars())

    def keep_guardian(self, school_id: UUID, data: Mapping[str, Any]) -> None:
        key = {"school_id": school_id, "person_id": data["person_id"]}
        self._upsert(people, key, {name: data[name] for name in _GUARDIAN})

    def keep_staff(self, school_id: UUID, data: Mapping[str, Any]) -> None:
        key = {"school_id": school_id, "person_id": data["person_id"]}
        self._upsert(staff, key, {name: data[name] for name in _STAFF})
        self.keep_colleague(data["person_id"], data["name"], data["email"], data["role"])

    def keep_colleague(
        self, person_id: UUID, name: str, email: str | None, role: str | None = None, *, active: bool = True
    ) -> None:
        """How somebody is reached, at whatever school."""
        known = {"full_name": name, "email": email, "active": active} | ({"role": role} if role else {})
        self._upsert(colleagues, {"person_id": person_id}, known)

    def release_staff(self, school_id: UUID, person_id: UUID, until: date) -> None:
        statement = sa.update(staff).where(staff.c.school_id == school_id, staff.c.person_id == person_id)
        self._session.execute(statement.values(valid_until=until))

    def recipients(self, messages: Sequence[Message], now: datetime) -> dict[UUID, Recipient]:
        """By message: whom it is for and where they read it, as far as they are known here."""
        keys: dict[str, list[tuple[UUID, UUID]]] = {"guardian": [], "staff": []}
        for each in messages:
            keys[each.kind.to].append((each.school_id, each.person_id))
        found: dict[tuple[UUID, UUID], Guardian | Colleague] = dict(self.guardians(keys["guardian"]))
        found |= self._colleagues(keys["staff"], now.astimezone(AMSTERDAM).date())
        # A school that tries the program writes to nobody but whom its list names.
        trials = Settings(self._session).trial_modes({school_id for school_id, _ in found})
        known = {key: replace(each, trial=trials.get(each.school_id)) for key, each in found.items()}
        of_known = [each for each in messages if (each.school_id, each.person_id) in known]
        return {each.id: _addressed(each, known[each.school_id, each.person_id]) for each in of_known}

    def _colleagues(self, keys: Sequence[tuple[UUID, UUID]], today: date) -> dict[tuple[UUID, UUID], Colleague]:
        if not keys:
            return {}
        wanted = sa.values(sa.column("school_id", sa.Uuid), sa.column("person_id", sa.Uuid), name="wanted").data(list(keys))
        here = sa.and_(staff.c.school_id == wanted.c.school_id, staff.c.person_id == wanted.c.person_id)
        works_here = sa.and_(staff.c.person_id.is_not(None), sa.func.coalesce(staff.c.valid_until, today) >= today)
        stays = sa.and_(colleagues.c.active, sa.or_(wanted.c.school_id == ALLIANCE, works_here))
        query = (
            sa.select(wanted, colleagues.c.full_name, colleagues.c.email, sa.not_(stays).label("has_left"))
            .join(colleagues, colleagues.c.person_id == wanted.c.person_id)
            .outerjoin(staff, here)
        )
        rows = self._session.execute(query).mappings()
        return {(row["school_id"], row["person_id"]): Colleague(**row) for row in rows}

    def liaisons(self, school_id: UUID, today: date) -> list[UUID]:
        """Who call parents of this school today; a team member where there is none."""
        query = sa.select(staff.c.person_id, staff.c.role).where(
            staff.c.school_id == school_id,
            staff.c.role.in_(("liaison", "team_member")),
            staff.c.valid_from <= today,
            sa.func.coalesce(staff.c.valid_until, today) >= today,
        )
        found = self._session.execute(query.order_by(staff.c.person_id)).all()
        first = [row.person_id for row in found if row.role == "liaison"]
        return first or [row.person_id for row in found]

    def with_role(self, role: str) -> list[UUID]:
        """Everybody of the alliance who has this role."""
        query = sa.select(colleagues.c.person_id).where(colleagues.c.role == role, colleagues.c.active)
        return list(self._session.execute(query.order_by(colleagues.c.person_id)).scalars())

    def guardians(self, keys: Sequence[tuple[UUID, UUID]]) -> dict[tuple[UUID, UUID], Guardian]:
        """By (school, person)."""
        if not keys:
            return {}
        query = sa.select(people).where(among((people.c.school_id, people.c.person_id), keys))
        return {(row["school_id"], row["person_id"]): Guardian(**row) for row in self._session.execute(query).mappings()}

    def host(self, school_id: UUID, person_id: UUID) -> tuple[str, str | None]:
        """The first name and number of a member of staff; nothing of somebody who is not known here."""
        query = sa.select(staff.c.first_name, staff.c.phone).where(staff.c.school_id == school_id, staff.c.person_id == person_id)
        row = self._session.execute(query).one_or_none()
        return (row.first_name, row.phone) if row else ("", None)

    def suppressed(self, keys: Sequence[tuple[UUID, str]], now: datetime) -> set[tuple[UUID, str]]:
        """Of these (school, address), those that mail came back from."""
        pair = suppressions.c.school_id, suppressions.c.address
        query = sa.select(*pair).where(among(pair, keys), suppressions.c.expires_at > now)
        return {(row.school_id, row.address) for row in self._session.execute(query)}

    def erase_case(self, school_id: UUID, case_id: UUID, person_ids: Sequence[UUID]) -> None:
        """Its guardians, what they answered, and the addresses that mail to them came back from."""
        for table in (answers, suppressions, contacts):
            self._session.execute(sa.delete(table).where(table.c.school_id == school_id, table.c.person_id.in_(person_ids)))
        self._session.execute(sa.delete(people).where(people.c.school_id == school_id, people.c.case_id == case_id))

    def keep_answer(self, school_id: UUID, appointment_id: UUID, person_id: UUID, response: str) -> None:
        key = {"school_id": school_id, "appointment_id": appointment_id, "person_id": person_id}
        self._upsert(answers, key, {"response": response})

    def not_coming(self, keys: Sequence[tuple[UUID, UUID | None, UUID]]) -> set[tuple[UUID, UUID, UUID]]:
        """Of these (school, appointment, person), those who said that they cannot come then."""
        columns = (answers.c.school_id, answers.c.appointment_id, answers.c.person_id)
        query = sa.select(*columns).where(among(columns, keys), answers.c.response.in_(("declined", "another_time")))
        return {(row.school_id, row.appointment_id, row.person_id) for row in self._session.execute(query)}

    def _upsert(self, table: sa.Table, key: Mapping[str, Any], values: Mapping[str, Any]) -> None:
        statement = insert(table).values(**key, **values)
        self._session.execute(statement.on_conflict_do_update(index_elements=list(key), set_=values))


def _addressed(message: Message, recipient: Guardian | Colleague) -> Recipient:
    """What tells of an address that somebody left goes there; all else to the one that they have when it leaves."""
    return replace(recipient, email=message.former_address) if message.kind.to_former else recipient
