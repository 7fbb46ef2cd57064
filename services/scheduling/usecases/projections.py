"""What `cases` tells of schools, people and cases: kept, so that planning needs nobody else."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from services.scheduling.domain.people import ENDED
from services.scheduling.persistence.unit_of_work import Work
from services.scheduling.usecases.choices import withdraw_all

_GUARDIAN = ("case_id", "first_name", "phone", "language", "channel", "interpreter_needed")
_STAFF = ("name", "first_name", "phone", "role", "valid_from", "valid_until")
_CASE = ("reference", "phase", "guardian_ids", "liaison_id")


def keep_school(work: Work, school_id: UUID, data: dict[str, Any]) -> None:
    work.directory.keep("schools", {"school_id": school_id}, {"name": data["name"]})


def keep_case(work: Work, school_id: UUID, data: dict[str, Any], now: datetime) -> None:
    """What was offered ends with its case. What was planned stays: it may be a farewell."""
    work.directory.keep("cases", {"school_id": school_id, "case_id": data["case_id"]}, {name: data[name] for name in _CASE})
    if data["phase"] == ENDED:
        withdraw_all(work, school_id, data["case_id"], now)


def keep_guardian(work: Work, school_id: UUID, data: dict[str, Any]) -> None:
    """Their address and e-mail are nobody's business here; the area they live in tells how long the way is."""
    values = {name: data[name] for name in _GUARDIAN} | {"postcode_area": data.get("postcode_area")}
    values |= {"name": f"{data['first_name']} {data['last_name']}", "role": "guardian"}
    work.directory.keep("people", {"school_id": school_id, "person_id": data["person_id"]}, values)


def keep_staff(work: Work, school_id: UUID, data: dict[str, Any]) -> None:
    values = {name: data[name] for name in _STAFF}
    values |= {"case_id": None, "language": "nl", "channel": "email", "interpreter_needed": False}
    work.directory.keep("people", {"school_id": school_id, "person_id": data["person_id"]}, values)


def keep_release(work: Work, school_id: UUID, data: dict[str, Any]) -> None:
    """The last day at the school; what was planned until then stands."""
    work.directory.release(school_id, data["person_id"], {"valid_until": data["valid_until"]})


def erase_case(work: Work, school_id: UUID, data: dict[str, Any]) -> None:
    """Its appointments with everything said of them, whose time they took, and who its guardians were."""
    work.choices.erase_of(school_id, data["case_id"])
    work.appointments.erase_of(school_id, data["case_id"])
    work.times.erase_guardians(school_id, data["person_ids"])
    work.week_plans.erase_of(school_id, data["case_id"])
    work.directory.erase_case(school_id, data["case_id"])
