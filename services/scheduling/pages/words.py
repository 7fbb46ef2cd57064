"""Dutch words for what the domain names in English."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from services.scheduling.domain.appointment import Appointment
from services.scheduling.domain.people import Person, interpreted
from services.scheduling.domain.slots import Slot
from services.scheduling.usecases.day_notes import DayNote, DayNotes
from shared.web.i18n import N_, base_of, date_time, gettext, language_name, local

KIND_LABELS = {
    "home_visit": N_("Huisbezoek"),
    "school_meeting": N_("Gesprek op school"),
    "phone_call": N_("Telefoongesprek"),
    "team_meeting": N_("Overleg met het team"),
}
PLACE_LABELS = {
    "at_home": N_("bij de ouders thuis"),
    "at_school": N_("op school"),
    "by_phone": N_("aan de telefoon"),
    "elsewhere": N_("op een andere plek"),
}
CHANNEL_LABELS = {
    "email": N_("krijgt een mail"),
    "phone": N_("wordt gebeld: er gaat geen mail"),
    "letter": N_("krijgt een brief: er gaat geen mail"),
}
HAPPENING_LABELS = {
    "invited": N_("Gepland, uitnodiging verstuurd"),
    "moved": N_("Verzet"),
    "cancelled": N_("Geannuleerd"),
    "accepted": N_("Komt"),
    "declined": N_("Kan niet"),
    "another_time": N_("Wil een andere tijd"),
    "held": N_("Is doorgegaan"),
    "no_show": N_("Wij troffen elkaar niet"),
    "interpreter_needed": N_("Er is een tolk nodig"),
    "interpreter_not_needed": N_("Er is geen tolk nodig"),
    "interpreter_arranged": N_("Tolk geregeld"),
    "interpreter_missing": N_("Er is nog geen tolk"),
}
HAPPENING_ICONS = {
    "invited": "letter", "moved": "calendar", "cancelled": "cross", "accepted": "check", "declined": "cross",
    "another_time": "calendar", "held": "check", "no_show": "clock",
    "interpreter_needed": "chat", "interpreter_not_needed": "chat", "interpreter_arranged": "chat", "interpreter_missing": "chat",
}  # fmt: skip
HAPPENING_KINDS = {"accepted": "ok", "held": "ok", "declined": "warn", "another_time": "warn", "no_show": "warn"}
OFTEN_MISSED = N_(
    "Twee keer achter elkaar troffen jullie elkaar niet. Misschien past een andere plek of tijd beter. Vraag het de ouders."
)
WHY_LABELS = {
    "there": N_("Iedereen is vrij, en u bent dan al op deze plek."),
    "joins": N_("Iedereen is vrij, en het sluit aan op een andere afspraak van u."),
    "room": N_("Iedereen is vrij, met ruimte ervoor en erna."),
}
DURATIONS = (15, 30, 45, 60, 90, 120)


def why_in_words(slot: Slot) -> str:
    """Why this time: who is free, how far it is, and what kind of day it is."""
    return " ".join([gettext(WHY_LABELS[slot.why]), *travel_in_words(slot), *notes_in_words(slot.notes)])


def travel_in_words(slot: Slot) -> list[str]:
    """Nothing where there is no way to go."""
    if not slot.travel_minutes:
        return []
    if not slot.travel_known:
        text = gettext("Niet van elke plek is bekend waar die is: voor de reis is %(minutes)s minuten vrijgehouden.")
        return [text % {"minutes": slot.travel_minutes}]
    ways = {"before": slot.before_minutes, "after": slot.after_minutes}
    return [gettext("Reistijd: %(before)s minuten erheen en %(after)s minuten verder.") % ways]


def notes_in_words(notes: Iterable[str]) -> list[str]:
    """A feast is said of a day, to everybody: whether a family keeps it, only they can say."""
    return [gettext("Let op: het is dan %(name)s.", name=gettext(name)) for name in notes]


def day_in_words(notes: Iterable[DayNote], *, several_schools: bool = False) -> str:
    """`Suikerfeest, Studiedag (De Klimop)`; which school, only where there are more."""
    said = [gettext(each.name) + (f" ({each.school})" if each.school and several_schools else "") for each in notes]
    return ", ".join(said)


def days_in_words(days: DayNotes, *, several_schools: bool = False) -> dict[date, str]:
    return {day: day_in_words(notes, several_schools=several_schools) for day, notes in days.items()}


def family_name(people: Iterable[Person]) -> str:
    """What the guardians are called together: `Yılmaz`, or `Yılmaz / Nowak`."""
    return " / ".join(dict.fromkeys(person.name.removeprefix(person.first_name).strip() or person.name for person in people))


def interpreters(people: Iterable[Person], appointment: Appointment) -> list[str]:
    """The languages for which somebody is needed: `tolk Turks nog regelen`, or `tolk Turks` once somebody comes."""
    everybody = list(people)
    needed = interpreted(everybody)
    if not appointment.needs_interpreter(needed):
        return []
    missing = appointment.open and not appointment.interpreter_arranged
    languages = needed or dict.fromkeys(person.language for person in everybody if base_of(person.language) != "nl")
    if not languages:
        return [gettext("tolk nog regelen") if missing else gettext("tolk")]
    said = N_("tolk %(language)s nog regelen") if missing else N_("tolk %(language)s")
    return [gettext(said, language=language_name(tag)) for tag in languages]


def answers_in_words(appointment: Appointment) -> str:
    """The answer that asks for something to be done, if there is one."""
    given = {each.response for each in appointment.guardians}
    if "another_time" in given:
        return gettext("wil een andere tijd")
    return gettext("kan niet") if "declined" in given else ""


def duration_options(chosen: Sequence[int] = ()) -> list[int]:
    """The usual lengths, and the one there is."""
    return sorted({*DURATIONS, *chosen})


def week_name(day: date | datetime) -> str:
    """`2026-W48`, as the agenda's address has it."""
    year, week, _day = (local(day) if isinstance(day, datetime) else day).isocalendar()
    return f"{year}-W{week:02}"


def moment(text: str) -> str:
    """An instant of the history as people read it."""
    return date_time(datetime.fromisoformat(text))
