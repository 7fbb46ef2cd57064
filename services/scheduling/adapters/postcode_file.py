"""Where postcodes are, from a CSV file: `postcode,latitude,longitude`, of four digits or six characters."""

from __future__ import annotations

import csv
from dataclasses import dataclass, field

from services.scheduling.domain.places import postcode
from services.scheduling.domain.travel import Point
from shared.errors import Invalid
from shared.web.i18n import N_

MAX_BYTES = 24 * 1024 * 1024  # every postcode of the country, some 470,000
_NOT_HERE = N_("Deze plek ligt niet in Nederland. Eerst komt de breedtegraad, dan de lengtegraad.")
_MOST, _MOST_WRONG = 600_000, 50
# Around the European Netherlands: latitude and longitude that changed places are told apart.
_SOUTH, _NORTH, _WEST, _EAST = 50.5, 53.8, 3.2, 7.4


@dataclass
class FoundPostcodes:
    """By postcode; `wrong`: line and msgid."""

    points: dict[str, Point] = field(default_factory=dict)
    wrong: list[tuple[int, str]] = field(default_factory=list)


def read(content: bytes) -> FoundPostcodes:
    """Raises Invalid on `file` when it is no such table."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Invalid({"file": ["Dit is geen tekstbestand in UTF-8. Sla het opnieuw op als CSV."]}) from error
    found = FoundPostcodes()
    head = text.split("\n", 1)[0]
    reader = csv.reader(text.splitlines(), delimiter=";" if ";" in head else ",")
    try:
        for number, row in enumerate(reader, start=1):
            if row and not (number == 1 and postcode(row[0]) is None):
                _take(found, number, row)
    except csv.Error as error:
        raise Invalid({"file": ["Dit bestand is niet te lezen als CSV."]}) from error
    if not found.points and found.wrong:
        raise Invalid({"file": [found.wrong[0][1]]})
    if not found.points:
        raise Invalid({"file": ["In dit bestand staan geen postcodes. Een goede regel is bijvoorbeeld 3011,51.9225,4.4792."]})
    return found


def _take(found: FoundPostcodes, number: int, row: list[str]) -> None:
    code = postcode(row[0])
    if code is None:
        found.wrong.append((number, N_("Dit is geen Nederlandse postcode.")))
    elif (point := _point(row)) is None:
        found.wrong.append((number, _NOT_HERE))
    else:
        found.points[code] = point
    if len(found.wrong) > _MOST_WRONG or len(found.points) > _MOST:
        raise Invalid({"file": ["Dit lijkt geen tabel van postcodes: er klopt te veel niet."]})


def _point(row: list[str]) -> Point | None:
    try:
        latitude, longitude = float(row[1].replace(",", ".")), float(row[2].replace(",", "."))
    except (IndexError, ValueError):
        return None
    return Point(latitude, longitude) if _SOUTH <= latitude <= _NORTH and _WEST <= longitude <= _EAST else None
