"""Dutch words for week plans, for the API and the page alike."""

from __future__ import annotations

from typing import Any

from services.scheduling.domain.week.check import Fault
from services.scheduling.domain.week.wall_clock import moment
from services.scheduling.domain.week_plan import PROPOSED, PlannedVisit, WeekPlan
from services.scheduling.pages.words import week_name
from services.scheduling.usecases.day_notes import DayNotes
from services.scheduling.usecases.week_plans import Seen
from shared.clock import day_of
from shared.web.i18n import N_, day_name, gettext

PRIORITY_LABELS = {1: N_("Dringend"), 2: N_("Belangrijk"), 3: N_("Gewoon"), 4: N_("Kan wachten")}
REASON_LABELS = {
    "outside_hours": N_("Er is die week geen tijd die past binnen uw werktijd."),
    "window_too_short": N_("De tijd die past, is binnen uw werktijd korter dan het bezoek duurt."),
    "others_busy": N_("De ouders kunnen niet op een tijd dat u kunt."),
    "fixed": N_("Uw vaste afspraken staan in de weg."),
    "travel": N_("Met de reistijd erbij past het niet naast wat er al staat."),
    "outweighed": N_("Dan moet een bezoek weg dat minstens zo belangrijk is."),
    "taken_out": N_("U hebt dit bezoek uit het plan gehaald."),
}
STATE_LABELS = {
    "queued": N_("wacht"),
    "solving": N_("wordt gemaakt"),
    "proposed": N_("voorstel"),
    "failed": N_("niet gelukt"),
    "cancelled": N_("gestopt"),
}


def told(seen: Seen) -> dict[str, Any]:
    """The plan as the API tells it."""
    plan, ways = seen.plan, {leg.visit.case_id: leg.travel_minutes for leg in seen.legs if leg.visit}
    ready = plan.state == PROPOSED
    days = at_home(seen.days)
    visits = [_visit(each, ways, days) for each in plan.visits if ready]
    left_out = [{"case_id": each["case_id"], "reason": each["reason"]} for each in visits if each["status"] == "left_out"]
    return {
        "id": plan.id,
        "week": week_name(plan.monday),
        "state": plan.state,
        "version": plan.version,
        "progress": plan.percent,
        "planned": sum(each.starts_at is not None for each in plan.visits) if ready else plan.planned,
        "travel_minutes": plan.travel,
        "visits": visits if ready else [_visit(each, ways, days) for each in plan.visits],
        "left_out": left_out,
        "problems": [_problem(plan, each) for each in seen.faults],
        "gap": _gap(plan) if ready else None,
    }


def status_of(visit: PlannedVisit) -> str:
    if visit.appointment_id:
        return "booked"
    if visit.starts_at is None:
        return "left_out"
    return "refused" if visit.refusal else "proposed"


def reason_in_words(visit: PlannedVisit) -> str | None:
    """Why it is not in the plan, or was not booked."""
    if visit.refusal:
        return visit.refusal
    return gettext(REASON_LABELS[visit.reason]) if visit.reason and visit.starts_at is None else None


def gap_in_words(plan: WeekPlan) -> str:
    """How good it provably is."""
    if plan.value is None or plan.value_bound is None:
        return ""
    if plan.changed:
        return gettext("U hebt dit plan zelf veranderd.")
    if plan.value < plan.value_bound:
        lacks = -(-100 * (plan.value_bound - plan.value) // plan.value_bound)
        return gettext(
            "Meer of belangrijkere bezoeken inplannen kan misschien: hoogstens %(percent)s procent beter.", percent=lacks
        )
    if plan.travel_bound is not None and plan.travel_bound < plan.travel:
        less = plan.travel - plan.travel_bound
        return gettext(
            "Meer bezoeken passen niet. De reistijd kan misschien korter: hoogstens %(minutes)s minuten.", minutes=less
        )
    return gettext("Beter kan niet: er passen niet meer of belangrijkere bezoeken, en het kan niet met minder reistijd.")


def fault_in_words(plan: WeekPlan, fault: Fault) -> str:
    day = day_name(moment(plan.monday, fault.day, 12 * 60)).capitalize()
    return gettext(_FAULTS[fault.what], day=day, minutes=fault.minutes)


_FAULTS = {
    "outside_hours": N_("%(day)s: dit bezoek valt buiten uw werktijd."),
    "outside_window": N_("%(day)s: dan komt het de ouders niet uit."),
    "overlap": N_("%(day)s: dit bezoek valt samen met iets anders."),
    "travel": N_("%(day)s: er is te weinig tijd om er te komen; het scheelt %(minutes)s minuten."),
    "lunch": N_("%(day)s: er blijft geen tijd over om te lunchen."),
    "twice": N_("%(day)s: dit bezoek staat er twee keer."),
}


def at_home(days: DayNotes) -> DayNotes:
    """A visit at home can be while a school is closed."""
    return {day: kept for day, notes in days.items() if (kept := [each for each in notes if not each.school])}


def _visit(visit: PlannedVisit, ways: dict[Any, int], days: DayNotes) -> dict[str, Any]:
    return {
        "case_id": visit.case_id,
        "school_id": visit.school_id,
        "duration_minutes": visit.minutes,
        "priority": visit.priority,
        "participant_ids": visit.participant_ids,
        "status": status_of(visit),
        "starts_at": visit.starts_at,
        "ends_at": visit.ends_at,
        "travel_minutes": ways.get(visit.case_id),
        "reason": reason_in_words(visit),
        "notes": [gettext(each.name) for each in days.get(day_of(visit.starts_at), ())] if visit.starts_at else [],
        "appointment_id": visit.appointment_id,
    }


def _problem(plan: WeekPlan, fault: Fault) -> dict[str, Any]:
    cases = [plan.visits[number].case_id for number in fault.visits]
    return {"what": fault.what, "case_ids": cases, "detail": fault_in_words(plan, fault)}


def _gap(plan: WeekPlan) -> dict[str, Any]:
    proven = not plan.changed and (plan.value, plan.travel) == (plan.value_bound, plan.travel_bound)
    bounds = {name: getattr(plan, name) for name in ("value", "value_bound", "travel_bound")}
    return bounds | {"proven": proven, "detail": gap_in_words(plan)}
