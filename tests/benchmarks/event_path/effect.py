"""The effect that every contender has: one row of the event's school, written through the session, as services do."""

from __future__ import annotations

from uuid import UUID

from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from shared.events.envelope import Event


class _Base(DeclarativeBase): ...


class Mark(_Base):
    """Event `value` has had its effect."""

    __tablename__ = "marks"

    school_id: Mapped[UUID] = mapped_column(primary_key=True)
    value: Mapped[int] = mapped_column(primary_key=True)


def write(session: Session, event: Event) -> None:
    session.add(Mark(school_id=event.school_id, value=event.data["sequence"]))
