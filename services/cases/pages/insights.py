"""Inzicht: figures with a chart and the table beside it. What of, the role says."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, Response, render_template, request
from markupsafe import Markup

from services.cases import service
from services.cases.api.insights import csv_of
from services.cases.domain.efforts import INVESTORS
from services.cases.domain.expectation import ANSWERS
from services.cases.domain.figures import SATISFACTION, Figures, Year
from services.cases.domain.permissions import roles_that
from services.cases.domain.phases import PHASES
from services.cases.domain.sides import SIDES
from services.cases.pages.efforts import party_name, time_chart
from services.cases.pages.words import answer_word, phase_name
from services.cases.usecases import insights
from services.cases.usecases.insights import COLUMNS
from shared.clock import today
from shared.http.auth import principal
from shared.http.policy import allow
from shared.web import charts
from shared.web.i18n import N_, duration
from shared.web.i18n import gettext as _

routes = Blueprint("insight_pages", __name__)
_TABLE_NAMES = {
    "phase": N_("Dossiers, naar de fase van nu"),
    "kept_parents": N_("Afspraken nagekomen, volgens ouders"),
    "kept_school": N_("Afspraken nagekomen, volgens school"),
    "grade_parents": N_("Cijfer van ouders voor het samenwerken"),
    "grade_school": N_("Cijfer van school voor het samenwerken"),
    "helped_child": N_("Gaat het beter, volgens het kind?"),
    "overdue": N_("Te laat"),
    "minutes": N_("Tijd, in minuten"),
    "mail": N_("Berichten aan ouders"),
}
_GRADE_NAMES = {"low": N_("1 tot en met 5"), "middle": N_("6 of 7"), "high": N_("8 of hoger")}
_MAIL_NAMES = {
    "sent": N_("Verstuurd"),
    "failed": N_("Niet aangekomen"),
    "suppressed": N_("Niet gemaild"),
    "settled": N_("Op een andere manier bereikt"),
}
_OVERDUE_NAMES = {"review": N_("Afspraken om op terug te kijken"), "end": N_("Dossiers over hun einde")}


@routes.app_context_processor
def _words() -> dict[str, object]:
    return {"answer_names": [answer_word(each) for each in ANSWERS]}


@routes.get("/inzicht")
@allow(*roles_that("read"), "coordinator")
def show() -> str:
    return _of_alliance() if principal().role == "coordinator" else _of_own()


@routes.get("/inzicht.csv")
@allow("coordinator")
def download() -> Response:
    return csv_of(insights.of_alliance(service.current(), principal(), _year()))


def _of_own() -> str:
    who, mine = principal(), request.args.get("van") != "scholen"
    if who.role == "liaison" and mine:
        found = insights.of_caseload(service.current(), who, _year())
    else:
        school_id = _uuid("school_id")
        found = insights.of_schools(service.current(), who, _year(), school_id if school_id in who.school_ids else None)
    figures = found.figures
    return render_template(
        "cases/insight.html",
        found=found,
        figures=figures,
        mine=who.role == "liaison" and mine,
        phases=[(phase_name(phase), figures.get("phase", phase)) for phase in PHASES],
        phase_chart=_bars(_("Dossiers per fase"), [(phase_name(each), figures.get("phase", each)) for each in PHASES]),
        sides=[(party_name(side), figures.kept(side)) for side in SIDES],
        kept_chart=_kept_chart(figures),
        minutes={by: figures.get("minutes", by) for by in INVESTORS},
        minute_chart=time_chart({by: figures.get("minutes", by) for by in INVESTORS}),
        round_chart=_round_chart(figures),
        rounds=_rounds(figures),
        satisfaction=_satisfaction(figures),
        parties=[(party_name(by), duration(figures.get("minutes", by))) for by in INVESTORS],
    )


def _of_alliance() -> str:
    found = insights.of_alliance(service.current(), principal(), _year())
    tables = [(_(_TABLE_NAMES[name]), _columns(name), lines) for name, lines in found.tables.items()]
    whole = next(iter(found.tables["phase"]), None)
    cells = list(whole.cells[:-1]) if whole else []
    bars = [(phase_name(each), cell) for each, cell in zip(PHASES, cells, strict=False) if cell]
    chart = _bars(_("Dossiers per fase"), bars) if len(bars) > 1 else None  # one bar beside gaps says nothing
    return render_template("cases/insight_alliance.html", found=found, tables=tables, chart=chart)


def _columns(measure: str) -> list[str]:
    return [*(_of_word(measure, each) for each in COLUMNS[measure]), _("Samen")]


def _of_word(measure: str, of: str) -> str:
    named = _OVERDUE_NAMES.get(of) or _GRADE_NAMES.get(of) or _MAIL_NAMES.get(of)
    if named is not None:
        return _(named)
    return {"phase": phase_name, "minutes": party_name}.get(measure, answer_word)(of)


def _bars(title: str, rows: Sequence[tuple[str, int]]) -> Markup:
    return charts.bars(title, [(name, float(value), str(value), "1") for name, value in rows])


def _kept_chart(figures: Figures) -> Markup:
    """Each side's answers, yes first, with how many there are of each."""
    rows = [
        (f"{party_name(side)}: {answer_word(answer).lower()}", float(count), str(count), side)
        for side in SIDES
        for answer, count in zip(ANSWERS, figures.kept(side), strict=True)
    ]
    return charts.bars(_("Afspraken: wat kwam ervan?"), rows)


def _satisfaction(figures: Figures) -> list[tuple[str, Markup, list[tuple[str, int]]]]:
    """What there are figures of: a title, a chart, and its rows."""
    found = []
    for measure, ofs in SATISFACTION.items():
        rows = [(_of_word(measure, of), figures.get(measure, of)) for of in ofs]
        if any(count for _name, count in rows):
            title = _(_TABLE_NAMES[measure])
            found.append((title, _bars(title, rows), rows))
    return found


def _round_chart(figures: Figures) -> Markup:
    numbers = range(1, figures.rounds + 1)
    series = [charts.Series(party_name(side), [figures.mean(side, number) for number in numbers], side) for side in SIDES]
    scale = charts.Scale(0, 2, [(2, answer_word("yes")), (1, answer_word("partly")), (0, answer_word("no"))])
    return charts.lines(_("Verwachtingen over de rondes"), [str(number) for number in numbers], series, scale)


def _rounds(figures: Figures) -> list[list[object]]:
    return [
        [number, *(count for side in SIDES for count in figures.answers(side, number))] for number in range(1, figures.rounds + 1)
    ]


def _year() -> Year | None:
    """What makes no sense is this year: a page has nobody to tell it to."""
    number, now = request.args.get("jaar", type=int), Year.of(today(service.current().clock))
    return Year(number) if number and now.number - 9 <= number <= now.number else None


def _uuid(name: str) -> UUID | None:
    try:
        return UUID(request.args.get(name, ""))
    except ValueError:
        return None
