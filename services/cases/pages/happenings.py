"""The timeline in words: what each kind of happening is called."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from services.cases.pages import words
from shared.web.i18n import N_, date_time, day, gettext, short_day
from shared.web.words import appointment_icon, appointment_kind


@dataclass(frozen=True)
class Told:
    """Something that happened, as it stands on the timeline."""

    title: str
    icon: str
    kind: str = ""
    detail: str = ""
    href: str = ""


@dataclass(frozen=True)
class _Happened:
    """What a sentence may use: the happening's data, and the names of whom it mentions."""

    data: dict[str, Any]
    about_id: UUID | None
    names: dict[UUID, str]

    def name(self, key: str) -> str:
        """Of the person with the id under `key`."""
        found = self.data.get(key)
        return self.names.get(UUID(found), gettext("iemand")) if found and found != "None" else ""

    @property
    def moment(self) -> dict[str, str]:
        starts_at = datetime.fromisoformat(self.data["starts_at"])
        return {"what": appointment_kind(self.data["kind"]), "when": date_time(starts_at)}

    @property
    def appointment(self) -> str:
        return f"/scheduling/afspraken/{self.about_id}"


def told(happening: Any, names: dict[UUID, str]) -> Told:
    """In words; a kind that is not in the table is shown as it is, so that a new one never breaks a page."""
    make = _TABLE.get(happening.kind)
    if make is None:
        return Told(happening.kind, "dot")
    return make(_Happened(happening.data, happening.about_id, names))


_ANSWERS = {
    "accepted": (N_("%(name)s komt: %(what)s, %(when)s"), "check", "ok"),
    "declined": (N_("%(name)s kan niet: %(what)s, %(when)s"), "cross", "err"),
    "another_time": (N_("%(name)s wil een andere tijd: %(what)s, %(when)s"), "calendar", "warn"),
}


def _opened(it: _Happened) -> Told:
    liaison = it.name("assigned_to")
    detail = gettext("Ouderfunctionaris: %(name)s", name=liaison) if liaison else gettext("Nog zonder ouderfunctionaris")
    if earlier := it.data.get("reopened_from"):
        title = gettext("Dossier geopend, in vervolg op dossier %(number)s", number=earlier)
        return Told(title, "folder", "school", detail, href=f"/cases/dossiers/{it.about_id}")
    return Told(gettext("Dossier geopend"), "folder", "school", detail)


def _reopened(it: _Happened) -> Told:
    title = gettext("Heropend als dossier %(number)s", number=it.data["reference"])
    return Told(title, "folder", "school", href=f"/cases/dossiers/{it.about_id}")


def _extended(it: _Happened) -> Told:
    was, now = (short_day(date.fromisoformat(it.data[key])) for key in ("was_on", "is_on"))
    title = gettext("Meer tijd: van %(was)s naar %(now)s", was=was, now=now)
    return Told(title, "calendar", "", gettext("Reden: %(reason)s", reason=it.data["reason"]))


def _changed(it: _Happened) -> Told:
    if it.data.get("fields") == ["assigned_to"]:
        liaison = it.name("assigned_to") or gettext("niemand")
        return Told(gettext("Ouderfunctionaris: %(name)s", name=liaison), "person")
    fields = ", ".join(words.field_word(each) for each in it.data.get("fields", []))
    return Told(gettext("Gewijzigd: %(fields)s", fields=fields), "edit")


def _phase_changed(it: _Happened) -> Told:
    reason = it.data.get("reason") or ""
    detail = gettext("Reden: %(reason)s", reason=reason) if reason else ""
    if until := it.data.get("resume_on"):
        detail = f"{detail} {gettext('Verder op %(day)s.', day=short_day(date.fromisoformat(until)))}"
    return Told(gettext("Fase: %(phase)s", phase=words.phase_name(it.data["to"])), "flag", "ok", detail)


def _story(it: _Happened) -> Told:
    first = it.data.get("version") == 1
    return Told(
        gettext("Het verhaal van de ouders opgeschreven") if first else gettext("Het verhaal aangevuld"), "chat", "parents"
    )


def _guardian(text: str) -> Callable[[_Happened], Told]:
    def make(it: _Happened) -> Told:
        name = it.names.get(it.about_id, gettext("een ouder")) if it.about_id else ""
        return Told(gettext(text, name=name), "person", "parents")

    return make


