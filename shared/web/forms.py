"""Forms: what was typed is never lost, and what is wrong is said beside the field.

The same marshmallow schemas as the API's check a form; this module only turns a form's flat text into what JSON would
have brought: `guardians-0-email` into a list of objects, `on` into true, Dutch dates and times into ISO ones, a day and
a time on the Dutch clock into a moment.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any
from urllib.parse import urlencode

from flask import request
from marshmallow import Schema, ValidationError, fields
from werkzeug.datastructures import MultiDict

from shared.clock import AMSTERDAM
from shared.errors import Failure, Invalid
from shared.http.problems import flatten
from shared.http.schemas import Choice, Flag, Instant, Language, Whole
from shared.web.i18n import N_, gettext

_DUTCH_DATE = re.compile(r"^(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})$")
_DUTCH_TIME = re.compile(r"^(\d{1,2})(?:[:.u ]?([0-5]\d))?(?:\s*uur)?$")
_MAX_ROWS = 50
DATE_WANTED = N_("Vul een datum in, bijvoorbeeld 24-11-2026.")
TIME_WANTED = N_("Vul een tijd in, bijvoorbeeld 13:00.")
NO_SUCH_TIME = N_("Deze tijd bestaat niet: in die nacht gaat de klok een uur vooruit.")


class _Wrong(Exception):
    """A field that cannot be made into what JSON would have brought; the schema need not see it."""

    def __init__(self, name: str, text: str) -> None:
        super().__init__(text)
        self.name, self.text = name, text


@dataclass
class Form:
    """A form as the templates know it: values as typed, errors by field name, and the data when all is well.

    Names are the inputs' names: `reason`, `guardians-0-first_name`. The error with the name "" belongs to no field.
    `place` tells forms on one page apart that ask for the same.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    errors: dict[str, list[str]] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)
    sent: bool = True
    place: str = ""

    @classmethod
    def of(cls, values: Mapping[str, Any]) -> Form:
        """A form not yet sent, filled with what is known: nested as JSON, `{"guardians": [{"email": …}]}`."""
        found: MultiDict[str, str] = MultiDict(_flat(values, ""))
        return cls(found, sent=False)

    @property
    def ok(self) -> bool:
        return not self.errors

    def id(self, name: str) -> str:
        """Of a field on the page: labels and errors lead to it, so no two fields have the same."""
        return f"{self.place}-{name}" if self.place else name

    def value(self, name: str, default: object = "") -> str:
        """What was typed, else the default."""
        return self.values.get(name, _text(default))

    def chosen(self, name: str, default: object = "") -> list[str]:
        """What was chosen of some options. A sent form without the name means: nothing; one that is only filled, the default."""
        if not self.values or (not self.sent and name not in self.values):
            return [_text(each) for each in default] if isinstance(default, list | tuple | set | frozenset) else [_text(default)]
        if isinstance(self.values, MultiDict):
            return self.values.getlist(name)
        return [self.values[name]] if name in self.values else []

    def has(self, name: str, option: str) -> bool:
        """The option is among what was chosen for `name`."""
        return option in self.chosen(name)

    def rows(self, name: str, at_least: int = 1) -> range:
        """The numbers of the rows of a list: `guardians` gives 0 and 1 when two were sent."""
        return range(max([at_least, *(number + 1 for number in _row_numbers(self.values, name))]))

    def error(self, name: str) -> str:
        return " ".join(self.errors.get(name, []))

    def remember(self, name: str, label: str) -> str:
        """Keep a field's label for the summary of errors; called by the macros, prints nothing."""
        self.labels[name] = label.rstrip("?: ")
        return ""

    def refuse(self, failure: Failure) -> Form:
        """The same form with what a use case said; a field's error goes to its field, anything else on top."""
        if isinstance(failure, Invalid):
            return Form(self.values, _worded(failure.fields))
        told = gettext(failure.detail)
        return Form(self.values, {"": [told % failure.params if failure.params else told]})


