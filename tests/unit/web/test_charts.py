"""Charts: numbers in words beside the drawing, nothing inline that the content security policy would stop."""

from __future__ import annotations

from xml.etree import ElementTree as ET

from markupsafe import Markup

from shared.web import charts
from shared.web.charts import Scale, Series


def drawn(chart: Markup) -> ET.Element:
    return ET.fromstring(str(chart))


def test_a_line_has_a_mark_for_each_value_and_says_them() -> None:
    series = [Series("Ouders", [0, None, 2], "parents"), Series("School", [1, 1, 1], "school")]
    found = drawn(charts.lines("Rondes", ["1", "2", "3"], series, Scale(0, 2, [(0, "nee"), (2, "ja")])))
    assert found.attrib["aria-label"] == "Rondes. Ouders: 1 0, 3 2; School: 1 1, 2 1, 3 1"
    assert len(found.findall("g/circle")) == 2
    assert len(found.findall("g/rect")) == 3


def test_a_chart_of_nothing_is_a_chart() -> None:
    drawn(charts.lines("Leeg", ["1"], [Series("Ouders", [None])], Scale(0, 1, [])))
    drawn(charts.bars("Leeg", []))


def test_bars_are_as_long_as_their_values() -> None:
    found = drawn(charts.bars("Tijd", [("Ouders", 6.5, "6,5 uur", "parents"), ("School", 13, "13 uur", "school")]))
    long = [float(each.attrib["width"]) for each in found.findall("rect")]
    assert abs(long[1] / long[0] - 2) < 0.01


def test_what_people_typed_cannot_become_markup() -> None:
    evil = '<script>"x"</script>'
    line = charts.lines(evil, [evil], [Series(evil, [1])], Scale(0, 1, [(0, evil)]))
    found = f"{charts.bars(evil, [(evil, 1, evil, '1')])}{line}"
    assert "<script" not in found
    assert "style=" not in found
