"""A record as a document: in Dutch, which it is written in, to read and to print."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import make_response
from werkzeug.wrappers import Response

from services.cases.domain.case import GUARDIAN_FIELDS
from services.cases.domain.case_staff import Place
from services.cases.domain.child_view import ChildView
from services.cases.domain.disclosure import of_guardian
from services.cases.domain.efforts import TimeEntry
from services.cases.domain.handover import HandOver
from services.cases.domain.involved import Involved
from services.cases.domain.report import Report
from services.cases.domain.satisfaction import QUESTIONS, Satisfaction
from services.cases.domain.sides import SIDES
from services.cases.pages import happenings, satisfaction_words, words
from services.cases.pages.circle import heard_word, part_word
from services.cases.pages.efforts import party_name
from services.cases.usecases.exports import Export
from shared import pdf
from shared.web.i18n import date_time, day, duration, speak, time_of_day
from shared.web.phone_numbers import phone
from shared.web.words import appointment_kind, status_word

_TEMPLATE = Path(__file__).parent / "export.typ"
_SIDES = {"parents": "Ouders", "school": "School"}


def guardians_shown(guardians: Sequence[dict[str, Any]], own: UUID | None) -> list[dict[str, Any]]:
    """Each as whoever asks may have them: everybody for staff, for a guardian only themself in full."""
    named = [known | {"name": f"{known['first_name']} {known['last_name']}"} for known in guardians]
    return [of_guardian(known, own) for known in named] if own else named


def as_pdf(found: Export) -> Response:
    """To read and to print. In Dutch, which the record is in."""
    speak("nl")
    response = make_response(pdf.render(_TEMPLATE, _printed(found)))
    response.headers["Content-Type"] = "application/pdf"
    response.headers["Content-Disposition"] = f'inline; filename="dossier-{found.dossier.case.reference}.pdf"'
    response.headers["Cache-Control"] = "no-store"
    return response


def _printed(found: Export) -> dict[str, Any]:
    """Sentences and days, in the order of the page."""
    dossier, case = found.dossier, found.dossier.case
    child = words.case_title(case) + (f", {words.group_name(case.child.group)}" if case.child else "")
    return {
        "title": child if found.whole else case.reference,
        "school": dossier.school.name,
        "reference": case.reference,
        "made": f"{date_time(found.made_at)}, {found.made_by}",
        "for": found.own.name if found.own else None,
        "whole": found.whole,
        "facts": [
            ["Fase", words.phase_name(case.phase)],
            ["Begeleid door", dossier.assigned_to_name or "nog niemand"],
            ["Geopend", _day(case.opened_at)],
            ["Verwachte einde", _day(case.planned_end_on)],
            *([["Eigen nummer", case.external_reference]] if case.external_reference else []),
        ],
        "reason": case.reason if found.whole else None,
        "guardians": [_printed_guardian(each) for each in _guardians(found)],
        "story": _said(dossier.story.text, dossier.story) if dossier.story else None,
        "additions": [_said(each.text, each) for each in dossier.of_kind("addition")],
        "wishes": [_said(each.text, each) for each in dossier.of_kind("wish")],
        "strengths": [_said(each.text, each) for each in dossier.of_kind("strength")],
        "goals": [_said(each.text, each) for each in dossier.of_kind("goal")],
        "expectations": {side: [_expected(each) for each in dossier.expectations if each.held_by == side] for side in SIDES},
        "agreements": [_agreed(each) for each in dossier.agreements],
        "reports": [_reported(each) for each in found.reports],
        "satisfaction": [_looked_back(each) for each in found.satisfaction],
        "appointments": [
            [f"{_day(each.starts_at)}, {time_of_day(each.starts_at)}", appointment_kind(each.kind), status_word(each.status).text]
            for each in dossier.appointments
        ],
        "time": [[_day(each.on), party_name(each.by), each.purpose, duration(each.minutes)] for each in found.time],
        "time_spent": _time_spent(found.time),
        "child_views": [_heard(each) for each in found.child_views],
        "involved": [_involved(each) for each in found.involved],
        "charge": [_charged(each) for each in found.places if each.was] + [_handed_over(each) for each in found.handovers],
        "consents": [
            {"text": each.purpose, "meta": f"{_day(each.given_on)}: {each.scope}" + ("" if each.holds else " (ingetrokken)")}
            for each in found.consents
        ],
        "informed": [{"text": each.about, "meta": _day(each.on)} for each in found.informed],
        "timeline": _days(found),
    }


def _guardians(found: Export) -> list[dict[str, Any]]:
    addresses = found.dossier.addresses
    known = [
        {name: getattr(each, name) for name in GUARDIAN_FIELDS} | {"id": str(each.id), "address": addresses.get(each.id)}
        for each in found.dossier.case.guardians
    ]
    return guardians_shown(known, found.own.id if found.own else None)


def _printed_guardian(shown: dict[str, Any]) -> dict[str, str]:
    address, lines = shown.get("address"), [shown.get("email"), phone(shown.get("phone") or "")]
    if address:
        lines.append(f"{address.street} {address.house_number}, {address.postcode} {address.city}")
    return {"text": f"{shown['name']}, {shown['relation']}", "meta": ", ".join(filter(None, lines))}


def _said(text: str, by: Any) -> dict[str, str]:
    return {"text": text, "meta": _by(by)}


def _expected(expectation: Any) -> dict[str, Any]:
    """What is expected, and how each side saw it last."""
    seen = [(_SIDES[side], expectation.latest(side)) for side in SIDES]
    said = [f"{side}: {words.answer_word(each.met).lower()}, {_day(each.written_at)}" for side, each in seen if each]
    return {"text": expectation.text, "meta": _by(expectation), "said": said}


def _agreed(agreement: Any) -> dict[str, str]:
    now = agreement.current
    told = [status_word(agreement.status).text, f"wie: {words.doer_word(agreement.who)}", f"terugkijken op {_day(now.review_on)}"]
    if now.number > 1:
        told.append(f"versie {now.number}")
    return {"text": now.what, "meta": " · ".join(told)}


def _reported(report: Report) -> dict[str, Any]:
    """The text, and below it what the parents said of it and what was added."""
    said = [
        f"{'Akkoord' if each.approves else 'Opmerking'} van de ouders ({_by(each)})"
        + (f": {each.remarks}" if each.remarks else "")
        for each in report.reactions
    ]
    added = [f"Later toegevoegd ({_by(each)}): {each.text}" for each in report.addenda]
    return {
        "title": f"Gesprek op {_day(report.talk_on)}",
        "text": report.text,
        "said": [*said, *added],
        "meta": f"Gevoerd door {report.held_by}, opgeschreven door {_by(report)}",
    }


def _heard(view: ChildView) -> dict[str, str]:
    how = f"Gehoord door {view.heard_by} op {_day(view.heard_on)}, {heard_word(view.form)}"
    return {"text": view.text, "meta": f"{how}; opgeschreven door {_by(view)}"}


def _involved(involved: Involved) -> dict[str, str]:
    period = [f"{word} {_day(on)}" for word, on in (("sinds", involved.since), ("tot en met", involved.until)) if on]
    meta = [involved.organisation, phone(involved.phone or ""), involved.email or "", *period]
    return {"text": f"{involved.name}, {part_word(involved)}", "meta": ", ".join(filter(None, meta))}


def _charged(place: Place) -> dict[str, str]:
    until = f" tot en met {_day(place.valid_until)}" if place.valid_until else ""
    what = "vervanger" if place.place == "deputy" else "ouderfunctionaris"
    return {"text": f"{place.user_name}, {what}", "meta": f"vanaf {_day(place.valid_from)}{until}"}


def _handed_over(handover: HandOver) -> dict[str, str]:
    off = ", gaat niet door" if handover.withdrawn_at else ""
    told = f"\n{handover.note}" if handover.note else ""
    return {"text": f"Overdracht aan {handover.to_name}, per {_day(handover.takes_effect_on)}{off}{told}", "meta": _by(handover)}


def _looked_back(said: Satisfaction) -> dict[str, Any]:
    """The grade and the answers, each beside its question, and below it who said so."""
    answered = [name for name in QUESTIONS[said.of] if getattr(said, name) is not None]
    return {
        "title": satisfaction_words.heading(said.of, said.moment),
        "answers": [[satisfaction_words.question(said.of, name), satisfaction_words.answer(said, name)] for name in answered],
        "meta": _by(said),
    }


def _time_spent(entries: Sequence[TimeEntry]) -> str:
    """`Ouders 2 uur, School 45 minuten`."""
    sums: dict[str, int] = {}
    for each in entries:
        sums[each.by] = sums.get(each.by, 0) + each.minutes
    return ", ".join(f"{party_name(by)} {duration(minutes)}" for by, minutes in sums.items())


def _days(found: Export) -> list[dict[str, Any]]:
    """What happened, the days in the order of the page."""
    days: dict[str, list[list[str]]] = {}
    for each in found.happenings:
        told = happenings.told(each, found.dossier.names)
        days.setdefault(day(each.at), []).append([time_of_day(each.at), told.title, each.actor_name or ""])
    return [{"day": named, "lines": lines} for named, lines in days.items()]


def _by(written: Any) -> str:
    return f"{written.written_by_name}, {_day(written.written_at)}"


def _day(value: date | datetime) -> str:
    """`26 november 2026`."""
    return day(value).split(" ", 1)[1]
