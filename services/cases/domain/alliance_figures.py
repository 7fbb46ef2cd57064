"""The figures of an alliance, per team and per school, without small groups. A school counts with the first of its teams."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from services.cases.domain.accounts import School
from services.cases.domain.figures import Figures
from services.cases.domain.suppression import hidden_of_groups, with_sums


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
    values = [with_sums([found.row(measure, ofs) for _, found in group.schools]) for group in groups]
    if not values:
        return []
    hide = hidden_of_groups(values)
    sums = [_sums(rows) for rows in values]
    shown = [Line("all", "", _cells(_sums(sums), hide.of_all))]
    for number, (group, rows) in enumerate(zip(groups, values, strict=True)):
        shown.append(Line("team", group.name, _cells(sums[number], {c for r, c in hide.of_groups if r == number})))
        for at, (school, _) in enumerate(group.schools):
            shown.append(Line("school", school.name, _cells(rows[at], {c for r, c in hide.within[number] if r == at})))
    return shown


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


def _sums(rows: Sequence[Sequence[int]]) -> list[int]:
    return [sum(column) for column in zip(*rows, strict=True)]


def _cells(values: Sequence[int], hidden: Iterable[int]) -> list[int | None]:
    return [None if column in hidden else value for column, value in enumerate(values)]


def _total(figures: Iterable[Figures], measure: str, ofs: Sequence[str]) -> list[int]:
    (row,) = with_sums([_sums([found.row(measure, ofs) for found in figures])])
    return row
