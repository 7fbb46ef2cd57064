"""Small groups are not shown, and cannot be had by subtraction either.

A group of one to four is hidden: whoever knows the school would know the family. But a total minus what is shown gives what
is hidden away again; so others are hidden beside it, until nothing that is hidden follows from what is shown. What follows is
a matter of sums: rows and columns are the ends of a graph, hidden cells its edges, and a cell follows from the rest exactly
when its edge lies on no circle (D. Gusfield, A graph theoretic approach to statistical data security, SIAM J. Comput. 1988).

Handbook on Statistical Disclosure Control (Hundepool et al.), chapter 4: primary and secondary suppression.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

SMALLEST = 5
Cell = tuple[int, int]
Node = tuple[str, int]
_MARGIN = -1  # the row of totals, as a row like the others


def small(value: int) -> bool:
    """A group that would be recognised."""
    return 0 < value < SMALLEST


@dataclass
class Table:
    """Rows of counts, each with its sum as the last column; the sums of the columns are known from elsewhere.

    `hidden_sums`: the columns whose sum is not shown there.
    """

    rows: Sequence[Sequence[int]]
    hidden_sums: frozenset[int] = frozenset()

    def hidden(self) -> frozenset[Cell]:
        """The cells, by row and column, that must not be shown."""
        found = {(row, column) for row, column in self._cells() if small(self.rows[row][column])}
        while (more := self._exposed(found)) is not None:
            found.add(more)
        return frozenset(found)

    def _cells(self) -> Iterator[Cell]:
        return ((row, column) for row in range(len(self.rows)) for column in range(self._width))

    @property
    def _width(self) -> int:
        return len(self.rows[0]) if self.rows else 0

    def _exposed(self, hidden: set[Cell]) -> Cell | None:
        """One more cell to hide, as long as something that is hidden follows from what is shown."""
        for row in range(len(self.rows)):
            line = [(row, column) for column in range(self._width)]
            if self._is_open(line, hidden, total_shown=(row, self._width - 1) not in hidden):
                return self._cheapest(line, hidden)
        for column in range(self._width):
            line = [(row, column) for row in range(len(self.rows))]
            must = column in self.hidden_sums and not hidden.intersection(line)
            found = self._cheapest(line, hidden)
            if found is not None and (must or self._is_open(line, hidden, total_shown=True)):
                return found
        return self._across_a_bridge(hidden)

    def _is_open(self, line: Sequence[Cell], hidden: set[Cell], *, total_shown: bool) -> bool:
        """One alone is what the rest leaves; several together may still be a small group."""
        mine = [cell for cell in line if cell in hidden]
        if not mine or len(mine) == len(line):
            return False
        return len(mine) == 1 or (total_shown and small(sum(self.rows[row][column] for row, column in mine)))

    def _cheapest(self, line: Sequence[Cell], hidden: set[Cell]) -> Cell | None:
        """The least that can be given up: the smallest that is something; a sum only when there is nothing else."""
        return min((cell for cell in line if cell not in hidden), key=self._cost, default=None)

    def _cost(self, cell: Cell) -> tuple[bool, bool, int, Cell]:
        value = self.rows[cell[0]][cell[1]]
        return cell[1] == self._width - 1, value == 0, value, cell

    def _across_a_bridge(self, hidden: set[Cell]) -> Cell | None:
        """Where an edge lies on no circle, a cell that closes one."""
        edges = hidden | {(_MARGIN, column) for column in self.hidden_sums}
        for graph in (hidden, edges):
            neighbours = _neighbours(graph)
            for edge in sorted(hidden & _bridges(neighbours)):
                near, far = _reached(edge, neighbours, "row"), _reached(edge, neighbours, "column")
                closing = [cell for cell in self._cells() if cell not in hidden and _joins(cell, near, far)]
                if closing:
                    return min(closing, key=self._cost)
        return None


def _neighbours(edges: set[Cell]) -> dict[Node, list[Node]]:
    found: dict[Node, list[Node]] = {}
    for row, column in sorted(edges):
        found.setdefault(("row", row), []).append(("column", column))
        found.setdefault(("column", column), []).append(("row", row))
    return found


def _bridges(neighbours: dict[Node, list[Node]]) -> set[Cell]:
    """The edges that lie on no circle (R. E. Tarjan, A note on finding the bridges of a graph, 1974)."""
    order: dict[Node, int] = {}
    found: set[Cell] = set()

    def lowest(node: Node, parent: Node | None) -> int:
        low = order[node] = len(order)
        for other in neighbours[node]:
            if other == parent:
                continue
            if other in order:
                low = min(low, order[other])
                continue
            beneath = lowest(other, node)
            low = min(low, beneath)
            if beneath > order[node]:
                found.add((node[1], other[1]) if node[0] == "row" else (other[1], node[1]))
        return low

    for node in neighbours:
        if node not in order:
            lowest(node, None)
    return found


def _reached(edge: Cell, neighbours: dict[Node, list[Node]], end: str) -> set[Node]:
    """The rows and columns that hang together with one end of an edge, without it."""
    row, column = ("row", edge[0]), ("column", edge[1])
    begin: Node = row if end == "row" else column
    reached, waiting = {begin}, [begin]
    while waiting:
        node = waiting.pop()
        for other in neighbours[node]:
            if {node, other} != {row, column} and other not in reached:
                reached.add(other)
                waiting.append(other)
    return reached


def _joins(cell: Cell, near: set[Node], far: set[Node]) -> bool:
    row, column = ("row", cell[0]), ("column", cell[1])
    return (row in near and column in far) or (row in far and column in near)


def with_sums(rows: Sequence[Sequence[int]]) -> list[list[int]]:
    """Each row with its sum behind it."""
    return [[*row, sum(row)] for row in rows]


@dataclass(frozen=True)
class Hidden:
    """What to hide: columns of the sum of all, cells of the sums of the groups, and cells of each group's rows."""

    of_all: frozenset[int]
    of_groups: frozenset[Cell]
    within: Sequence[frozenset[Cell]]


def hidden_of_groups(groups: Sequence[Sequence[Sequence[int]]]) -> Hidden:
    """For tables of rows with sums, of which the sums are the rows of one table of groups, and theirs the sum of all."""
    sums = [_sums(rows) for rows in groups]
    of_all = _columns(Table([_sums(sums)]).hidden(), 0) if groups else frozenset()
    of_groups = _within(sums, of_all)
    return Hidden(of_all, of_groups, [_within(rows, _columns(of_groups, number)) for number, rows in enumerate(groups)])


def _within(rows: Sequence[Sequence[int]], hidden_sums: frozenset[int]) -> frozenset[Cell]:
    """A single row is its own sum: the two are hidden together."""
    return frozenset((0, column) for column in hidden_sums) if len(rows) == 1 else Table(rows, hidden_sums).hidden()


def _sums(rows: Sequence[Sequence[int]]) -> list[int]:
    return [sum(column) for column in zip(*rows, strict=True)]


def _columns(cells: frozenset[Cell], row: int) -> frozenset[int]:
    return frozenset(column for at, column in cells if at == row)
