"""Fields that people type: addresses of mail, phone numbers, postcodes. Read leniently, kept in one form."""

from __future__ import annotations

import re
from typing import Any

import phonenumbers
from email_validator import EmailNotValidError, validate_email
from marshmallow import ValidationError

from shared.http.schemas import Text

_POSTCODE = re.compile(r"^([1-9]\d{3}) ?([A-Za-z]{2})$")


class Email(Text):
    """An address that can be written to (RFC 5321); not looked up over the network."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max=254, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            found = validate_email(text, check_deliverability=False, globally_deliverable=False)
        except EmailNotValidError as error:
            raise ValidationError("Vul een e-mailadres in, bijvoorbeeld naam@voorbeeld.nl.") from error
        return found.normalized


class Phone(Text):
    """A phone number; one without a country's code is Dutch. Kept in the international form (E.164)."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max=40, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        try:
            number = phonenumbers.parse(text, "NL")
        except phonenumbers.NumberParseException as error:
            raise ValidationError("Vul een telefoonnummer in, bijvoorbeeld 06 12345678.") from error
        if not phonenumbers.is_possible_number(number):
            raise ValidationError("Dit telefoonnummer klopt niet: er zijn te veel of te weinig cijfers.")
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


class Postcode(Text):
    """A Dutch postcode, kept as `3011 AB`."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max=10, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        found = _POSTCODE.match(super()._deserialize(value, attr, data, **kwargs))
        if not found:
            raise ValidationError("Vul een postcode in, bijvoorbeeld 3011 AB.")
        return f"{found[1]} {found[2].upper()}"


class Group(Text):
    """A school's group: `5`, `4/5` or `peuters`. A number will do."""

    def __init__(self, **options: Any) -> None:
        super().__init__(max=20, **options)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        number = isinstance(value, int) and not isinstance(value, bool)
        return super()._deserialize(str(value) if number else value, attr, data, **kwargs)
