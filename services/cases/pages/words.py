"""What things are called on the pages: phases, things to do, what happened. Codes in, sentences out."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from services.cases.domain.case import Case
from services.cases.domain.listing import ListedCase
from services.cases.domain.phases import PAUSED, road_of
from services.cases.domain.searching import Hit
from services.cases.domain.todo import Todo
from shared.web.i18n import N_, date_time, gettext, language_name, ngettext, short_day
from shared.web.words import appointment_kind, status_word

LANGUAGES = (
    "nl",
    "en",
    "tr",
    "ar",
    "pl",
    "bg",
    "pt",
    "uk",
    "pap",
    "es",
    "so",
    "ti",
    "fr",
    "de",
    "zh",
    "fa",
    "ps",
    "ro",
    "ur",
    "ru",
)
_CUSTODY = {"yes": N_("ja"), "no": N_("nee"), "unknown": N_("weten we niet")}
_CHANNELS = {"email": N_("e-mail"), "phone": N_("bellen"), "letter": N_("brief")}
_OF = {"parents": N_("de ouders"), "school": N_("de school"), "child": N_("het kind")}
_MISSING = {
    "liaison": N_("een ouderfunctionaris"),
    "story": N_("het verhaal van de ouders"),
    "wish": N_("een wens van de ouders"),
    "agreement": N_("een afspraak waar ouders en school achter staan"),
    "evaluation": N_("een evaluatie"),
    "reason": N_("een reden"),
}
_DOERS = {"parents": N_("de ouders"), "school": N_("de school"), "liaison": N_("de ouderfunctionaris"), "child": N_("het kind")}
_ANSWERS = {"yes": N_("Goed"), "partly": N_("Gaat wel"), "no": N_("Niet goed")}
_COACHINGS = {
    "": N_("Coachingstraject"),
    "parents": N_("Coaching van ouders"),
    "colleague": N_("Coaching van een collega"),
    "school": N_("Coaching van de school"),
}
_FIELDS = {
    "reason": N_("reden"),
    "planned_end_on": N_("verwachte einde"),
    "child": N_("kind"),
    "assigned_to": N_("ouderfunctionaris"),
    "external_reference": N_("eigen nummer"),
}
_MESSAGES = {
    "appointment_invitation": N_("de uitnodiging"),
    "appointment_changed": N_("het bericht over de wijziging"),
    "appointment_cancelled": N_("het bericht dat het niet doorgaat"),
    "appointment_reminder": N_("de herinnering"),
    "agreement_to_support": N_("de vraag om naar een afspraak te kijken"),
    "report_to_check": N_("de vraag om een verslag te lezen"),
    "evaluation_request": N_("de vraag om terug te kijken"),
    "satisfaction_request": N_("de vraag of het goed gaat"),
    "case_closed": N_("het bericht van afronding"),
    "address_changed": N_("een bericht op het vorige e-mailadres"),
}


@dataclass(frozen=True)
class Step:
    """What is to be done, as it stands in "Nu doen": a sentence, and a button where one press begins it."""

    text: str
    label: str = ""
    href: str = ""
    icon: str = ""
    urgent: bool = False


def case_title(case: Case | ListedCase | Hit) -> str:
    """`Aylin Y.`, or what a case without a child is called."""
    return case.child.short_name if case.child else gettext(_COACHINGS[case.coaching_of or ""])


def group_name(group: str) -> str:
    """`groep 5`; a group that has a name of its own keeps it."""
    return gettext("groep %(number)s", number=group) if group[:1].isdigit() else group


def phase_name(phase: str) -> str:
    return status_word(phase).text


def custody_word(custody: str) -> str:
    return gettext(_CUSTODY[custody])


def channel_word(channel: str) -> str:
    return gettext(_CHANNELS[channel])


def of_word(of: str) -> str:
    return gettext(_OF[of])


def doer_word(who: str) -> str:
    """Whose an agreement is to do."""
    return gettext(_DOERS[who])


def answer_word(answer: str) -> str:
    return gettext(_ANSWERS[answer])


def field_word(field: str) -> str:
    return gettext(_FIELDS.get(field, field))


def message_word(template: str) -> str:
    """`de uitnodiging`, within a sentence."""
    return gettext(_MESSAGES.get(template, N_("een bericht")))


def missing_words(missing: list[str]) -> str:
    return ", ".join(gettext(_MISSING[each]) for each in missing)


def language_options(known: str = "") -> list[tuple[str, str]]:
    """By name in the reader's language, Dutch first; with one that is not among the usual."""
    tags = [*LANGUAGES, *([known] if known and known not in LANGUAGES else [])]
    return sorted(((tag, language_name(tag)) for tag in tags), key=lambda option: (option[0] != "nl", option[1]))


def greeting(hour: int, name: str) -> str:
    part = N_("Goedemorgen") if hour < 12 else N_("Goedemiddag") if hour < 18 else N_("Goedenavond")
    return f"{gettext(part)}, {name.split(maxsplit=1)[0]}"


