"""Hours, days and postcodes as JSON."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import time
from typing import Any, TypeVar
from uuid import UUID

from marshmallow import ValidationError, fields, post_load, validate

from services.scheduling.domain.availability import Hours, Lunch
from services.scheduling.domain.places import postcode
from services.scheduling.domain.working_times import LUNCH, REGIONS, Different, SchoolTimes, WorkingTimes
from shared.errors import Invalid
from shared.http.schemas import Choice, Schema, Text, Whole
from shared.web.i18n import gettext

MAX_BUFFER, MAX_LEAD = 120, 336
Made = TypeVar("Made")
_A_DAY = {"description": "1 is Monday (ISO 8601)"}


class Hour(fields.Time):
    """`08:30`, on the Dutch clock."""

    _SHAPE = re.compile(r"^([01]\d|2[0-3]):[0-5]\d$")
    default_error_messages = {"invalid": "Vul een tijd in, bijvoorbeeld 13:00."}  # noqa: RUF012 - the library's own form

    def __init__(self, **options: Any) -> None:
        super().__init__(format="%H:%M", metadata={"format": "hour-minute", "pattern": self._SHAPE.pattern}, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> time:
        if not isinstance(value, str) or not self._SHAPE.match(value):
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE)
        return super()._deserialize(value, attr, data, **kwargs)


class PostcodeField(fields.String):
    """`3011 AB`, or its four digits; kept as `3011AB`."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        found = postcode(super()._deserialize(value, attr, data, **kwargs))
        if found is None:
            raise ValidationError("Vul een postcode in, bijvoorbeeld 3011 AB of 3011.")
        return found


class SpanSchema(Schema):
    from_ = Hour(required=True, data_key="from", attribute="opens")
    until = Hour(required=True, attribute="closes")

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Hours:
        return Hours(**data)


class DaySpanSchema(Schema):
    day = Whole(1, 7, required=True, metadata=_A_DAY)
    from_ = Hour(required=True, data_key="from", attribute="opens")
    until = Hour(required=True, attribute="closes")


class DifferentSchema(Schema):
    from_on = fields.Date(required=True, attribute="first")
    until_on = fields.Date(load_default=None, allow_none=True, attribute="last", metadata={"description": "included"})
    hours = fields.List(fields.Nested(SpanSchema), load_default=list, metadata={"description": "none: leave"})

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Different:
        return Different(data["first"], data["last"] or data["first"], data["hours"])


