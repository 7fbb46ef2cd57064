"""Figures: of one's own dossiers, counted anew; of an alliance, as the worker counted them and without small groups."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from services.cases.domain.accounts import School
from services.cases.domain.alliance_figures import Line, amounts, grouped, lines
from services.cases.domain.efforts import INVESTORS
from services.cases.domain.expectation import ANSWERS
from services.cases.domain.figures import MAIL, SATISFACTION, Figure, Figures, Year
from services.cases.domain.phases import PHASES
from services.cases.persistence.counting import Counted
from services.cases.persistence.figures import CaseFigures
from services.cases.service import CasesService
from services.cases.usecases.acting import acting
from shared.clock import Clock, today
from shared.database import Database
from shared.errors import Invalid, NotFound
from shared.tenancy import NOBODY, Principal, Scope

_EARLIEST = 2015
# Older ones stand as they were last counted, also when their dossiers have been erased.
_COUNTED_AGAIN = 3


@dataclass(frozen=True)
class Insight:
    """Of the caller's own dossiers. `schools`: all of the caller's, to choose from."""

    year: Year
    years: Sequence[Year]
    figures: Figures
    by_school: Sequence[tuple[School, Figures]]
    schools: Sequence[School]
    counted_at: datetime


def of_schools(service: CasesService, who: Principal, year: Year | None, school_id: UUID | None = None) -> Insight:
    """The dossiers of the caller's schools, or of one of them. Raises NotFound, Invalid."""
    return _own(service, who, year, school_id)


def of_caseload(service: CasesService, who: Principal, year: Year | None) -> Insight:
    """The dossiers that the caller accompanies. Raises Invalid."""
    return _own(service, who, year, None, who.user_id)


def checked_year(year: Year | None, day: date) -> Year:
    """This school year unless told. Raises Invalid for one that there cannot be anything of."""
    now = Year.of(day)
    if year is None:
        return now
    if not _EARLIEST <= year.number <= now.number:
        raise Invalid({"year": ["Van dit schooljaar zijn er geen cijfers."]})
    return year


def count_all(database: Database, clock: Clock) -> int:
    """In the worker: the figures of every school, each in a transaction that sees that school alone. Gives how many schools."""
    with database.transaction(NOBODY) as session:
        school_ids = CaseFigures(session).every_school()
    day, now = today(clock), clock.now()
    years = [Year(Year.of(day).number - ago) for ago in range(_COUNTED_AGAIN)]
    for school_id in school_ids:
        with database.transaction(Scope.of_schools({school_id})) as session:
            found = CaseFigures(session)
            for year in years:
                found.keep(school_id, year, found.count(Counted([school_id], year, day)), now)
    return len(school_ids)


def _own(
    service: CasesService, who: Principal, asked: Year | None, school_id: UUID | None, liaison: UUID | None = None
) -> Insight:
    if school_id is not None and school_id not in who.school_ids:
        raise NotFound
    with acting(service, who) as act:
        year = checked_year(asked, act.today)
        schools = act.work.staff.schools()
        wanted = [school for school in schools if school_id in (None, school.id)]
        found = act.work.figures.count_own(Counted([school.id for school in wanted], year, act.today, liaison))
        first = act.work.figures.first_year([school.id for school in wanted]) or year
        years = [Year(number) for number in range(Year.of(act.today).number, min(first.number, year.number) - 1, -1)]
        by_school = [(school, Figures.sum_of(_of(found, school.id))) for school in wanted]
        return Insight(year, years, Figures.sum_of(found), by_school, schools, act.now)


def _of(figures: Sequence[Figure], school_id: UUID) -> list[Figure]:
    return [each for each in figures if each.school_id == school_id]


@dataclass(frozen=True)
class AllianceInsight:
    """Without small groups. `counted_at`: when the worker counted the oldest of these; None when it has not yet."""

    year: Year
    years: Sequence[Year]
    tables: Mapping[str, Sequence[Line]]
    schools: int
    counted_at: datetime | None


# What each table shows, in the order of its columns.
COLUMNS: dict[str, tuple[str, ...]] = {
    "phase": PHASES,
    "kept_parents": ANSWERS,
    "kept_school": ANSWERS,
    **SATISFACTION,
    "overdue": ("review", "end"),
    "minutes": INVESTORS,
    "mail": MAIL,
}
# Not of families but of what they brought about.
_AMOUNTS = ("minutes", "mail")


def of_alliance(service: CasesService, who: Principal, asked: Year | None) -> AllianceInsight:
    """Of all schools of the coordinator's alliance, from what the worker counted: no dossier is read. Raises Invalid."""
    with service.work(who.scope) as work:
        day = today(service.clock)
        year = checked_year(asked, day)
        kept, teams = work.figures.kept(year), work.teams.all()
    by_school = {school.id: Figures.sum_of(_of(kept.figures, school.id)) for school in kept.schools}
    groups = grouped(kept.schools, by_school, [(team.name, team.school_ids) for team in teams])
    tables = {measure: lines(groups, measure, ofs) for measure, ofs in COLUMNS.items() if measure not in _AMOUNTS}
    tables |= {measure: amounts(groups, measure, COLUMNS[measure], tables["phase"]) for measure in _AMOUNTS}
    years = [Year(number) for number in sorted({*kept.years, year.number, Year.of(day).number}, reverse=True)]
    return AllianceInsight(year, years, tables, len(kept.schools), kept.counted_at)