def figures(open_cases: int, this_week: int, waiting: int) -> list[tuple[int, str]]:
    return [
        (open_cases, ngettext("lopend dossier", "lopende dossiers", open_cases)),
        (this_week, ngettext("gesprek in de komende week", "gesprekken in de komende week", this_week)),
        (waiting, ngettext("wacht op antwoord", "wachten op antwoord", waiting)),
    ]


def phase_steps(case: Case) -> list[dict[str, str]]:
    """The road, for the stepper. A paused case stands where it was interrupted."""
    now = case.paused_from or case.phase
    road = road_of(case.kind, now)
    at = road.index(now)
    return [
        {"label": phase_name(phase), "note": _note(case, phase, now), "state": _state(case, number, at)}
        for number, phase in enumerate(road)
    ]


def _state(case: Case, number: int, at: int) -> str:
    if number < at or case.closed:
        return "done"
    return "now" if number == at else "todo"


def _note(case: Case, phase: str, now: str) -> str:
    if phase == now and case.phase == PAUSED:
        return gettext("gepauzeerd")
    if phase == now and case.phase_since:
        return gettext("sinds %(day)s", day=short_day(case.phase_since))
    if phase == "closed":
        return gettext("gepland %(day)s", day=short_day(case.planned_end_on))
    return ""


# ── what is to be done ──

_DOSSIER = "/cases/dossiers/"


def todo_item(todo: Todo, case: ListedCase, names: dict[UUID, str], now: datetime) -> dict[str, Any]:
    """One line of "Wat wacht op u"."""
    step = todo_step(todo, names)
    about = [case_title(case), case.school_name]
    item = {
        "href": step.href or f"{_DOSSIER}{case.id}",
        "text": step.text,
        "meta": " · ".join(about),
        "icon": step.icon or "flag",
    }
    if todo.appointment is not None and todo.appointment.starts_at.date() == now.date():
        return item | {"tag": gettext("vandaag"), "kind": "warn"}
    return item | ({"tag": gettext("eerst dit"), "kind": "warn"} if step.urgent else {})


def todo_step(todo: Todo, names: dict[UUID, str]) -> Step:
    """What is to be done, in words; by the table below."""
    return _STEPS[todo.kind](todo, names.get(todo.person_id, gettext("een ouder")) if todo.person_id else "")


def _appointment(todo: Todo) -> tuple[str, dict[str, Any]]:
    """Its page, and the words in which a sentence speaks of it."""
    assert todo.appointment is not None
    found = todo.appointment
    return f"/scheduling/afspraken/{found.id}", {"what": appointment_kind(found.kind).lower(), "when": date_time(found.starts_at)}


def _day(todo: Todo) -> str:
    return short_day(todo.on) if todo.on else ""


def _plan(todo: Todo) -> str:
    return f"/scheduling/afspraken/nieuw?case_id={todo.case_id}"


def _take_up(todo: Todo, _name: str) -> Step:
    text = gettext("Nog niemand begeleidt dit dossier. Neemt u het op u?")
    return Step(text, "", f"{_DOSSIER}{todo.case_id}", "flag", urgent=True)


def _find_another_time(todo: Todo, name: str) -> Step:
    href, words = _appointment(todo)
    text = gettext("%(name)s wil een andere tijd voor het %(what)s van %(when)s.", name=name, **words)
    return Step(text, gettext("Andere tijd kiezen"), href, "calendar", urgent=True)


def _declined(todo: Todo, name: str) -> Step:
    href, words = _appointment(todo)
    return Step(
        gettext("%(name)s kan niet bij het %(what)s van %(when)s.", name=name, **words), gettext("Bekijken"), href, "cross"
    )


def _call_to_tell(todo: Todo, name: str) -> Step:
    href, words = _appointment(todo)
    text = gettext(
        "%(name)s heeft geen bericht gekregen over het %(what)s van %(when)s. Bel of schrijf zelf.", name=name, **words
    )
    return Step(text, gettext("Bekijken"), href, "phone", urgent=True)


def _no_answer(todo: Todo, name: str) -> Step:
    href, words = _appointment(todo)
    text = gettext("%(name)s heeft nog niet geantwoord op het %(what)s van %(when)s.", name=name, **words)
    return Step(text, gettext("Bekijken"), href, "clock")


def _conclude(todo: Todo, _name: str) -> Step:
    href, words = _appointment(todo)
    return Step(gettext("Hoe ging het %(what)s van %(when)s? Leg het vast.", **words), gettext("Vastleggen"), href, "edit")


def _get_acquainted(todo: Todo, _name: str) -> Step:
    text = gettext("Maak kennis met de ouders: plan een huisbezoek of een gesprek.")
    return Step(text, gettext("Bezoek plannen"), _plan(todo), "home")


def _plan_talk(todo: Todo, _name: str) -> Step:
    return Step(gettext("Plan een eerste gesprek."), gettext("Gesprek plannen"), _plan(todo), "calendar")


def _write_story(todo: Todo, _name: str) -> Step:
    text = gettext("U sprak de ouders. Schrijf hun verhaal op, in hun eigen woorden.")
    return Step(text, gettext("Verhaal schrijven"), f"{_DOSSIER}{todo.case_id}/verhaal", "chat")