def parse_form(schema: type[Schema] | Schema, formdata: Mapping[str, str] | None = None) -> Form:
    """Check a posted form (this request's, or the given one) by a schema."""
    made = schema() if isinstance(schema, type) else schema
    values: MultiDict[str, str] = MultiDict(request.form if formdata is None else formdata)
    values.pop("csrf_token", None)
    reader = _Reader(values)
    sent = reader.read(made, "")
    try:
        data = made.load(sent)
    except ValidationError as error:
        # What could not be read says why in its own words; "required" or "invalid" besides would be noise.
        found = {reader.input_name(name): texts for name, texts in _worded(dict(flatten(_messages(error)))).items()}
        return Form(values, {**{name: texts for name, texts in found.items() if not reader.covers(name)}, **reader.errors()})
    return Form(values, reader.errors(), data if reader.ok else {})


def _messages(error: ValidationError) -> Mapping[Any, Any]:
    messages = error.messages
    return messages if isinstance(messages, Mapping) else {"_schema": messages}


def input_type(kind: str, typed: str) -> str:
    """A date that a date field cannot show ("24 nov") is shown as text, so that what was typed stays."""
    if kind == "date" and typed and not re.fullmatch(r"\d{4}-\d{2}-\d{2}", typed):
        return "text"
    if kind == "time" and typed and not re.fullmatch(r"\d{2}:\d{2}", typed):
        return "text"
    return kind


def query_with(**changes: object) -> str:
    """This page's address with some of its query changed; None takes a part out. What is there more than once stays so."""
    kept = [(name, text) for name, text in request.args.items(multi=True) if name not in changes]
    query = kept + [(name, str(value)) for name, value in changes.items() if value is not None]
    return f"{request.path}?{urlencode(query)}" if query else request.path


class _Reader:
    """Makes of a form what JSON would have brought."""

    def __init__(self, values: MultiDict[str, str]) -> None:
        self._values = values
        self._wrong: dict[str, str] = {}
        self._roots: set[str] = set()
        self._rows: dict[str, list[int]] = {}

    @property
    def ok(self) -> bool:
        return not self._wrong

    def errors(self) -> dict[str, list[str]]:
        """In the reader's language."""
        return {name: [gettext(text)] for name, text in self._wrong.items()}

    def covers(self, name: str) -> bool:
        """A field of which this reader has already said what is wrong."""
        return name in self._roots

    def input_name(self, name: str) -> str:
        """An error's name has the row's place in the data; the input's has the row's number in the form."""
        for rows, numbers in self._rows.items():
            if match := re.match(rf"^{re.escape(rows)}-(\d+)(?=-|$)", name):
                return f"{rows}-{numbers[int(match[1])]}{name[match.end() :]}"
        return name

    def read(self, schema: Schema, prefix: str) -> dict[str, Any]:
        """The fields of a schema; a field left empty is a field left out."""
        found: dict[str, Any] = {}
        for name, kind in schema.fields.items():
            if kind.dump_only:
                continue
            key = kind.data_key or name
            value = self._guarded(kind, prefix + key)
            if value is not None:
                found[key] = value
        return found

    def _guarded(self, kind: fields.Field[Any], name: str) -> Any:
        try:
            return self._field(kind, name)
        except _Wrong as wrong:
            self._wrong[wrong.name] = wrong.text
            self._roots.add(name)
            return None

    def _field(self, kind: fields.Field[Any], name: str) -> Any:
        if isinstance(kind, fields.List):
            return self._list(kind, name)
        if isinstance(kind, fields.Nested):
            nested = self.read(kind.schema, f"{name}-")
            return nested if _meant(kind.schema, nested) else None
        if isinstance(kind, Instant) and f"{name}-date" in self._values:
            return _moment(name, self._values)
        text = self._values.get(name, "").strip()
        if isinstance(kind, Flag | fields.Boolean):
            return None if not text and kind.allow_none else text in ("on", "true", "yes", "1")
        return _scalar(kind, text) if text else None

    def _list(self, kind: fields.List[Any], name: str) -> list[Any]:
        if not isinstance(kind.inner, fields.Nested):
            return [value for value in self._values.getlist(name) if value]
        schema = kind.inner.schema
        rows = {number: self.read(schema, f"{name}-{number}-") for number in _row_numbers(self._values, name)}
        meant = {number: row for number, row in rows.items() if _meant(schema, row)}
        self._rows[name] = list(meant)
        return list(meant.values())