class LunchSchema(Schema):
    from_ = Hour(required=True, data_key="from")
    until = Hour(required=True)
    minutes = Whole(10, 120, required=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> Lunch:
        return Lunch(Hours(data["from_"], data["until"]), data["minutes"])


_FEW = validate.Length(max=42, error="Geef hoogstens 42 keer uren op.")


class AvailabilityIn(Schema):
    """Whose, and when they work; made into both."""

    person_id = fields.UUID(required=True)
    weekly = fields.List(fields.Nested(DaySpanSchema), required=True, validate=_FEW)
    exceptions = fields.List(fields.Nested(DifferentSchema), load_default=list)
    lunch = fields.Nested(
        LunchSchema,
        load_default=LUNCH,
        allow_none=True,
        metadata={"default": {"from": "12:00", "until": "13:30", "minutes": LUNCH.minutes}},
    )
    buffer_minutes = Whole(0, MAX_BUFFER, load_default=0)
    lead_hours = Whole(0, MAX_LEAD, load_default=2)
    start_postcode = PostcodeField(load_default=None, allow_none=True)
    end_postcode = PostcodeField(load_default=None, allow_none=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> tuple[UUID, WorkingTimes]:
        person_id, spans = data.pop("person_id"), data.pop("weekly")
        return person_id, _of_week(spans, lambda weekly: WorkingTimes(weekly=weekly, **data))


class SchoolTimesIn(Schema):
    weekly = fields.List(fields.Nested(DaySpanSchema), required=True, validate=_FEW)
    region = Choice(*REGIONS, load_default=None, allow_none=True)
    postcode = PostcodeField(load_default=None, allow_none=True)

    @post_load
    def make(self, data: dict[str, Any], **_: Any) -> SchoolTimes:
        spans = data.pop("weekly")
        return _of_week(spans, lambda weekly: SchoolTimes(weekly=weekly, **data))


def _of_week(spans: Sequence[Mapping[str, Any]], make: Callable[[dict[int, list[Hours]]], Made]) -> Made:
    """Make something of a week. Raises Invalid: what is wrong with a day is said of its last entry in the list."""
    weekly: dict[int, list[Hours]] = {}
    for each in spans:
        weekly.setdefault(each["day"], []).append(Hours(each["opens"], each["closes"]))
    try:
        return make(weekly)
    except Invalid as wrong:
        places = {f"weekly.{each['day']}": f"weekly.{number}" for number, each in enumerate(spans)}
        raise Invalid({places.get(name, name): texts for name, texts in wrong.fields.items()}) from wrong


def weekly_out(weekly: Mapping[int, Iterable[Hours]]) -> list[dict[str, Any]]:
    return [{"day": day, "opens": each.opens, "closes": each.closes} for day in sorted(weekly) for each in sorted(weekly[day])]


class _LunchOut(Schema):
    from_ = Hour(data_key="from", attribute="between.opens")
    until = Hour(attribute="between.closes")
    minutes = fields.Integer()


class AvailabilityArgs(Schema):
    person_id = fields.UUID(load_default=None)


class AvailabilityOut(Schema):
    person_id = fields.UUID()
    name = fields.String()
    said = fields.Boolean(metadata={"description": "false: nothing was said, these are the usual hours"})
    weekly = fields.Method("_weekly", metadata={"type": "array", "items": {"type": "object"}})
    exceptions = fields.List(fields.Nested(DifferentSchema), attribute="times.exceptions")
    lunch = fields.Nested(_LunchOut, attribute="times.lunch", allow_none=True)
    buffer_minutes = fields.Integer(attribute="times.buffer_minutes")
    lead_hours = fields.Integer(attribute="times.lead_hours")
    start_postcode = fields.String(attribute="times.start_postcode", allow_none=True)
    end_postcode = fields.String(attribute="times.end_postcode", allow_none=True)
    version = fields.Integer(attribute="times.version")

    def _weekly(self, found: Any) -> Any:
        return DaySpanSchema(many=True).dump(weekly_out(found.times.weekly))


class ClosureIn(Schema):
    first = fields.Date(required=True)
    last = fields.Date(load_default=None, allow_none=True, metadata={"description": "included"})
    name = Text(max=100, load_default="", allow_empty=True)


class ClosureOut(Schema):
    id = fields.UUID(allow_none=True)
    first = fields.Date()
    last = fields.Date()
    name = fields.Function(lambda closure: gettext(closure.name), metadata={"type": "string"})
    source = fields.String()


class SchoolTimesOut(Schema):
    school_id = fields.UUID()
    name = fields.String()
    weekly = fields.Method("_weekly", metadata={"type": "array", "items": {"type": "object"}})
    region = fields.String(allow_none=True)
    postcode = fields.String(attribute="times.postcode", allow_none=True)
    version = fields.Integer(attribute="times.version")
    closures = fields.List(fields.Nested(ClosureOut))
    breaks = fields.List(fields.Nested(ClosureOut))
    holidays = fields.List(fields.Date())

    def _weekly(self, found: Any) -> Any:
        return DaySpanSchema(many=True).dump(weekly_out(found.times.weekly))


class WrongSchema(Schema):
    line = fields.Integer()
    text = fields.Function(lambda wrong: gettext(wrong.text), metadata={"type": "string"})


class ImportedSchema(Schema):
    added = fields.Integer()
    known = fields.Integer(metadata={"description": "were there already"})
    wrong = fields.List(fields.Nested(WrongSchema), metadata={"description": "were left out"})


class ImportedPostcodesSchema(Schema):
    count = fields.Integer()
    wrong = fields.Function(
        lambda found: [{"line": line, "text": gettext(text)} for line, text in found.wrong],
        metadata={"type": "array", "items": {"type": "object"}},
    )