def _planned(text: str, icon: str = "", kind: str = "") -> Callable[[_Happened], Told]:
    def make(it: _Happened) -> Told:
        return Told(gettext(text, **it.moment), icon or appointment_icon(it.data["kind"]), kind, href=it.appointment)

    return make


def _answered(it: _Happened) -> Told:
    text, icon, kind = _ANSWERS.get(it.data.get("response") or "", (N_("%(name)s antwoordde: %(what)s, %(when)s"), "letter", ""))
    return Told(gettext(text, name=it.name("person_id"), **it.moment), icon, kind, href=it.appointment)


def _concluded(it: _Happened) -> Told:
    if it.data.get("status") == "no_show":
        return Told(gettext("%(what)s van %(when)s: er was niemand", **it.moment), "warning", "warn", href=it.appointment)
    return Told(gettext("%(what)s van %(when)s is geweest", **it.moment), "check", "ok", href=it.appointment)


def _message(text: str, icon: str, kind: str = "") -> Callable[[_Happened], Told]:
    def make(it: _Happened) -> Told:
        what = words.message_word(it.data.get("template", ""))
        title = gettext(text, name=it.name("person_id") or gettext("een ouder"), what=what)
        return Told(title[:1].upper() + title[1:], icon, kind, href=f"/notifications/berichten/{it.about_id}")

    return make


def _of_person(text: str, icon: str) -> Callable[[_Happened], Told]:
    def make(it: _Happened) -> Told:
        name = it.name("person_id") or gettext("een ouder")
        return Told(gettext(text, name=name, purpose=it.data.get("purpose", "")), icon, "parents")

    return make


def _plain(text: str, icon: str, kind: str = "") -> Callable[[_Happened], Told]:
    return lambda _: Told(gettext(text), icon, kind)


def _agreement(text: str, icon: str = "check", kind: str = "") -> Callable[[_Happened], Told]:
    def make(it: _Happened) -> Told:
        side = gettext(_SIDES[it.data["by"]]) if it.data.get("by") else ""
        reason = it.data.get("reason") or ""
        detail = gettext("Reden: %(reason)s", reason=reason) if reason else it.data.get("what", "")
        return Told(gettext(text, side=side), icon, kind, detail, href=f"/cases/afspraken/{it.about_id}")

    return make


def _expectation(it: _Happened) -> Told:
    if it.data.get("direction") == "parents_to_school":
        return Told(gettext("De ouders schreven op wat zij van de school verwachten"), "swap", "parents")
    return Told(gettext("De school schreef op wat zij van de ouders verwacht"), "swap", "school")


def _expectation_seen(it: _Happened) -> Told:
    side = gettext(_SIDES[it.data["by"]])
    return Told(gettext("%(side)s keek terug op een verwachting", side=side), "swap", it.data["by"])


def _report(text: str, icon: str = "edit", kind: str = "") -> Callable[[_Happened], Told]:
    def make(it: _Happened) -> Told:
        on = date.fromisoformat(it.data["talk_on"])
        return Told(gettext(text, day=day(on)), icon, kind, href=f"/cases/verslagen/{it.about_id}")

    return make


def _deputy(it: _Happened) -> Told:
    title = gettext("%(name)s vervangt vanaf %(day)s", name=it.name("user_id"), day=_on(it, "valid_from"))
    until = gettext("Tot en met %(day)s", day=_on(it, "valid_until")) if it.data.get("valid_until") else ""
    return Told(title, "person", "", until)


def _deputy_ended(it: _Happened) -> Told:
    return Told(gettext("%(name)s vervangt niet meer", name=it.name("user_id")), "person")


def _handover(text: str, kind: str = "") -> Callable[[_Happened], Told]:
    def make(it: _Happened) -> Told:
        on = _on(it, "takes_effect_on") if it.data.get("takes_effect_on") else ""
        planned = gettext("Nog niet: op deze dag gaat het in.") if it.data.get("planned") else ""
        return Told(gettext(text, name=it.name("to"), day=on), "swap", kind, planned)

    return make


def _on(it: _Happened, key: str) -> str:
    return short_day(date.fromisoformat(it.data[key]))


def _satisfaction(it: _Happened) -> Told:
    name = it.name("person_id") or gettext(_HEARD[it.data["of"]])
    return Told(gettext("%(name)s zei hoe het ging", name=name), "star", "school" if it.data["of"] == "school" else "parents")


