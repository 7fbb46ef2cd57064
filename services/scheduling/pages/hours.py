"""Hours of a week on a form: two spans a day, as people write them down."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import fields

from services.scheduling.api.times_schemas import Hour
from services.scheduling.domain.availability import Hours
from shared.errors import Invalid
from shared.http.schemas import Schema
from shared.web.i18n import N_

DAYS = {
    1: N_("maandag"), 2: N_("dinsdag"), 3: N_("woensdag"), 4: N_("donderdag"),
    5: N_("vrijdag"), 6: N_("zaterdag"), 7: N_("zondag"),
}  # fmt: skip
_SPANS = ("a", "b")


def _names(day: int, span: str) -> tuple[str, str]:
    return f"day{day}_{span}_from", f"day{day}_{span}_until"


def week_fields() -> dict[str, fields.Field[Any]]:
    """For a schema: from and until, twice a day."""
    return {name: Hour(load_default=None) for day in DAYS for span in _SPANS for name in _names(day, span)}


WeekForm = Schema.from_dict(week_fields(), name="WeekForm")


def take_week(data: dict[str, Any]) -> dict[int, list[Hours]]:
    """Takes the hours out of a form's data. Raises Invalid on a field that is half filled in."""
    weekly: dict[int, list[Hours]] = {}
    for day in DAYS:
        for span in _SPANS:
            first, last = _names(day, span)
            opens, closes = data.pop(first), data.pop(last)
            if (opens is None) != (closes is None):
                raise Invalid({last if closes is None else first: ["Vul het begin en het einde in, of geen van beide."]})
            if opens is not None:
                weekly.setdefault(day, []).append(Hours(opens, closes))
    return weekly


def week_values(weekly: Mapping[int, Sequence[Hours]]) -> dict[str, str]:
    """For a form that is filled with what is known; a third span of a day is kept by the API alone."""
    found: dict[str, str] = {}
    for day, hours in weekly.items():
        for span, each in zip(_SPANS, sorted(hours), strict=False):
            first, last = _names(day, span)
            found |= {first: f"{each.opens:%H:%M}", last: f"{each.closes:%H:%M}"}
    return found


def named(failure: Invalid) -> Invalid:
    """What is wrong with a day is said at its first field."""
    found = {
        _names(int(name[7:]), "a")[0] if name.startswith("weekly.") else name: texts for name, texts in failure.fields.items()
    }
    return Invalid(found)
