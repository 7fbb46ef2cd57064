"""Queries on what administrators decided: languages, and schools that try the program."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from services.notifications.domain.languages import Fallback
from services.notifications.domain.trial import TrialMode
from services.notifications.persistence.desk_tables import language_settings, trial_modes
from services.notifications.persistence.tables import schools


@dataclass(frozen=True, slots=True)
class LanguageSetting:
    """`read_at`: when a native speaker had read the texts, as the administrator says."""

    tag: str
    fallback: Fallback
    read_at: datetime | None
    changed_at: datetime
    changed_by: str


class Settings:
    """Of the alliance, and by school."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def languages(self) -> dict[str, LanguageSetting]:
        """By tag, those about which something was decided."""
        rows = self._session.execute(sa.select(language_settings)).mappings()
        return {row["tag"]: LanguageSetting(**row) for row in rows}

    def save_language(self, setting: LanguageSetting) -> None:
        values = {field.name: getattr(setting, field.name) for field in fields(setting)}
        statement = insert(language_settings).values(values)
        self._session.execute(statement.on_conflict_do_update(index_elements=["tag"], set_=values))

    def trial_modes(self, school_ids: Collection[UUID] | None = None) -> dict[UUID, TrialMode]:
        """By school, of these or of all that the caller may see."""
        query = sa.select(trial_modes)
        if school_ids is not None:
            query = query.where(trial_modes.c.school_id.in_(sorted(school_ids)))
        rows = self._session.execute(query).mappings()
        return {row["school_id"]: TrialMode(**{**row, "allowed": tuple(row["allowed"])}) for row in rows}

    def save_trial(self, trial: TrialMode) -> None:
        values = {"allowed": list(trial.allowed), "since": trial.since, "by_name": trial.by_name}
        statement = insert(trial_modes).values(school_id=trial.school_id, **values)
        self._session.execute(statement.on_conflict_do_update(index_elements=["school_id"], set_=values))

    def end_trial(self, school_id: UUID) -> bool:
        """False when there was none."""
        ended = sa.delete(trial_modes).where(trial_modes.c.school_id == school_id).returning(trial_modes.c.school_id)
        return self._session.execute(ended).scalar_one_or_none() is not None

    def all_schools(self) -> list[tuple[UUID, str]]:
        """By name; every school for an administrator."""
        query = sa.select(schools.c.school_id, schools.c.name).order_by(schools.c.name, schools.c.school_id)
        return [(row.school_id, row.name) for row in self._session.execute(query)]
