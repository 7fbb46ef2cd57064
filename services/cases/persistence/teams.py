"""Teams (onderwijs arrangeer teams): who serves which schools together."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.cases.persistence.administration_tables import team_members, team_schools, teams


@dataclass(frozen=True)
class Team:
    """Being in a team opens no dossier: assignments do that."""

    id: UUID
    name: str
    school_ids: frozenset[UUID] = frozenset()
    user_ids: frozenset[UUID] = frozenset()
    version: int = 1


class Teams:
    """Within the transaction of `session`; the policies show an alliance its own."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def all(self) -> list[Team]:
        """By name; three queries, however many there are."""
        schools, members = self._by_team(team_schools, "school_id"), self._by_team(team_members, "user_id")
        rows = self._session.execute(sa.select(teams.c.id, teams.c.name, teams.c.version).order_by(teams.c.name))
        return [
            Team(row.id, row.name, schools.get(row.id, frozenset()), members.get(row.id, frozenset()), row.version)
            for row in rows
        ]

    def get(self, team_id: UUID) -> Team | None:
        return next((team for team in self.all() if team.id == team_id), None)

    def save(self, alliance_id: UUID, team: Team) -> None:
        """New, or with another name."""
        values = {"name": team.name, "version": team.version}
        changed = sa.update(teams).where(teams.c.id == team.id).values(**values).returning(teams.c.id)
        if self._session.execute(changed).one_or_none() is None:
            self._session.execute(sa.insert(teams).values(alliance_id=alliance_id, id=team.id, **values))
        self._replace(team_schools, "school_id", alliance_id, team.id, team.school_ids)
        self._replace(team_members, "user_id", alliance_id, team.id, team.user_ids)

    def remove(self, team_id: UUID) -> None:
        for table in (team_schools, team_members):
            self._session.execute(sa.delete(table).where(table.c.team_id == team_id))
        self._session.execute(sa.delete(teams).where(teams.c.id == team_id))

    def _replace(self, table: sa.Table, column: str, alliance_id: UUID, team_id: UUID, ids: Collection[UUID]) -> None:
        self._session.execute(sa.delete(table).where(table.c.team_id == team_id, table.c[column].not_in(list(ids))))
        known = self._session.execute(sa.select(table.c[column]).where(table.c.team_id == team_id)).scalars().all()
        rows = [{"alliance_id": alliance_id, "team_id": team_id, column: each} for each in sorted(set(ids) - set(known))]
        if rows:
            self._session.execute(sa.insert(table).values(rows))

    def _by_team(self, table: sa.Table, column: str) -> dict[UUID, frozenset[UUID]]:
        found: dict[UUID, set[UUID]] = {}
        for team_id, each in self._session.execute(sa.select(table.c.team_id, table.c[column])):
            found.setdefault(team_id, set()).add(each)
        return {team_id: frozenset(ids) for team_id, ids in found.items()}
