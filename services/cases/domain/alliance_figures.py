"""The figures of an alliance, per team and per school, without small groups. A school counts with the first of its teams."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.cases.domain.accounts import School
from services.cases.domain.figures import Figures
from services.cases.domain.suppression import Row, Shown, shown, sum_of


@dataclass(frozen=True)
class Group:
    """Schools that are shown together. `name`: of the team; empty for those that are in none."""

    name: str
    schools: Sequence[tuple[School, Figures]]


@dataclass(frozen=True)
class Line:
    """A row of a table: `level` is all, team or school; a cell that is None is not shown. The last is the sum."""

    level: str
    name: str
    cells: Sequence[int | None]


Teams = Iterable[tuple[str, Iterable[UUID]]]


def grouped(schools: Sequence[School], figures: Mapping[UUID, Figures], teams: Teams) -> list[Group]:
    """By team, in the order of their names; each school once."""
    left, found = {school.id: school for school in schools}, []
    for name, ids in sorted(teams, key=lambda team: team[0]):
        mine = [left.pop(each) for each in sorted(set(ids)) if each in left]
        found.append(Group(name, _named(mine, figures)))
    found.append(Group("", _named(list(left.values()), figures)))
    return [group for group in found if group.schools]


def lines(groups: Sequence[Group], measure: str, ofs: Sequence[str]) -> list[Line]:
    """Counts of groups of families: all, then each team with its schools."""
    rows = [[Row(found.cases, found.row(measure, ofs)) for _, found in group.schools] for group in groups]
    if not rows:
        return []
    show = shown(rows)
    told = [Line("all", "", _cells(sum_of(row for each in rows for row in each), show))]
    for g, group in enumerate(groups):
        told.append(Line("team", group.name, _cells(sum_of(rows[g]), show, g)))
        for r, (school, _) in enumerate(group.schools):
            told.append(Line("school", school.name, _cells(rows[g][r], show, g, r)))
    return told


def amounts(groups: Sequence[Group], measure: str, ofs: Sequence[str], sizes: Sequence[Line]) -> list[Line]:
    """Amounts that families brought about, as minutes: shown where the number of families is. `sizes`: those, line by line."""
    whole = [found for group in groups for _, found in group.schools]
    rows = [_total(whole, measure, ofs)]
    for group in groups:
        rows.append(_total([found for _, found in group.schools], measure, ofs))
        rows += [_total([found], measure, ofs) for _, found in group.schools]
    return [
        Line(size.level, size.name, row if size.cells[-1] is not None else [None] * len(row))
        for size, row in zip(sizes, rows, strict=True)
    ]


def _named(schools: Iterable[School], figures: Mapping[UUID, Figures]) -> list[tuple[School, Figures]]:
    return [(school, figures.get(school.id, Figures({}))) for school in sorted(schools, key=lambda school: school.name)]


def _cells(row: Row, show: Shown, *at: int) -> list[int | None]:
    """The counts and their sum, as far as this row may show them. `at`: of which group, and which row of it."""
    columns = show.columns if show.counts.has(*at) else ()
    counts = [count if column in columns else None for column, count in enumerate(row.counts)]
    return [*counts, row.total if show.sums.has(*at) else None]


def _total(figures: Iterable[Figures], measure: str, ofs: Sequence[str]) -> list[int]:
    """Of the schools that had a dossier: minutes of no dossiers would be somebody's."""
    row = sum_of(Row(found.cases, found.row(measure, ofs)) for found in figures if found.cases)
    counts = row.counts or [0] * len(ofs)
    return [*counts, sum(counts)]
