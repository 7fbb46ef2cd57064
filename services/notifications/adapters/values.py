"""What the placeholders of a mail are filled in with, for each kind of facts."""

from __future__ import annotations

from collections.abc import Mapping

import phonenumbers
from babel.dates import format_date, format_time

from services.notifications.domain.appointment import AppointmentFacts
from services.notifications.domain.asked import AskFacts, CodeFacts
from services.notifications.domain.kinds import Facts
from services.notifications.domain.languages import Language
from shared.clock import AMSTERDAM


def values_of(facts: Facts, language: Language, secret: str) -> Mapping[str, str]:
    """Without the guardian's name, which every mail has. `secret`: what stands where the link or the code is."""
    match facts:
        case AppointmentFacts():
            return _of_appointment(facts, language) | {"link": secret}
        case AskFacts():
            return _of_ask(facts, language) | {"link": secret}
        case CodeFacts():
            return {"code": secret}
    raise TypeError(type(facts))


def _of_appointment(facts: AppointmentFacts, language: Language) -> dict[str, str]:
    local = facts.starts_at.astimezone(AMSTERDAM)
    return {
        "day": format_date(local.date(), language.day_pattern, locale=language.tag),
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
