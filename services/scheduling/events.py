"""What `scheduling` does with the events of `cases`: it keeps who there is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from services.scheduling.persistence.repositories import Directory
from shared import revocations
from shared.events.envelope import Event
from shared.messaging.subscription import Handler, Subscription

_Keep = Callable[[Directory, UUID, dict[str, Any]], None]


def _in_school(keep: _Keep) -> Handler:
    """A handler that works within the event's school."""

    def handle(session: Session, event: Event) -> None:
        if event.school_id is None:
            raise ValueError(f"{event.type} without a school")
        keep(Directory(session), event.school_id, event.data)

    return handle


def _school(directory: Directory, school_id: UUID, data: dict[str, Any]) -> None:
    directory.keep("schools", {"school_id": school_id}, {"name": data["name"]})


def _case(directory: Directory, school_id: UUID, data: dict[str, Any]) -> None:
    values = {name: data[name] for name in ("reference", "phase", "guardian_ids")}
    directory.keep("cases", {"school_id": school_id, "case_id": data["case_id"]}, values)


def _guardian(directory: Directory, school_id: UUID, data: dict[str, Any]) -> None:
    values = {name: data[name] for name in ("case_id", "first_name", "phone", "language", "channel", "interpreter_needed")}
    values |= {"name": f"{data['first_name']} {data['last_name']}", "role": "guardian"}
    directory.keep("people", {"school_id": school_id, "person_id": data["person_id"]}, values)


def _staff(directory: Directory, school_id: UUID, data: dict[str, Any]) -> None:
    values = {name: data[name] for name in ("name", "first_name", "phone", "role", "valid_until")}
    values |= {"case_id": None, "language": "nl", "channel": "email", "interpreter_needed": False}
    directory.keep("people", {"school_id": school_id, "person_id": data["person_id"]}, values)


def _released(directory: Directory, school_id: UUID, data: dict[str, Any]) -> None:
    found = directory.people(school_id, [data["person_id"]]).get(data["person_id"])
    if found is not None:
        values = {**found.__dict__, "valid_until": data["valid_until"]}
        key = {"school_id": school_id, "person_id": values.pop("person_id")}
        values.pop("school_id")
        directory.keep("people", key, values)


SUBSCRIPTIONS = (
    Subscription("cases.school.registered.v1", _in_school(_school)),
    Subscription("cases.staff.assigned.v1", _in_school(_staff)),
    Subscription("cases.staff.released.v1", _in_school(_released)),
    Subscription("cases.case.opened.v1", _in_school(_case)),
    Subscription("cases.case.changed.v1", _in_school(_case)),
    Subscription("cases.person.registered.v1", _in_school(_guardian)),
    Subscription("cases.person.changed.v1", _in_school(_guardian)),
    *revocations.SUBSCRIPTIONS,
)
