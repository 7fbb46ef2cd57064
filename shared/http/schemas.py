"""Fields and a base schema for what comes in: strict types, unknown fields refused, Dutch words for what is wrong."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import marshmallow
from babel import Locale, UnknownLocaleError
from marshmallow import RAISE, ValidationError, fields, validate

from shared.clock import AMSTERDAM
from shared.errors import Message

REQUIRED = "Vul dit in."

_MESSAGES: dict[type[fields.Field[Any]], dict[str, str]] = {
    fields.Field: {"required": REQUIRED, "null": REQUIRED, "validator_failed": "Dit klopt niet."},
    fields.String: {"invalid": "Vul hier tekst in.", "invalid_utf8": "Vul hier tekst in."},
    fields.UUID: {"invalid_uuid": "Dit is geen geldig kenmerk."},
    fields.Integer: {"invalid": "Vul een heel getal in.", "too_large": "Dit getal is te groot."},
    fields.Boolean: {"invalid": "Kies ja of nee."},
    fields.Date: {
        "invalid": "Vul een datum in, bijvoorbeeld 24-11-2026.",
        "format": "Vul een datum in, bijvoorbeeld 24-11-2026.",
    },
    fields.AwareDateTime: {
        "invalid": "Vul een tijdstip in, met tijdzone.",
        "invalid_awareness": "Vul een tijdstip in, met tijdzone, bijvoorbeeld 2026-11-24T13:00:00+01:00.",
    },
    fields.List: {"invalid": "Dit moet een lijst zijn."},
    fields.Nested: {"type": "Dit moet een object zijn."},
}
for _field, _texts in _MESSAGES.items():
    # The library's own table of texts: one place to speak Dutch, for the API and the pages alike.
    _field.default_error_messages = {**_field.default_error_messages, **_texts}


class Schema(marshmallow.Schema):
    """Unknown fields are an error: a misspelt field must not be lost in silence."""

    class Meta:
        unknown = RAISE

    error_messages = {  # noqa: RUF012 - the library declares it as an instance's
        "unknown": "Dit veld bestaat niet.",
        "type": "Stuur een JSON-object.",
    }


class Text(fields.String):
    """One line or a whole text: trimmed, in Unicode's composed form, without control characters, not empty."""

    def __init__(
        self,
        *,
        max: int,  # noqa: A002 - as the library's own validators name it
        multiline: bool = False,
        allow_empty: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(**{**options, "metadata": {"maxLength": max, **options.get("metadata", {})}})
        self.maximum = max
        self.multiline = multiline
        self.allow_empty = allow_empty

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = unicodedata.normalize("NFC", super()._deserialize(value, attr, data, **kwargs) or "")
        text = text.replace("\r\n", "\n").strip()
        allowed = "\n\t" if self.multiline else ""
        if any(unicodedata.category(sign) in ("Cc", "Cs") and sign not in allowed for sign in text):
            raise ValidationError("Haal de onzichtbare tekens weg.")
        if not text and not self.allow_empty:
            raise ValidationError(REQUIRED)
        if len(text) > self.maximum:
            raise ValidationError(Message("Maak dit korter: hoogstens {maximum} tekens.", maximum=self.maximum))
        return text


class Flag(fields.Boolean):
    """A JSON boolean and nothing that merely looks like one."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return bool(super()._deserialize(value, attr, data, **kwargs))


class Whole(fields.Integer):
    """A whole number between two bounds. 1.0 is one (JSON Schema), "1" and true are not."""

    def __init__(self, minimum: int, maximum: int, **options: Any) -> None:
        bounds = validate.Range(minimum, maximum, error=Message("Kies een getal van {min} tot en met {max}."))
        super().__init__(validate=bounds, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        whole = isinstance(value, int) and not isinstance(value, bool)
        if not whole and not (isinstance(value, float) and value.is_integer()):
            raise self.make_error("invalid", input=value)
        return int(super()._deserialize(int(value), attr, data, **kwargs))


class Instant(fields.AwareDateTime):
    """A moment, ISO 8601 with its offset; without one it is refused. In and out in UTC."""

    def __init__(self, **options: Any) -> None:
        super().__init__(format="iso", default_timezone=None, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        if not isinstance(value, str):
            raise self.make_error("invalid", input=value, obj_type="datetime")
        try:
            return super()._deserialize(value, attr, data, **kwargs).astimezone(UTC)
        except OverflowError as error:  # year 1 or 9999, moved over the edge by its offset
            raise self.make_error("invalid", input=value, obj_type="datetime") from error

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return super()._serialize(value and value.astimezone(UTC), attr, obj, **kwargs)


class Edge(Instant):
    """Where a period begins or ends: a moment, or a day as a whole, on the Dutch clock, which belongs to the period."""

    _DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")

    def __init__(self, *, ends: bool = False, **options: Any) -> None:
        says = {"description": f"An instant, or a day: its {'end' if ends else 'beginning'} in the Netherlands."}
        super().__init__(**{**options, "metadata": {**says, **options.get("metadata", {})}})
        self.midnight = timedelta(days=ends)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        if not isinstance(value, str) or not self._DAY.fullmatch(value):
            return super()._deserialize(value, attr, data, **kwargs)
        try:
            return datetime.combine(date.fromisoformat(value) + self.midnight, time(), AMSTERDAM).astimezone(UTC)
        except (ValueError, OverflowError) as error:  # the 30th of February, or the last day of all
            raise self.make_error("invalid", input=value, obj_type="datetime") from error


class Choice(fields.String):
    """One of a few words."""

    def __init__(self, *choices: str, **options: Any) -> None:
        super().__init__(validate=validate.OneOf(choices, error=Message("Kies uit: {choices}.")), **options)


class Language(fields.String):
    """A language tag (BCP 47) of a language that we know by name, for example `nl`, `tr` or `zh-Hant`."""

    _SHAPE = re.compile(r"^[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,3}$")

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        tag: str = super()._deserialize(value, attr, data, **kwargs)
        if not self._SHAPE.match(tag):
            raise ValidationError("Dit is geen taalcode. Een goede is bijvoorbeeld nl, tr of ar.")
        tag = tag.replace("_", "-")
        if tag.split("-")[0].lower() not in _KNOWN_LANGUAGES:
            raise ValidationError("Deze taalcode kennen we niet. Een goede is bijvoorbeeld nl, tr of ar.")
        head, *rest = tag.split("-")
        return "-".join([head.lower(), *rest])


class ProblemSchema(marshmallow.Schema):
    """An error (RFC 9457)."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String()
    errors = fields.Dict(
        keys=fields.String(),
        values=fields.List(fields.String()),
        metadata={"description": "With 422: what is wrong, by field (`guardians.0.email`)."},
    )


def _known_languages() -> frozenset[str]:
    try:
        return frozenset(str(code).lower() for code in Locale.parse("en").languages)
    except UnknownLocaleError:  # pragma: no cover - Babel always ships English
        return frozenset()


_KNOWN_LANGUAGES = _known_languages()
