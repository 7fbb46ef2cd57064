"""Mails to colleagues: something waits for them. One each, and where one came before and has not left, the newer one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from services.notifications.domain.at_work import InvitationFacts, WorkFacts
from services.notifications.domain.kinds import KINDS, Facts
from services.notifications.domain.message import UNSENT, Message
from services.notifications.domain.people import ALLIANCE
from services.notifications.persistence.unit_of_work import Work
from services.notifications.usecases.requests import take_back
from services.notifications.usecases.schedule import schedule
from shared.clock import AMSTERDAM
from shared.ids import new_id

# An older one tells of something that has been looked at meanwhile, or never will be.
_STALE_AFTER = timedelta(days=3)
_DIGEST_AT = time(8, 0)
_COUNTS = {"reviews": "reviews_due", "ending": "cases_ending", "waiting": "waiting"}


def tell_answer(work: Work, school_id: UUID, data: Mapping[str, Any], now: datetime) -> None:
    """To the host, what a parent answered; the newest answer only. Their own answer they know."""
    who, host, appointment = data["changed_by"], data["host_id"], data["appointment_id"]
    answers = {each["person_id"]: each["response"] for each in data["participants"]}
    if who is None or who == host or answers.get(who) in (None, "awaiting"):
        return
    work.queue.lock(school_id, appointment, host)
    take_back(work, [each for each in work.messages.about(school_id, appointment, host) if each.status in UNSENT], now)
    facts = WorkFacts(f"/scheduling/afspraken/{appointment}", at=data["starts_at"], answer=answers[who])
    message = _message("parent_answered", (school_id, host), f"answered/{appointment}/{who}/{now.isoformat()}", facts, now)
    message.case_id, message.about_id = data["case_id"], appointment
    message.expires_at = data["starts_at"]
    schedule(work, message, now)


def tell_to_call(work: Work, school_id: UUID, data: Mapping[str, Any], now: datetime) -> None:
    """To the liaisons of the school: a mail to a parent did not arrive."""
    if KINDS[data["template"]].to != "guardian":
        return
    facts = WorkFacts(f"/notifications/berichten/{data['message_id']}")
    for person_id in work.people.liaisons(school_id, _today(now)):
        key = f"call/{data['message_id']}/{person_id}/{now.isoformat()}"
        message = _message("parent_to_call", (school_id, person_id), key, facts, now)
        message.case_id = data["case_id"]
        schedule(work, message, now)


def tell_digest(work: Work, _school_id: UUID, data: Mapping[str, Any], now: datetime) -> None:
    """One in the morning, whatever the number of schools: counts of a school that come later are added to it."""
    work = work.of_the_alliance()
    counts = {name: data[told] for name, told in _COUNTS.items()}
    key = f"digest/{data['person_id']}/{data['on']}"
    known = work.messages.of_key(ALLIANCE, key)
    if known is None:
        message = _message("work_digest", (ALLIANCE, data["person_id"]), key, WorkFacts("/cases/", counts), now)
        message.status = "scheduled"
        message.not_before = max(now, datetime.combine(data["on"], _DIGEST_AT, AMSTERDAM))
        message.expires_at = message.not_before + timedelta(hours=12)
        schedule(work, message, message.not_before)
    elif known.status == "scheduled":
        before = WorkFacts.from_json(known.facts)
        summed = {name: before.counts[name] + count for name, count in counts.items()}
        known.facts = WorkFacts(before.path, summed).to_json()
        work.save(known, now)


def tell_emergency(work: Work, _school_id: UUID, data: Mapping[str, Any], now: datetime) -> None:
    """To the coordinators: that it happened, and when; who and why stands on a page that knows them."""
    work = work.of_the_alliance()
    for person_id in data["coordinator_ids"]:
        key = f"emergency/{data['access_id']}/{person_id}"
        schedule(work, _message("emergency_access", (ALLIANCE, person_id), key, WorkFacts("/cases/", at=now), now), now)


def invite(work: Work, data: Mapping[str, Any], now: datetime) -> None:
    """A colleague who is new, or who forgot theirs, gets the link with which they choose a password."""
    work = work.of_the_alliance()
    work.people.keep_colleague(data["user_id"], data["name"], data["email"])
    facts = InvitationFacts(data["token"], data["expires_at"])
    key = f"invitation/{data['user_id']}/{data['expires_at'].isoformat()}"
    kind = "new_password" if data["purpose"] == "new_password" else "staff_invitation"
    message = _message(kind, (ALLIANCE, data["user_id"]), key, facts, now)
    message.expires_at = data["expires_at"]
    schedule(work, message, now)


def tell_failures(work: Work, count: int, now: datetime) -> None:
    """To the administrators: events could not be applied. Once an hour at most."""
    work = work.of_the_alliance()
    facts = WorkFacts("/notifications/storingen", {"count": count})
    for person_id in work.people.with_role("administrator"):
        key = f"failures/{person_id}/{now.astimezone(AMSTERDAM):%Y-%m-%dT%H}"
        schedule(work, _message("events_failed", (ALLIANCE, person_id), key, facts, now), now)


def _message(kind: str, to: tuple[UUID, UUID], key: str, facts: Facts, now: datetime) -> Message:
    school_id, person_id = to
    return Message(
        id=new_id(),
        school_id=school_id,
        person_id=person_id,
        template=kind,
        dedup_key=key,
        facts=facts.to_json(),
        created_at=now,
        expires_at=now + _STALE_AFTER,
    )


def _today(now: datetime) -> date:
    return now.astimezone(AMSTERDAM).date()
