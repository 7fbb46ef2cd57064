"""Queries on cases and their guardians. Built with the caller's schools; the policies are the second wall."""

from __future__ import annotations

import builtins
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, insert
from sqlalchemy.orm import Session

from services.cases.domain.case import Address, Case, Child, Guardian
from services.cases.domain.listing import Filters, ListedCase
from services.cases.persistence.charge import handed_over, stands_in
from services.cases.persistence.charge_tables import case_staff, handovers
from services.cases.persistence.naming import asks_for_a_name, named
from services.cases.persistence.planning import next_appointment
from services.cases.persistence.tables import addresses, assignments, case_counters, cases, guardians, schools
from shared.errors import NotFound
from shared.pagination import Page, PageRequest, cut

_LISTED = (
    "school_id", "id", "reference", "phase", "planned_end_on", "opened_at", "assigned_to", "coaching_of", "resume_on",
)  # fmt: skip
_REPLACED = sa.text("select set_config('app.address_of', :guardian_id, true)")
_OWN = ("standing_in", "handed_over_on")
_CHILD = ("child_first_name", "child_last_name", "child_group")


class Cases:
    """The cases of `school_ids`."""

    def __init__(self, session: Session, school_ids: frozenset[UUID]) -> None:
        self._session = session
        self._schools = sorted(school_ids)

    def get(self, case_id: UUID, *, to_change: bool = False) -> Case:
        """Raises NotFound. `to_change` locks the row, so that the version read is the version changed."""
        found = sa.select(Case).where(cases.c.school_id.in_(self._schools), cases.c.id == case_id)
        locked = found.with_for_update(of=cases) if to_change else found
        case = self._session.execute(locked).unique().scalar_one_or_none()
        if case is None:
            raise NotFound
        return case

    def exists(self, case_id: UUID) -> bool:
        found = sa.select(cases.c.id).where(cases.c.school_id.in_(self._schools), cases.c.id == case_id)
        return self._session.execute(found).scalar() is not None

    def by_reference(self, school_id: UUID, reference: str) -> UUID | None:
        found = sa.select(cases.c.id).where(cases.c.school_id.in_(self._schools), cases.c.school_id == school_id)
        return self._session.execute(found.where(cases.c.reference == reference)).scalar()

    def count_open(self) -> int:
        """How many are not closed."""
        found = sa.select(sa.func.count()).where(cases.c.school_id.in_(self._schools), cases.c.phase != "closed")
        return int(self._session.execute(found).scalar_one())

    def add(self, case: Case) -> None:
        self._session.add(case)
        self._session.flush()

    def flush(self) -> None:
        """Write what was changed of the cases that were got."""
        self._session.flush()

    def next_number(self, school_id: UUID, year: int) -> int:
        """The next number of a school's school year; those who ask at once wait for each other."""
        statement = insert(case_counters).values(school_id=school_id, year=year, last=1)
        again = statement.on_conflict_do_update(index_elements=["school_id", "year"], set_={"last": case_counters.c.last + 1})
        return int(self._session.execute(again.returning(case_counters.c.last)).scalar_one())

    def list(self, filters: Filters, page: PageRequest, now: datetime) -> Page[ListedCase]:
        """Newest first, each with its next appointment."""
        rows = self._session.execute(self._listing(filters, page, now))
        return cut([_listed(row) for row in rows], page, lambda case: (case.opened_at, case.id))

    def set_address(self, guardian: Guardian, address: Address | None) -> None:
        """In place of the one there was. Deleted and written anew: who may not see an address any more may still hide it.

        For this one statement a liaison reaches a secret address that they are not shown; nothing is read of it.
        """
        mine = sa.and_(addresses.c.school_id == guardian.school_id, addresses.c.guardian_id == guardian.id)
        self._session.execute(_REPLACED, {"guardian_id": str(guardian.id)})
        self._session.execute(sa.delete(addresses).where(mine))
        self._session.execute(_REPLACED, {"guardian_id": ""})
        if address is not None:
            row = {"school_id": guardian.school_id, "guardian_id": guardian.id, "secret": guardian.address_secret}
            self._session.execute(sa.insert(addresses).values(**row, **address.__dict__))

    def addresses(self, case: Case, shown: Collection[UUID] = ()) -> dict[UUID, Address]:
        """By guardian; of the secret ones only those of `shown` (domain/secret_address.py)."""
        ids = [guardian.id for guardian in case.guardians]
        if not ids:
            return {}
        may_see = sa.or_(~addresses.c.secret, addresses.c.guardian_id.in_(shown))
        found = sa.select(addresses).where(addresses.c.school_id == case.school_id, addresses.c.guardian_id.in_(ids), may_see)
        rows = self._session.execute(found)
        return {row.guardian_id: Address(row.street, row.house_number, row.postcode, row.city) for row in rows}

    def postcode_areas(self, guardian_ids: Sequence[UUID]) -> dict[UUID, str]:
        """The four digits of their postcodes, of those who have an address that is not secret."""
        if not guardian_ids:
            return {}
        mine = (addresses.c.school_id.in_(self._schools), addresses.c.guardian_id.in_(guardian_ids), ~addresses.c.secret)
        found = sa.select(addresses.c.guardian_id, sa.func.left(addresses.c.postcode, 4).label("area")).where(*mine)
        return {row.guardian_id: row.area for row in self._session.execute(found)}

    def guardian_names(self, case_ids: Sequence[UUID]) -> dict[UUID, str]:
        """The first names of these cases' guardians."""
        mine = sa.and_(guardians.c.school_id.in_(self._schools), guardians.c.case_id.in_(case_ids))
        rows = self._session.execute(sa.select(guardians.c.id, guardians.c.first_name, guardians.c.last_name).where(mine))
        return {row.id: f"{row.first_name} {row.last_name}" for row in rows}

    def _listing(self, filters: Filters, page: PageRequest, now: datetime) -> sa.Select[Any]:
        found = self._page(filters, page)
        name, coming = _assigned_name(found), next_appointment(found.c.school_id, found.c.id, now)
        names = (schools.c.name.label("school_name"), name.c.name.label("assigned_to_name"))
        return (
            sa.select(*found.c, *names, coming.c.starts_at, coming.c.status, *_own_part(found, filters))
            .select_from(found)
            .join(schools, schools.c.school_id == found.c.school_id)
            .outerjoin(name, sa.true())
            .outerjoin(coming, sa.true())
            .order_by(found.c.opened_at.desc(), found.c.id.desc())
        )

    def _page(self, filters: Filters, page: PageRequest) -> sa.Subquery:
        wanted = [each for each in self._schools if filters.school_id in (None, each)]
        if asks_for_a_name(filters.q):
            return self._named_page(filters, page, wanted)
        return self._newest_page(filters, page, wanted)

    def _named_page(self, filters: Filters, page: PageRequest, wanted: Sequence[UUID]) -> sa.Subquery:
        """Those with the names, through the index of words, and of those the newest."""
        found = named(filters.q or "", wanted, similar=filters.similar)
        of = sa.and_(cases.c.school_id == found.c.school_id, cases.c.id == found.c.case_id)
        columns = [cases.c[name] for name in (*_LISTED, *_CHILD)]
        joined = sa.select(*columns).select_from(cases.join(found, of)).where(*_conditions(filters), *_beginning(page))
        return joined.order_by(cases.c.opened_at.desc(), cases.c.id.desc()).limit(page.limit + 1).subquery("page")

    def _newest_page(self, filters: Filters, page: PageRequest, wanted: Sequence[UUID]) -> sa.Subquery:
        """Each school's own newest, through its index, and of those the newest: page 1,000 costs what page 1 costs."""
        own = sa.func.unnest(sa.cast(sa.bindparam("own", wanted), ARRAY(sa.Uuid)))
        school = own.table_valued("id").render_derived(name="school")
        newest = (cases.c.opened_at.desc(), cases.c.id.desc())
        columns = [cases.c[name] for name in (*_LISTED, *_CHILD)]
        conditions = [cases.c.school_id == school.c.id, *_conditions(filters), *_beginning(page)]
        of_school = sa.select(*columns).where(*conditions).order_by(*newest).limit(page.limit + 1).lateral("of_school")
        newest_of_all = (of_school.c.opened_at.desc(), of_school.c.id.desc())
        joined = sa.select(*of_school.c).select_from(school.join(of_school, sa.true()))
        return joined.order_by(*newest_of_all).limit(page.limit + 1).subquery("page")


