"""What the placeholders of a mail are filled in with, for each kind of facts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

import phonenumbers
from babel.dates import format_date, format_time

from services.notifications.domain.appointment import AppointmentFacts
from services.notifications.domain.asked import AskFacts, CodeFacts
from services.notifications.domain.at_work import InvitationFacts, WorkFacts
from services.notifications.domain.choice import ChoiceFacts
from services.notifications.domain.kinds import Facts
from services.notifications.domain.languages import Language
from services.notifications.domain.readdressed import FormerAddressFacts
from shared.clock import AMSTERDAM


def values_of(facts: Facts, language: Language, secret: str) -> Mapping[str, str]:
    """Without the guardian's name, which every mail has. `secret`: what stands where the link or the code is."""
    match facts:
        case CodeFacts():
            return {"code": secret}
        case AppointmentFacts():
            values = _of_appointment(facts, language)
        case AskFacts():
            values = _of_ask(facts, language)
        case ChoiceFacts():
            values = _of_choice(facts, language)
        case FormerAddressFacts():
            values = {"host": facts.host_first_name, "phone": _phone(facts.host_phone)}
        case WorkFacts():
            values = _of_work(facts, language)
        case InvitationFacts():
            values = {"before": _day(facts.expires_at, language)}
        case _:
            raise TypeError(type(facts))
    return values | {"link": secret}


def _of_appointment(facts: AppointmentFacts, language: Language) -> dict[str, str]:
    local = facts.starts_at.astimezone(AMSTERDAM)
    return {
        "day": _day(facts.starts_at, language),
        "time": local.strftime("%H:%M"),
        "subject_time": format_time(local.time(), language.subject_time_pattern, locale=language.tag),
        "minutes": str(facts.minutes),
        "place": language.places[facts.place],
        "host": facts.host_first_name,
        "phone": _phone(facts.host_phone),
    }


def _of_ask(facts: AskFacts, language: Language) -> dict[str, str]:
    before = facts.answer_before
    return {
        "before": format_date(before, language.day_pattern, locale=language.tag) if before else "",
        "host": facts.host_first_name,
        "phone": _phone(facts.host_phone),
    }


def _of_choice(facts: ChoiceFacts, language: Language) -> dict[str, str]:
    return {
        "count": str(facts.count),
        "minutes": str(facts.minutes),
        "place": language.places[facts.place],
        "before": _day(facts.expires_at, language),
        "host": facts.host_first_name,
        "phone": _phone(facts.host_phone),
    }


def _of_work(facts: WorkFacts, language: Language) -> dict[str, str]:
    when = {"day": _day(facts.at, language), "time": facts.at.astimezone(AMSTERDAM).strftime("%H:%M")} if facts.at else {}
    counts = {name: str(count or "") for name, count in facts.counts.items()}
    return counts | when | {"answer": language.answers.get(facts.answer, "")}


def _day(moment: datetime, language: Language) -> str:
    return format_date(moment.astimezone(AMSTERDAM).date(), language.day_pattern, locale=language.tag)


def _phone(number: str | None) -> str:
    """As people write it here: `06 12345678`, or `+32 …` for a foreign one; what is no number stays as it is."""
    if not number:
        return ""
    try:
        found = phonenumbers.parse(number, "NL")
    except phonenumbers.NumberParseException:
        return number
    national = found.country_code == 31
    form = phonenumbers.PhoneNumberFormat.NATIONAL if national else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(found, form)
