"""A week plan as its page shows it: beside what stands, with the ways between, by day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from services.scheduling.domain.week_plan import PlannedVisit
from services.scheduling.pages.week_plan_words import at_home, fault_in_words
from services.scheduling.pages.words import KIND_LABELS, days_in_words, family_name
from services.scheduling.usecases.week_plans import Leg, Seen
from shared.web.i18n import gettext as _
from shared.web.i18n import local
from shared.web.week import Item, Week, colours_of, week_of


@dataclass(frozen=True)
class Row:
    """A visit in the form. `number`: its row; `travel_minutes`: the way there."""

    number: int
    visit: PlannedVisit
    name: str
    school: str
    travel_minutes: int | None
    problems: Sequence[str]

    @property
    def date(self) -> str:
        """As the form's fields take it; nothing while it has no time."""
        return f"{local(self.visit.starts_at):%Y-%m-%d}" if self.visit.starts_at else ""

    @property
    def time(self) -> str:
        return f"{local(self.visit.starts_at):%H:%M}" if self.visit.starts_at else ""


@dataclass(frozen=True)
class View:
    """`days`: the visits that have a time, by day; `left_out`: the others; `problems`: what is wrong with a whole day.

    `notes`: what kind of day it is.
    """

    week: Week
    days: dict[date, list[Row]]
    left_out: list[Row]
    problems: list[str]
    notes: dict[date, str]


def view(seen: Seen, today: date) -> View:
    colours = colours_of(sorted({case.school_name for case in seen.cases.values()}))
    rows = [_row(seen, number, visit) for number, visit in enumerate(seen.plan.visits)]
    days: dict[date, list[Row]] = {}
    for row in sorted(rows, key=lambda row: (row.visit.starts_at is None, row.visit.starts_at)):
        if row.visit.starts_at is not None:
            days.setdefault(local(row.visit.starts_at).date(), []).append(row)
    problems = [fault_in_words(seen.plan, each) for each in seen.faults if not each.visits]
    left_out = [row for row in rows if row.visit.starts_at is None]
    notes = days_in_words(at_home(seen.days))
    return View(week_of(seen.plan.monday, _items(seen, colours), today, notes=notes), days, left_out, problems, notes)


def name_of(seen: Seen, visit: PlannedVisit) -> str:
    """The family's name, or the case's number when nobody of them is known."""
    people = [seen.people[each] for each in visit.participant_ids if each in seen.people]
    return family_name(people) or seen.cases[visit.case_id].reference


def _row(seen: Seen, number: int, visit: PlannedVisit) -> Row:
    way = next((leg.travel_minutes for leg in seen.legs if leg.visit is visit), None)
    problems = [fault_in_words(seen.plan, each) for each in seen.faults if number in each.visits]
    return Row(number, visit, name_of(seen, visit), seen.cases[visit.case_id].school_name, way, problems)


def _items(seen: Seen, colours: dict[str, int]) -> list[Item]:
    """What stands already (neutral), what is proposed (in its school's colour), and the ways (faint)."""
    booked = {visit.appointment_id: name_of(seen, visit) for visit in seen.plan.visits if visit.appointment_id}
    items = []
    for each in seen.fixed:
        title = f"{_(KIND_LABELS[each.kind])} {booked.get(each.id, '')}".strip()
        detail = _("gepland uit dit plan") if each.id in booked else _("staat al")
        items.append(Item(each.starts_at, each.ends_at, title, detail, f"/scheduling/afspraken/{each.id}"))
    for leg in seen.legs:
        items += _leg(seen, leg, colours)
    return items


def _leg(seen: Seen, leg: Leg, colours: dict[str, int]) -> list[Item]:
    found = []
    if leg.travel_minutes:
        leaves = leg.starts_at - timedelta(minutes=leg.travel_minutes)
        found.append(Item(leaves, leg.starts_at, _("Reis %(minutes)s min.", minutes=leg.travel_minutes), travel=True))
    if leg.visit is not None:
        school = seen.cases[leg.visit.case_id].school_name
        detail = " · ".join([_("voorstel"), school])
        found.append(Item(leg.starts_at, leg.ends_at, name_of(seen, leg.visit), detail, colour=colours[school]))
    return found
