"""Days on which a school is closed, from a file that somebody sends: CSV or iCalendar (RFC 5545).

Whatever is in the file, reading it takes little time and memory, and asks nobody else: nothing is repeated (a rule that
repeats is refused by its line), no time zone of the file is computed, no link in it is followed.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import icalendar

from services.scheduling.domain.working_times import EARLIEST, LATEST, Closure
from shared.clock import AMSTERDAM
from shared.errors import Failure, Invalid

MAX_BYTES = 500_000
_MOST, _MOST_COMPONENTS, _MOST_WRONG = 1_000, 4_000, 50
_LONGEST_NAME, _LONGEST = 100, timedelta(days=366)
_DUTCH = re.compile(r"^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})$")
_HEADER = ("van", "from", "start", "begin", "datum", "eerste dag")


class _BadLine(Failure):
    """What is wrong with one line."""


@dataclass(frozen=True)
class Wrong:
    """A line (in iCalendar: an event, counted from one) that was left out, and why, as a msgid."""

    line: int
    text: str


@dataclass
class Found:
    """What a file says."""

    closures: list[Closure] = field(default_factory=list)
    wrong: list[Wrong] = field(default_factory=list)


def read(content: bytes) -> Found:
    """The closures in a file, and what is wrong with the other lines. Raises Invalid on `file` when it is no such list."""
    if len(content) > MAX_BYTES:
        raise Invalid({"file": ["Dit bestand is te groot: een lijst van sluitingsdagen is hoogstens 500 kB."]})
    text = _decoded(content)
    found = _collect(_of_calendar(text) if text.lstrip().upper().startswith("BEGIN:VCALENDAR") else _of_csv(text))
    if not found.closures and not found.wrong:
        raise Invalid({"file": ["In dit bestand staan geen dagen. Stuur een CSV-bestand of een agenda (ICS)."]})
    return found


def _collect(lines: Iterator[tuple[int, Closure | _BadLine]]) -> Found:
    found = Found()
    for number, each in lines:
        if len(found.closures) >= _MOST or len(found.wrong) >= _MOST_WRONG:
            raise Invalid({"file": ["Dit lijkt geen lijst van sluitingsdagen: er staat te veel in, of er klopt te veel niet."]})
        if isinstance(each, _BadLine):
            found.wrong.append(Wrong(number, each.detail))
        else:
            found.closures.append(each)
    return found


def _decoded(content: bytes) -> str:
    """Spreadsheets write UTF-8 with a mark, or what Windows had before."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _of_csv(text: str) -> Iterator[tuple[int, Closure | _BadLine]]:
    """`van;tot en met;naam`, with commas or semicolons, with or without a heading."""
    head = text.split("\n", 1)[0]
    reader = csv.reader(text.splitlines(), delimiter=";" if ";" in head else "\t" if "\t" in head else ",")
    try:
        for number, row in enumerate(reader, start=1):
            cells = [cell.strip() for cell in row]
            if not any(cells) or (number == 1 and cells[0].lower() in _HEADER):
                continue
            yield number, _guarded_row(cells)
    except csv.Error:
        yield reader.line_num, _BadLine("Deze regel is niet te lezen.")


def _guarded_row(cells: list[str]) -> Closure | _BadLine:
    try:
        first = _date(cells[0])
        last = _date(cells[1]) if len(cells) > 1 and cells[1] else first
        return _closure(first, last, cells[2] if len(cells) > 2 else "", "csv")
    except _BadLine as wrong:
        return wrong


def _of_calendar(text: str) -> Iterator[tuple[int, Closure | _BadLine]]:
    """Whole days and parts of days alike: a school that closes at noon receives nobody that day."""
    if text.upper().count("BEGIN:") > _MOST_COMPONENTS:
        raise Invalid({"file": ["Dit lijkt geen lijst van sluitingsdagen: er staat te veel in, of er klopt te veel niet."]})
    try:
        # Without the zones of the file: their rules could go on for ever, and only the days are of interest.
        calendar = icalendar.Calendar.from_ical(_without_zones(text))
        events = list(calendar.walk("VEVENT"))
    except Exception as error:
        raise Invalid({"file": ["Deze agenda is niet te lezen. Sla hem opnieuw op, of stuur een CSV-bestand."]}) from error
    for number, event in enumerate(events, start=1):
        yield number, _guarded_event(event)


def _without_zones(text: str) -> str:
    """Line by line: a pattern over the whole would begin anew at each of a thousand zones that never end."""
    kept, zones = list[str](), 0
    for line in re.split(r"\r?\n", text):
        name = line.strip().upper()
        zones += name == "BEGIN:VTIMEZONE"
        if not zones:
            kept.append(line)
        zones -= name == "END:VTIMEZONE" and zones > 0
    return "\r\n".join(kept)


def _guarded_event(event: Any) -> Closure | _BadLine:
    try:
        return _of_event(event)
    except _BadLine as wrong:
        return wrong
    except Exception:
        return _BadLine("Deze regel is niet te lezen.")


def _of_event(event: Any) -> Closure:
    if any(name in event for name in ("RRULE", "RDATE")):
        raise _BadLine("Deze herhaalt zich. Zet elke periode apart in de lijst.")
    if "DTSTART" not in event:
        raise _BadLine("Hier ontbreekt de eerste dag.")
    starts = event.decoded("DTSTART")
    ends = event.decoded("DTEND") if "DTEND" in event else _after(starts, event)
    first, last = _day(starts), _last_day(starts, ends)
    return _closure(first, last, str(event.get("SUMMARY", "")), "ics")


def _after(starts: date, event: Any) -> date:
    if "DURATION" in event:
        duration = event.decoded("DURATION")
        if not timedelta(0) <= duration <= _LONGEST:
            raise _BadLine("Een sluiting duurt hoogstens een jaar.")
        ends: date = starts + duration
        return ends
    return starts if isinstance(starts, datetime) else starts + timedelta(days=1)


def _last_day(starts: date, ends: date) -> date:
    """An end is the moment, or the day, after it (RFC 5545, 3.6.1)."""
    if isinstance(ends, datetime):
        local = ends.astimezone(AMSTERDAM) if ends.tzinfo else ends
        return max(_day(starts), (local - timedelta(days=1)).date() if local.time() == time(0) else local.date())
    return max(_day(starts), ends - timedelta(days=1))


def _day(at: date) -> date:
    if not isinstance(at, datetime):
        return at
    return at.astimezone(AMSTERDAM).date() if at.tzinfo else at.date()


def _closure(first: date, last: date, name: str, source: str) -> Closure:
    if last < first:
        raise _BadLine("De laatste dag komt voor de eerste.")
    if not (first >= EARLIEST and last <= LATEST):
        raise _BadLine("Dit jaar kan niet.")
    if last - first > _LONGEST:
        raise _BadLine("Een sluiting duurt hoogstens een jaar.")
    return Closure(first, last, _clean(name), source)


def _clean(name: str) -> str:
    """One line without what cannot be seen."""
    visible = "".join(sign if unicodedata.category(sign) not in ("Cc", "Cs", "Cf", "Co", "Cn") else " " for sign in name)
    return " ".join(unicodedata.normalize("NFC", visible).split())[:_LONGEST_NAME]


def _date(text: str) -> date:
    dutch = _DUTCH.match(text)
    try:
        return date(int(dutch[3]), int(dutch[2]), int(dutch[1])) if dutch else date.fromisoformat(text)
    except ValueError as error:
        raise _BadLine("Dit is geen datum. Een goede is bijvoorbeeld 24-12-2026.") from error
