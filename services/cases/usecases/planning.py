"""What other services told of a case's appointments and messages: kept for the dossier, and noted on its timeline."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from services.cases.domain.planning import Appointment, Participant
from services.cases.persistence.history import Happening
from services.cases.persistence.unit_of_work import Work

# That somebody wanted to come in is not what happened in a case; that they did is in the access log.
_CODE = "one_time_code"


def keep_appointment(work: Work, school_id: UUID, happened: str, data: dict[str, Any], at: datetime) -> None:
    """Keep its latest state. An appointment of a case that is gone is forgotten."""
    if not work.cases.exists(data["case_id"]):
        return
    people = tuple(Participant(each["person_id"], each["response"]) for each in data["participants"])
    names = ("case_id", "kind", "place", "starts_at", "ends_at", "status", "host_id")
    known = {name: data[name] for name in names}
    work.planning.save(school_id, Appointment(id=data["appointment_id"], participants=people, **known))
    told = _told(happened, data, people)
    about, actor = data["appointment_id"], data.get("changed_by")
    happening = Happening(at=at, kind=f"appointment_{happened}", actor_id=actor, about_id=about, data=told)
    work.history.note(school_id, data["case_id"], happening)


def keep_reply_link(work: Work, school_id: UUID, data: dict[str, Any]) -> None:
    """Keep where a guardian answers, for their own page. A cancelled appointment has nothing to answer."""
    if data["method"] != "cancel" and work.cases.exists(data["case_id"]):
        work.planning.keep_reply_link(school_id, data["appointment_id"], data["person_id"], data["reply_token"])


def keep_delivery(work: Work, school_id: UUID, happened: str, data: dict[str, Any], at: datetime) -> None:
    """Note what became of a message (`sent`, `failed`, `suppressed`, or `settled` by a person) about which appointment."""
    case_id = data.get("case_id")
    if case_id is None or data["template"] == _CODE or not work.cases.exists(case_id):
        return
    told = {name: str(data[name]) for name in ("template", "language", "person_id", "status")}
    happening = Happening(at=at, kind=f"message_{happened}", about_id=data["message_id"], data=told)
    work.history.note(school_id, case_id, happening)
    if data.get("about_id") is not None:
        work.planning.note_delivery(school_id, data["about_id"], data["person_id"], happened, at)


def _told(happened: str, data: dict[str, Any], people: tuple[Participant, ...]) -> dict[str, Any]:
    told = {
        "kind": data["kind"],
        "place": data["place"],
        "starts_at": data["starts_at"].isoformat(),
        "ends_at": data["ends_at"].isoformat(),
        "status": data["status"],
    }
    if happened == "answered":
        answer = next((each.response for each in people if each.person_id == data.get("changed_by")), None)
        told |= {"person_id": str(data.get("changed_by")), "response": answer}
    return told