def _listed(row: Any) -> ListedCase:
    child = Child(*(getattr(row, name) for name in _CHILD)) if row.child_first_name is not None else None
    listed = {name: getattr(row, name) for name in (*_LISTED, "school_name", "assigned_to_name", *_OWN)}
    return ListedCase(**listed, child=child, next_at=row.starts_at, next_status=row.status)


def _own_part(found: sa.Subquery, filters: Filters) -> list[sa.ColumnElement[Any]]:
    """What somebody has to do with each case beside its being theirs."""
    if filters.open_to is None or filters.on is None:
        return [sa.false().label("standing_in"), sa.null().cast(sa.Date).label("handed_over_on")]
    deputy = sa.exists().where(_of_case(case_staff, found), stands_in(filters.open_to, filters.on))
    given = sa.select(handovers.c.takes_effect_on).where(_of_case(handovers, found), handed_over(filters.open_to)).limit(1)
    return [deputy.label("standing_in"), given.scalar_subquery().label("handed_over_on")]


def _assigned_name(found: sa.Subquery) -> Any:
    """The liaison's name as it was in their latest assignment to the school."""
    mine = sa.and_(assignments.c.school_id == found.c.school_id, assignments.c.user_id == found.c.assigned_to)
    return sa.select(assignments.c.name).where(mine).order_by(assignments.c.valid_from.desc()).limit(1).lateral("assigned")


def _beginning(page: PageRequest) -> builtins.list[sa.ColumnElement[bool]]:
    after = page.after(datetime.fromisoformat, UUID)
    if after is None:
        return []
    # The first half alone can be answered from the index under a policy.
    return [cases.c.opened_at <= after[0], sa.tuple_(cases.c.opened_at, cases.c.id) < sa.tuple_(*after)]


def _conditions(filters: Filters) -> builtins.list[sa.ColumnElement[bool]]:
    found: builtins.list[sa.ColumnElement[bool]] = []
    if filters.phase:
        found.append(cases.c.phase == filters.phase)
    if filters.assigned_to:
        found.append(cases.c.assigned_to == filters.assigned_to)
    if filters.only_open or filters.open_to:
        found.append(cases.c.phase != "closed")
    if filters.open_to:
        found.append(_theirs(filters.open_to, filters.on))
    return found


def _theirs(user_id: UUID, on: date | None) -> sa.ColumnElement[bool]:
    """Somebody's own, or nobody's; and on a day those in which they stand in, and those that are handed over to them."""
    own = sa.or_(cases.c.assigned_to == user_id, cases.c.assigned_to.is_(None))
    if on is None:
        return own
    deputy = sa.exists().where(_of_case(case_staff, cases), stands_in(user_id, on))
    given = sa.exists().where(_of_case(handovers, cases), handed_over(user_id))
    return sa.or_(own, deputy, given)


def _of_case(table: sa.Table, found: sa.FromClause) -> sa.ColumnElement[bool]:
    return sa.and_(table.c.school_id == found.c.school_id, table.c.case_id == found.c.id)
