"""Nothing that is hidden follows from what is shown: asked of linear algebra, which knows nothing of how it was hidden."""

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import given, settings
from hypothesis import strategies as st

from services.cases.domain.suppression import SMALLEST, Table, hidden_of_groups, small, with_sums

PRIME = 2_147_483_647
COUNTS = st.one_of(st.integers(0, 8), st.integers(0, 40))
Groups = list[list[list[int]]]


@st.composite
def groups(draw: st.DrawFn) -> Groups:
    width = draw(st.integers(1, 4))
    row = st.lists(COUNTS, min_size=width, max_size=width)
    found: Groups = draw(st.lists(st.lists(row, min_size=1, max_size=5), min_size=1, max_size=4))
    return [with_sums(rows) for rows in found]


def published(found: Groups) -> tuple[list[list[int]], list[list[int]]]:
    """What the reader sees, and what is hidden from them: each as the sum of base cells that it is."""
    hide = hidden_of_groups(found)
    places = [(g, r, c) for g, rows in enumerate(found) for r in range(len(rows)) for c in range(len(rows[0]) - 1)]
    width = len(found[0][0]) - 1

    def sum_of(group: int | None, row: int | None, column: int) -> list[int]:
        """Of all groups, of all rows, of all columns where it says none."""
        fits = [(group in (None, g)) and (row in (None, r)) and (column in (width, c)) for g, r, c in places]
        return [int(each) for each in fits]

    shown: list[list[int]] = []
    hidden: list[list[int]] = []
    for column in range(width + 1):
        (hidden if column in hide.of_all else shown).append(sum_of(None, None, column))
        for g, rows in enumerate(found):
            (hidden if (g, column) in hide.of_groups else shown).append(sum_of(g, None, column))
            for r in range(len(rows)):
                (hidden if (r, column) in hide.within[g] else shown).append(sum_of(g, r, column))
    return shown, hidden


def follows(wanted: Sequence[int], known: Sequence[Sequence[int]]) -> bool:
    """Whether `wanted` is a combination of what is known."""
    return rank([*known, wanted]) == rank(known)


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


def value(found: Groups, sum_of: Sequence[int]) -> int:
    cells = [cell for rows in found for row in rows for cell in row[:-1]]
    return sum(cell for cell, counts in zip(cells, sum_of, strict=True) if counts)


@settings(max_examples=2500, deadline=None)
@given(groups())
def test_no_small_group_is_shown_or_follows_from_what_is_shown(found: Groups) -> None:
    shown, hidden = published(found)
    assert not [each for each in shown if small(value(found, each))]
    assert not [each for each in hidden if small(value(found, each)) and follows(each, shown)]


def test_a_lone_small_group_takes_another_with_it() -> None:
    rows = with_sums([[3, 9], [8, 7], [6, 12]])
    hidden = Table(rows).hidden()
    assert (0, 0) in hidden
    for row in range(3):
        assert len([cell for cell in hidden if cell[0] == row]) != 1
    for column in range(3):
        assert len([cell for cell in hidden if cell[1] == column]) != 1


def test_large_groups_are_all_shown() -> None:
    assert Table(with_sums([[5, 9], [8, 0], [6, 12]])).hidden() == frozenset()
    assert SMALLEST == 5


def test_two_small_ones_that_are_small_together_take_a_third() -> None:
    hidden = Table(with_sums([[1, 20], [2, 30], [9, 40]])).hidden()
    assert sum(with_sums([[1, 20], [2, 30], [9, 40]])[row][0] for row, column in hidden if column == 0) >= SMALLEST