def _add_wish(todo: Todo, _name: str) -> Step:
    text = gettext("Wat wensen de ouders voor hun kind? Schrijf het op.")
    return Step(text, gettext("Wens toevoegen"), f"{_DOSSIER}{todo.case_id}/wensen", "star")


def _begin_phase(todo: Todo, _name: str) -> Step:
    text = gettext("Deze fase lijkt klaar. Hierna komt: %(phase)s.", phase=phase_name(todo.phase or ""))
    return Step(text, gettext("Naar de volgende fase"), f"{_DOSSIER}{todo.case_id}/fase?naar={todo.phase}", "arrow")


def _take_a_stance(todo: Todo, _name: str) -> Step:
    assert todo.agreement is not None
    text = gettext("Er is een voorstel voor een afspraak: %(what)s", what=_shortened(todo.agreement.current.what))
    return Step(text, gettext("Zeggen of u erachter staat"), _agreement(todo), "check")


def _look_back(todo: Todo, _name: str) -> Step:
    assert todo.agreement is not None
    text = gettext("Kijk terug op de afspraak: %(what)s", what=_shortened(todo.agreement.current.what))
    return Step(text, gettext("Terugkijken"), _agreement(todo), "swap", urgent=True)


def _expect(todo: Todo, _name: str) -> Step:
    text = gettext("Wat verwacht u van elkaar? Schrijf het op.")
    return Step(text, gettext("Verwachting toevoegen"), f"{_DOSSIER}{todo.case_id}/verwachtingen", "swap")


def _agreement(todo: Todo) -> str:
    assert todo.agreement is not None
    return f"/cases/afspraken/{todo.agreement.id}"


def _shortened(text: str) -> str:
    """The beginning, for a line in a list."""
    return textwrap.shorten(text, 90, placeholder="…")


def _say_how_it_goes(todo: Todo, _name: str) -> Step:
    text = gettext("Hoe gaat de samenwerking volgens u? Het kost u twee minuten.")
    return Step(text, gettext("Zeggen hoe het gaat"), f"{_DOSSIER}{todo.case_id}/tevredenheid/school", "star")


def _ask_how_it_goes(todo: Todo, _name: str) -> Step:
    text = gettext("Vraag de ouders hoe het volgens hen gaat.")
    return Step(text, gettext("De ouders vragen"), f"{_DOSSIER}{todo.case_id}/tevredenheid", "letter")


def _hear_the_child(todo: Todo, _name: str) -> Step:
    text = gettext("Vraag het kind hoe het gaat. Dat kan met gezichtjes.")
    return Step(text, gettext("Het kind vragen"), f"{_DOSSIER}{todo.case_id}/tevredenheid/kind", "heart")


def _end_passed(todo: Todo, _name: str) -> Step:
    text = gettext("Dit dossier zou op %(day)s klaar zijn. Is het nog nodig?", day=_day(todo))
    return Step(text, gettext("Nog nodig?"), f"{_DOSSIER}{todo.case_id}/nog-nodig", "flag")


def _end_in_sight(todo: Todo, _name: str) -> Step:
    text = gettext("Het einde is gepland op %(day)s. Is het dan klaar, of is er meer tijd nodig?", day=_day(todo))
    return Step(text, gettext("Nog nodig?"), f"{_DOSSIER}{todo.case_id}/nog-nodig", "flag")


def _resume(todo: Todo, _name: str) -> Step:
    text = gettext("De pauze duurt tot %(day)s. Gaat u weer verder?", day=_day(todo))
    return Step(text, gettext("Naar de pauze"), f"{_DOSSIER}{todo.case_id}/pauze", "clock", urgent=True)


def _write_coaching(todo: Todo, _name: str) -> Step:
    text = gettext("Schrijf op waarin u coachte, en hoelang.")
    return Step(text, gettext("Coaching opschrijven"), f"{_DOSSIER}{todo.case_id}/tijd", "edit")


def _read_handover(todo: Todo, _name: str) -> Step:
    text = gettext("Dit dossier wordt uw dossier, per %(day)s. Lees de overdracht.", day=_day(todo))
    return Step(text, gettext("Overdracht lezen"), f"{_DOSSIER}{todo.case_id}/begeleiding", "swap", urgent=True)


_STEPS = {
    "read_handover": _read_handover,
    "take_up": _take_up,
    "find_another_time": _find_another_time,
    "declined": _declined,
    "call_to_tell": _call_to_tell,
    "no_answer": _no_answer,
    "conclude": _conclude,
    "get_acquainted": _get_acquainted,
    "plan_talk": _plan_talk,
    "write_story": _write_story,
    "add_wish": _add_wish,
    "begin_phase": _begin_phase,
    "take_a_stance": _take_a_stance,
    "look_back": _look_back,
    "expect": _expect,
    "say_how_it_goes": _say_how_it_goes,
    "ask_how_it_goes": _ask_how_it_goes,
    "hear_the_child": _hear_the_child,
    "end_passed": _end_passed,
    "end_in_sight": _end_in_sight,
    "resume": _resume,
    "write_coaching": _write_coaching,
}
