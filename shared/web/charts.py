"""Charts drawn on the server: plain SVG without style or script, coloured by the stylesheet, with the numbers in words inside.

A chart never stands alone: its page shows the same numbers as a table. Shapes differ as well as colours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

_LEFT, _RIGHT, _TOP, _BOTTOM = 76, 66, 14, 30
_ROW = 44
_WORDS = 150  # px that the words behind the longest bar get


@dataclass(frozen=True)
class Series:
    """One line, or one row of bars. `values`: None where there is none; `kind` colours it: parents, school, or a number."""

    name: str
    values: Sequence[float | None]
    kind: str = "1"


@dataclass(frozen=True)
class Scale:
    """From `low` to `high`, with words at some heights."""

    low: float
    high: float
    ticks: Sequence[tuple[float, str]]


def lines(
    title: str, columns: Sequence[str], series: Sequence[Series], scale: Scale, size: tuple[int, int] = (360, 150)
) -> Markup:
    """How some values went from column to column. `size` in px of the drawing, which scales with its place."""
    width, height = size
    across = [_LEFT + number * (width - _LEFT - _RIGHT) / max(len(columns) - 1, 1) for number in range(len(columns))]

    def down(value: float) -> float:
        return _TOP + (scale.high - value) * (height - _TOP - _BOTTOM) / (scale.high - scale.low)

    body = [_rule(down(value), width) + _text(_LEFT - 10, down(value) + 4, text, "end") for value, text in scale.ticks]
    body += [_text(x, height - 8, name, "middle") for x, name in zip(across, columns, strict=True)]
    for each in series:
        points = [(x, down(value)) for x, value in zip(across, each.values, strict=True) if value is not None]
        body.append(_line(each, points))
    return _drawing(title, _in_words(columns, series), (width, height), body)


def bars(title: str, rows: Sequence[tuple[str, float, str, str]], width: int = 360) -> Markup:
    """One bar a row: name, value, the value in words, kind."""
    most = max((value for _, value, _, _ in rows), default=0) or 1
    body = []
    for number, (name, value, words, kind) in enumerate(rows):
        y, long = number * _ROW, value / most * (width - _WORDS)
        body.append(_text(0, y + 13, name, "start"))
        body.append(
            Markup('<rect class="chart__{}" x="0" y="{}" width="{:.1f}" height="16"/>').format(kind, y + 20, max(long, 1))
        )
        body.append(_text(long + 8, y + 33, words, "start"))
    told = "; ".join(f"{name}: {words}" for name, _, words, _ in rows)
    return _drawing(title, told, (width, _ROW * len(rows)), body)


def _line(series: Series, points: Sequence[tuple[float, float]]) -> Markup:
    """The line with a mark at each value, and its name at the end; a school's marks are square."""
    if not points:
        return Markup("")
    path = " ".join(f"{'L' if number else 'M'}{x:.1f} {y:.1f}" for number, (x, y) in enumerate(points))
    marks = Markup("").join(_square(x, y) if series.kind == "school" else _round(x, y) for x, y in points)
    end = _text(points[-1][0] + 12, points[-1][1] + 4 + (7 if series.kind == "school" else -7), series.name, "start")
    return Markup('<g class="chart__{}"><path d="{}"/>{}{}</g>').format(series.kind, path, marks, end)


def _round(x: float, y: float) -> Markup:
    return Markup('<circle cx="{:.1f}" cy="{:.1f}" r="5"/>').format(x, y)


def _square(x: float, y: float) -> Markup:
    return Markup('<rect x="{:.1f}" y="{:.1f}" width="9" height="9"/>').format(x - 4.5, y - 4.5)


def _rule(y: float, width: int) -> Markup:
    return Markup('<line class="chart__rule" x1="{}" x2="{}" y1="{:.1f}" y2="{:.1f}"/>').format(_LEFT, width - _RIGHT, y, y)


def _text(x: float, y: float, text: str, anchor: str) -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}" text-anchor="{}">{}</text>').format(x, y, anchor, text)


def _in_words(columns: Sequence[str], series: Sequence[Series]) -> str:
    return "; ".join(
        f"{each.name}: "
        + ", ".join(f"{name} {value:g}" for name, value in zip(columns, each.values, strict=True) if value is not None)
        for each in series
    )


def _drawing(title: str, told: str, size: tuple[int, int], body: Sequence[Markup]) -> Markup:
    return Markup('<svg class="chart" viewBox="0 0 {} {}" role="img" aria-label="{}">{}</svg>').format(
        *size, escape(f"{title}. {told}" if told else title), Markup("").join(body)
    )