def _meant(schema: Schema, row: Mapping[str, Any]) -> bool:
    """Something was typed, or a box ticked: a select always sends something, also in a row that nobody filled in."""
    typed = {name for name, value in row.items() if value not in ("", False, [], {})}
    return any(not isinstance(schema.fields.get(name), Choice | Language) for name in typed)


def _scalar(kind: fields.Field[Any], text: str) -> Any:
    if isinstance(kind, Whole | fields.Integer):
        return int(text) if re.fullmatch(r"-?\d{1,18}", text) else text
    if isinstance(kind, Instant):
        return _local_moment(text)
    if isinstance(kind, fields.Time):
        return _iso_time(text) or text
    return (_iso_date(text) or text) if isinstance(kind, fields.Date) else text


def _iso_date(text: str) -> str | None:
    """`24-11-2026` as `2026-11-24`; None for what is not a date."""
    found = _DUTCH_DATE.match(text)
    try:
        return (date(int(found[3]), int(found[2]), int(found[1])) if found else date.fromisoformat(text)).isoformat()
    except ValueError:
        return None


def _iso_time(text: str) -> str | None:
    """`13`, `13.00`, `13u30` or `13:00` as `13:00`; None for what is not a time."""
    found = _DUTCH_TIME.match(text.strip().lower().removesuffix(":00") if text.count(":") == 2 else text.strip().lower())
    if not found or int(found[1]) > 23:
        return None
    return f"{int(found[1]):02}:{found[2] or '00'}"


def _moment(name: str, values: Mapping[str, str]) -> str | None:
    """A day and a time from two fields, on the Dutch clock, as ISO with its offset."""
    on, at = values.get(f"{name}-date", "").strip(), values.get(f"{name}-time", "").strip()
    if not on and not at:
        return None
    day, clock = _iso_date(on), _iso_time(at)
    if day is None:
        raise _Wrong(f"{name}-date", DATE_WANTED)
    if clock is None:
        raise _Wrong(f"{name}-time", TIME_WANTED)
    return _on_the_dutch_clock(f"{name}-time", datetime.combine(date.fromisoformat(day), time.fromisoformat(clock)))


def _local_moment(text: str) -> str:
    """What an input of type datetime-local sends has no offset: it is the Dutch clock."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    return text if moment.tzinfo else moment.replace(tzinfo=AMSTERDAM).isoformat()


def _on_the_dutch_clock(name: str, moment: datetime) -> str:
    there = moment.replace(tzinfo=AMSTERDAM)
    if there.astimezone(UTC).astimezone(AMSTERDAM).replace(tzinfo=None) != moment:
        raise _Wrong(name, NO_SUCH_TIME)
    return there.isoformat()


def _row_numbers(values: Mapping[str, str], name: str) -> list[int]:
    pattern = re.compile(rf"^{re.escape(name)}-(\d{{1,4}})-")
    return sorted({int(match[1]) for key in values if (match := pattern.match(key))})[:_MAX_ROWS]


def _flat(values: Mapping[str, Any], prefix: str) -> Iterable[tuple[str, str]]:
    for name, value in values.items():
        key = f"{prefix}{name}"
        if isinstance(value, Mapping):
            yield from _flat(value, f"{key}-")
        elif isinstance(value, datetime):
            there = value.astimezone(AMSTERDAM)
            yield from ((key, value.isoformat()), (f"{key}-date", f"{there:%Y-%m-%d}"), (f"{key}-time", f"{there:%H:%M}"))
        elif isinstance(value, list | tuple | set | frozenset):
            yield from _flat_list(value, key)
        elif value is not None:
            yield key, _text(value)


def _flat_list(values: Iterable[Any], key: str) -> Iterable[tuple[str, str]]:
    for number, each in enumerate(values):
        if isinstance(each, Mapping):
            yield from _flat(each, f"{key}-{number}-")
        else:
            yield key, _text(each)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "on" if value else ""
    return "" if value is None else str(value)


def _worded(found: Mapping[str, Iterable[str]]) -> dict[str, list[str]]:
    """By the inputs' names, in the reader's language."""
    names = {name: "" if name == "body" else name.replace(".", "-") for name in found}
    return {names[name]: list(dict.fromkeys(gettext(text) for text in texts)) for name, texts in found.items()}
