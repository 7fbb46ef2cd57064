"""Queries on the versions of templates."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Session

from services.notifications.domain.languages import Fallback
from services.notifications.persistence.settings import Settings
from services.notifications.persistence.tables import template_versions as versions
from services.notifications.usecases.ports import Template


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the texts of one kind of mail, in all languages."""

    name: str
    version: int
    hash: str
    sources: Mapping[str, str]
    origin: str
    state: str
    created_at: datetime
    created_by: str | None = None
    published_at: datetime | None = None
    published_by: str | None = None

    fallbacks: Mapping[str, Fallback] = field(default_factory=dict)

    @property
    def template(self) -> Template:
        return Template(self.name, self.version, self.hash, self.sources, self.fallbacks)


class Templates:
    """The texts of mail: of each kind one version is published, and that is what goes out."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def lock(self, name: str) -> None:
        """One change of a template at a time, also of one that has no row yet."""
        self._session.execute(sa.text("select pg_advisory_xact_lock(hashtext(:name))"), {"name": f"template/{name}"})

    def published(self) -> dict[str, Version]:
        """By name, with what was decided for languages that no native speaker has read yet."""
        query = sa.select(versions).where(versions.c.state == "published")
        decided = Settings(self._session).languages().values()
        fallbacks = {each.tag: each.fallback for each in decided if each.read_at is None}
        return {row["name"]: Version(**row, fallbacks=fallbacks) for row in self._session.execute(query).mappings()}

    def all(self, name: str) -> list[Version]:
        """Newest first."""
        query = sa.select(versions).where(versions.c.name == name).order_by(versions.c.version.desc())
        return [Version(**row) for row in self._session.execute(query).mappings()]

    def add(self, version: Version) -> None:
        values: dict[str, Any] = {each.name: getattr(version, each.name) for each in fields(version) if each.name != "fallbacks"}
        self._session.execute(sa.insert(versions).values(values | {"sources": dict(version.sources)}))

    def publish(self, name: str, version: int, now: datetime, by: str | None) -> None:
        """This one from now on; the one before it is retired, and stays readable."""
        retire = sa.update(versions).where(versions.c.name == name, versions.c.state == "published")
        self._session.execute(retire.values(state="retired"))
        statement = sa.update(versions).where(versions.c.name == name, versions.c.version == version)
        self._session.execute(statement.values(state="published", published_at=now, published_by=by))
