"""Keeping who there is, as `cases` tells it. The address of a mail is looked up here when it leaves, not before."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from services.notifications.persistence.unit_of_work import Work


def keep_school(work: Work, school_id: UUID, data: dict[str, Any]) -> None:
    work.people.keep_school(school_id, data["name"])


def keep_guardian(work: Work, school_id: UUID, data: dict[str, Any]) -> None:
    work.people.keep_guardian(school_id, data)


def keep_staff(work: Work, school_id: UUID, data: dict[str, Any]) -> None:
    work.people.keep_staff(school_id, data)


def keep_colleague(work: Work, data: dict[str, Any]) -> None:
    """Somebody with an account, at whatever schools or at none."""
    work.people.keep_colleague(data["user_id"], data["name"], data["email"], data["role"], active=data["active"])


def release_staff(work: Work, school_id: UUID, data: dict[str, Any]) -> None:
    work.people.release_staff(school_id, data["person_id"], data["valid_until"])


def keep_answers(work: Work, school_id: UUID, data: dict[str, Any]) -> None:
    """Who comes to an appointment, as of its newest state: a move begins the answers anew."""
    for participant in data["participants"]:
        work.people.keep_answer(school_id, data["appointment_id"], participant["person_id"], participant["response"])


def erase_case(work: Work, school_id: UUID, data: dict[str, Any]) -> None:
    """Its messages with their copies and tries, and its guardians. Mail that waits is not sent any more."""
    work.messages.erase_of(school_id, data["case_id"])
    work.people.erase_case(school_id, data["case_id"], data["person_ids"])
