"""What is made of the latencies: percentiles, and how sure one may be that two of them differ."""

from __future__ import annotations

import random
from collections.abc import Sequence

Turns = Sequence[Sequence[float]]
_DRAWS = 1_000


def batched(values: Sequence[float], size: int) -> list[list[float]]:
    """The values in lists of `size`; the last may be shorter."""
    return [list(values[begin : begin + size]) for begin in range(0, len(values), size)]


def percentile(turns: Turns, share: float) -> float:
    """The value that `share` of all lie below."""
    values = sorted(value for turn in turns for value in turn)
    return values[int(len(values) * share)]


def interval_of_difference(ours: Turns, theirs: Turns, share: float) -> tuple[float, float]:
    """Between what, with 95 % certainty, the difference of the percentiles lies (bootstrap).

    Whole turns are drawn, and the same of both: turns of one number were neighbours in time, and what disturbed one event of a
    turn disturbed the next.
    """
    drawing = random.Random(1)
    numbers = range(min(len(ours), len(theirs)))
    differences = sorted(_difference(ours, theirs, share, drawing.choices(numbers, k=len(numbers))) for _ in range(_DRAWS))
    return differences[int(_DRAWS * 0.025)], differences[int(_DRAWS * 0.975)]


def _difference(ours: Turns, theirs: Turns, share: float, drawn: Sequence[int]) -> float:
    return percentile([ours[number] for number in drawn], share) - percentile([theirs[number] for number in drawn], share)
