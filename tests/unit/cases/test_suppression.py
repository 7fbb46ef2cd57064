"""Nothing that is hidden follows from what is shown: asked of linear algebra, which knows nothing of how it was hidden."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import chain, combinations
from typing import TypeVar

from hypothesis import example, given, settings
from hypothesis import strategies as st

from services.cases.domain.suppression import SMALLEST, Level, Row, Shown, shown, small

PRIME = 2_147_483_647
COUNTS = st.one_of(st.integers(0, 8), st.integers(0, 40))
Groups = list[list[list[int]]]
Vector = list[int]
Each = TypeVar("Each")
# Three levels that are each in order, and that told a group of three together.
ACROSS = [
    [[3, 32, 30, 30], [10, 4, 10, 4], [12, 4, 29, 8], [27, 6, 40, 4], [3, 32, 30, 30]],
    [[19, 36, 8, 8], [6, 2, 19, 23]],
    [[0, 3, 32, 30]],
]


def tables(most_rows: int, most_groups: int, most_columns: int) -> st.SearchStrategy[Groups]:
    def of(width: int) -> st.SearchStrategy[Groups]:
        row = st.lists(COUNTS, min_size=width, max_size=width)
        return st.lists(st.lists(row, min_size=1, max_size=most_rows), min_size=1, max_size=most_groups)

    return st.integers(1, most_columns).flatmap(of)


def asked(found: Groups, families: int | None = None) -> Shown:
    """As many families as there are counts, unless told."""
    return shown([[Row(sum(row) if families is None else families, row) for row in rows] for rows in found])


class Reader:
    """What somebody sees of a table: each figure as the sum of base cells that it is."""

    def __init__(self, found: Groups) -> None:
        self.places = [(g, r) for g, rows in enumerate(found) for r in range(len(rows))]
        self.columns = range(len(found[0][0]))
        self._cells = [found[g][r][c] for g, r in self.places for c in self.columns]
        self.sees: list[Vector] = []
        self.hidden: list[Vector] = []
        show = asked(found)
        for line in self._lines():
            for column in self.columns:
                (self.sees if column in show.columns and self._in(line, show.counts) else self.hidden).append(
                    self.sum_of(line, [column])
                )
            (self.sees if self._in(line, show.sums) else self.hidden).append(self.sum_of(line, self.columns))

    def _lines(self) -> list[list[tuple[int, int]]]:
        """All rows, those of each group, and each by itself."""
        groups = sorted({g for g, _ in self.places})
        return [self.places, *([at for at in self.places if at[0] == g] for g in groups), *([at] for at in self.places)]

    def _in(self, line: list[tuple[int, int]], level: Level) -> bool:
        """A line that is two things at once is shown if it is as either."""
        one_group = {g for g, _ in line} == {line[0][0]} and line == [at for at in self.places if at[0] == line[0][0]]
        return (
            (line == self.places and level.whole)
            or (one_group and line[0][0] in level.groups)
            or (len(line) == 1 and line[0] in level.rows)
        )

    def sum_of(self, rows: Collection[tuple[int, int]], columns: Collection[int]) -> Vector:
        return [int(at in rows and column in columns) for at in self.places for column in self.columns]

    def value(self, wanted: Vector) -> int:
        return sum(cell for cell, counts in zip(self._cells, wanted, strict=True) if counts)

    def derives(self, wanted: Vector) -> bool:
        """Whether it is a combination of what is seen."""
        return rank([*self.sees, wanted]) == rank(self.sees)


def rank(rows: Sequence[Sequence[int]]) -> int:
    left, found = [list(row) for row in rows], 0
    for column in range(len(rows[0]) if rows else 0):
        pivot = next((row for row in left[found:] if row[column] % PRIME), None)
        if pivot is None:
            continue
        left.remove(pivot)
        left.insert(found, pivot)
        inverse = pow(pivot[column], -1, PRIME)
        for number, row in enumerate(left):
            if row is not pivot and row[column] % PRIME:
                factor = row[column] * inverse
                left[number] = [(a - factor * b) % PRIME for a, b in zip(row, pivot, strict=True)]
        found += 1
    return found


@settings(max_examples=150, deadline=None)
@given(tables(5, 4, 4))
@example(ACROSS)
def test_no_small_group_is_shown_or_follows_from_what_is_shown(found: Groups) -> None:
    reader = Reader(found)
    cells = [reader.sum_of([at], [column]) for at in reader.places for column in reader.columns]
    assert not [each for each in reader.sees if small(reader.value(each))]
    assert not [each for each in (*reader.hidden, *cells) if small(reader.value(each)) and reader.derives(each)]


@settings(max_examples=100, deadline=None)
@given(tables(2, 2, 3))
def test_no_small_group_of_any_schools_and_columns_follows(found: Groups) -> None:
    """Also of those that are no line of the table, as two of the three schools of a team."""
    reader = Reader(found)
    for rows in subsets(reader.places):
        for columns in subsets(list(reader.columns)):
            wanted = reader.sum_of(rows, columns)
            assert not (small(reader.value(wanted)) and reader.derives(wanted))


def subsets(of: Sequence[Each]) -> list[tuple[Each, ...]]:
    return list(chain.from_iterable(combinations(of, size) for size in range(1, len(of) + 1)))


@settings(max_examples=150, deadline=None)
@given(tables(5, 4, 4))
@example([[[3, 4]], [[2, 1], [5, 0]]])
def test_what_can_be_shown_of_the_whole_is(found: Groups) -> None:
    show, total = asked(found), sum(sum(row) for rows in found for row in rows)
    assert show.sums.whole == (not small(total))
    assert show.counts.whole or not show.columns
    for wide, narrow in ((show.sums.groups, show.counts.groups), (show.sums.rows, show.counts.rows)):
        assert wide >= narrow


def test_large_groups_are_all_shown() -> None:
    show = asked([[[5, 9], [8, 0]], [[6, 12]]])
    every = Level(True, frozenset({0, 1}), frozenset({(0, 0), (0, 1), (1, 0)}))
    assert show == Shown(frozenset({0, 1}), every, every)
    assert SMALLEST == 5


def test_a_lone_small_group_takes_the_smallest_other_with_it() -> None:
    show = asked([[[3, 9], [8, 7], [6, 12]]])
    assert show.counts.rows == {(0, 2)}, "the fifteen goes with the twelve"
    assert show.sums.rows == {(0, 0), (0, 1), (0, 2)}, "their sums are all large"


def test_two_small_ones_that_are_small_together_take_a_third() -> None:
    assert asked([[[1], [2], [9], [30]]]).sums.rows == {(0, 3)}


def test_a_column_that_is_small_for_all_is_nowhere_shown_nor_the_next() -> None:
    show = asked([[[1, 5, 20], [2, 5, 20]]])
    assert show.columns == {2}
    assert show.sums.rows == {(0, 0), (0, 1)}


def test_many_things_of_a_few_families_are_a_small_group() -> None:
    assert not asked([[[20], [30]]], families=2).sums.whole
    assert asked([[[20], [30]]], families=3).sums == Level(True, frozenset({0}), frozenset())
    assert asked([[[0], [0]]], families=0).sums.rows == {(0, 0), (0, 1)}
