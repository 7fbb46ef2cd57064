"""Small groups are not shown, and cannot be had by subtraction either: for counts of schools, in teams, in an alliance.

What is shown tells the schools apart into blocks: a school that is shown; the schools of a shown team that are not; and those
that are left in the teams that are not shown. Whatever follows from sums is a sum of blocks. So it is enough that each block
is sound, which is nothing at all or five and more, in each column; then so is every sum of them. Columns that are too small
for the whole alliance are one column, that is not shown.

A row of which the columns may not be shown, may show its sum, in the same way with finer blocks. Of a table of which only the
margins are known, no groups follow but whole rows and whole columns; both are sound.

Handbook on Statistical Disclosure Control (Hundepool et al.), chapter 4: primary and secondary suppression.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

SMALLEST = 5
Place = tuple[int, int]
Key = TypeVar("Key", int, Place)


def small(value: int) -> bool:
    """A group that would be recognised."""
    return 0 < value < SMALLEST


@dataclass(frozen=True)
class Row:
    """Counts of one school, of something that `families` brought about."""

    families: int
    counts: Sequence[int]

    @property
    def total(self) -> int:
        return sum(self.counts)

    @property
    def nothing(self) -> Row:
        return Row(0, [0] * len(self.counts))

    @property
    def sound(self) -> bool:
        """Each count is nothing or large enough; and so many things are not of a handful of families."""
        return not any(small(count) for count in self.counts) and (self.families >= SMALLEST or not self.total)


Groups = Sequence[Sequence[Row]]


def sum_of(rows: Iterable[Row]) -> Row:
    found = list(rows)
    return Row(sum(row.families for row in found), [sum(column) for column in zip(*(row.counts for row in found), strict=True)])


@dataclass(frozen=True)
class Level:
    """Of what there is something to show: the whole, groups, and rows by group and row."""

    whole: bool = False
    groups: frozenset[int] = frozenset()
    rows: frozenset[Place] = frozenset()

    def has(self, group: int | None = None, row: int | None = None) -> bool:
        """The whole, where it says no group; a group, where it says no row."""
        if group is None:
            return self.whole
        return group in self.groups if row is None else (group, row) in self.rows


@dataclass(frozen=True)
class Shown:
    """`counts`: what shows `columns`. `sums`: what shows its sum; those too."""

    columns: frozenset[int]
    counts: Level
    sums: Level


def shown(groups: Groups) -> Shown:
    """As much as may be. The sum of all is shown whenever it is sound."""
    columns = _columns(sum_of(row for rows in groups for row in rows).counts)
    counts = _level([[_merged(row, columns) for row in rows] for rows in groups], Level())
    sums = _level([[_merged(row, frozenset()) for row in rows] for rows in groups], counts)
    return Shown(columns, counts, sums)


def _columns(counts: Sequence[int]) -> frozenset[int]:
    """Those that may be shown; the others are not small together."""
    found = {column for column, count in enumerate(counts) if not small(count)}
    while small(sum(counts) - sum(counts[column] for column in found)):
        large = [column for column in found if counts[column]]
        if not large:
            return frozenset()
        found.remove(min(large, key=lambda column: counts[column]))
    return frozenset(found)


def _merged(row: Row, columns: frozenset[int]) -> Row:
    """With what is in no column that is shown as one more."""
    kept = [row.counts[column] for column in sorted(columns)]
    return Row(row.families, [*kept, row.total - sum(kept)])


def _level(groups: Groups, kept: Level) -> Level:
    """What is sound by itself, less what must be taken from it to make all blocks sound; nothing is taken from `kept`."""
    sums, places = set(), set()
    for g, rows in enumerate(groups):
        sound = {r for r, row in enumerate(rows) if row.sound}
        beside = _beside_the_sum(rows, sound, {r for at, r in kept.rows if at == g})
        if beside is not None:
            sums.add(g)
        places |= {(g, r) for r in (sound if beside is None else beside)}
    return _beside_the_whole(groups, Level(False, frozenset(sums), frozenset(places)), kept)


def _beside_the_sum(rows: Sequence[Row], sound: Collection[int], kept: Collection[int]) -> set[int] | None:
    """Which rows of a group are shown with its sum; none where that must not be."""
    found = set(sound)
    while not (rest := sum_of(row for r, row in enumerate(rows) if r not in found)).sound:
        free = {r: rows[r] for r in found if r not in kept}
        if not free:
            return None
        found.remove(_least(rest, free))
    return found


def _beside_the_whole(groups: Groups, without: Level, kept: Level) -> Level:
    """What is shown with the sum of all; `without` where that must not be."""
    found = replace(without, whole=True)
    while not (rest := sum_of(row for g in range(len(groups)) if g not in found.groups for row in _left(groups, found, g))).sound:
        rows = {(g, r): groups[g][r] for g, r in found.rows - kept.rows if g not in found.groups}
        sums = {g: sum_of([rest.nothing, *_left(groups, found, g)]) for g in found.groups - kept.groups}
        if rows:
            found = replace(found, rows=found.rows - {_least(rest, rows)})
        elif sums:
            found = replace(found, groups=found.groups - {_least(rest, sums)})
        else:
            return without
    return found


def _left(groups: Groups, level: Level, g: int) -> list[Row]:
    """The rows of a group that are not shown."""
    return [row for r, row in enumerate(groups[g]) if (g, r) not in level.rows]


def _least(rest: Row, free: Mapping[Key, Row]) -> Key:
    """Of what can be taken, the smallest that makes the rest sound; else the smallest that is something."""

    def cost(key: Key) -> tuple[bool, bool, int, Key]:
        row = free[key]
        return not sum_of([rest, row]).sound, not row.total, row.total, key

    return min(free, key=cost)