_HEARD = {"parents": N_("Een ouder"), "school": N_("De school"), "child": N_("Het kind")}
_SIDES = {"parents": N_("Een ouder"), "school": N_("De school")}
_TABLE: dict[str, Callable[[_Happened], Told]] = {
    "case_opened": _opened,
    "case_changed": _changed,
    "case_extended": _extended,
    "case_reopened": _reopened,
    "phase_changed": _phase_changed,
    "deputy_assigned": _deputy,
    "deputy_ended": _deputy_ended,
    "handed_over": _handover(N_("Overgedragen aan %(name)s, per %(day)s"), "ok"),
    "handover_accepted": _handover(N_("De overdracht is gelezen"), "ok"),
    "handover_withdrawn": _handover(N_("De overdracht aan %(name)s gaat niet door"), "warn"),
    "involved_added": _plain(N_("Opgeschreven wie er nog meer betrokken is"), "people"),
    "involved_changed": _plain(N_("Gewijzigd wie er nog meer betrokken is"), "people"),
    "child_heard": _plain(N_("Opgeschreven hoe het kind het ziet"), "heart"),
    "story_written": _story,
    "addition_added": _plain(N_("Een ouder vertelde meer, op de eigen pagina"), "chat", "parents"),
    "wish_added": _plain(N_("Wens toegevoegd"), "star", "parents"),
    "strength_added": _plain(N_("Kracht toegevoegd"), "heart"),
    "goal_added": _plain(N_("Gemeenschappelijk doel toegevoegd"), "flag"),
    "expectation_added": _expectation,
    "expectation_evaluated": _expectation_seen,
    "agreement_proposed": _agreement(N_("Afspraak voorgesteld")),
    "agreement_endorsed": _agreement(N_("%(side)s staat achter een afspraak"), "check", "ok"),
    "agreement_disputed": _agreement(N_("%(side)s staat niet achter een afspraak"), "warning", "warn"),
    "agreement_evaluated": _agreement(N_("%(side)s keek terug op een afspraak"), "swap"),
    "agreement_revised": _agreement(N_("Afspraak bijgesteld"), "edit"),
    "agreement_ended": _agreement(N_("Afspraak beëindigd"), "cross"),
    "report_written": _report(N_("Verslag geschreven van het gesprek op %(day)s")),
    "report_presented": _report(N_("Verslag van %(day)s voorgelegd aan de ouders"), "letter"),
    "report_approved": _report(N_("Een ouder vindt het verslag van %(day)s goed"), "check", "ok"),
    "report_remarked": _report(N_("Een ouder schreef een opmerking bij het verslag van %(day)s"), "chat", "parents"),
    "report_finished": _report(N_("Verslag van %(day)s is klaar"), "check"),
    "report_added_to": _report(N_("Toegevoegd aan het verslag van %(day)s")),
    "emergency_access": _plain(N_("Iemand van buiten deze school keek met spoed"), "warning", "warn"),
    "satisfaction_given": _satisfaction,
    "consent_given": _of_person(N_("%(name)s gaf toestemming: %(purpose)s"), "check"),
    "consent_withdrawn": _of_person(N_("%(name)s trok toestemming in: %(purpose)s"), "cross"),
    "parents_informed": _of_person(N_("%(name)s hoorde wat er wordt bewaard"), "info"),
    "coached": _plain(N_("Coaching opgeschreven"), "chat"),
    "guardian_added": _guardian(N_("Ouder toegevoegd: %(name)s")),
    "guardian_changed": _guardian(N_("Gegevens gewijzigd van %(name)s")),
    "appointment_invited": _planned(N_("%(what)s gepland: %(when)s")),
    "appointment_moved": _planned(N_("%(what)s verzet naar %(when)s"), "swap", "warn"),
    "appointment_cancelled": _planned(N_("%(what)s van %(when)s gaat niet door"), "cross", "err"),
    "appointment_answered": _answered,
    "appointment_concluded": _concluded,
    "message_sent": _message(N_("%(name)s kreeg %(what)s"), "letter"),
    "message_failed": _message(N_("%(what)s kwam niet aan bij %(name)s"), "warning", "err"),
    "message_suppressed": _message(N_("%(what)s is niet gemaild aan %(name)s: bel of schrijf"), "phone", "warn"),
    "message_settled": _message(N_("%(name)s is op een andere manier bereikt: %(what)s"), "phone", "ok"),
}
