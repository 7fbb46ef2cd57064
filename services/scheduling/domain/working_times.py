"""When a person works and when a school is open, as they said it themselves: a usual week, and days that differ."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from uuid import UUID

from services.scheduling.domain.availability import Availability, Hours, Lunch, in_order
from shared.errors import Invalid, Message

REGIONS = ("Noord", "Midden", "Zuid")
# A school's closure lies between these days: a year beyond them is a slip of the hand.
EARLIEST, LATEST = date(2000, 1, 1), date(2100, 12, 31)
# A school has some thirty a year, and a file holds a thousand at most: two full ones fit, and no pile that slows planning down.
MOST_CLOSURES = 2_000
_LONGEST = timedelta(days=366)
_MOST_DIFFERENT, _MOST_HOURS = 200, 6


@dataclass(frozen=True)
class Different:
    """From one day until another, both included, other hours than usual; none is leave. Why is nobody's business."""

    first: date
    last: date
    hours: Sequence[Hours] = ()

    def days(self) -> list[date]:
        return [self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1)]


def office_week() -> dict[int, list[Hours]]:
    """Half past eight until five on working days."""
    return {day: [Hours(time(8, 30), time(17))] for day in range(1, 6)}


LUNCH = Lunch(Hours(time(12), time(13, 30)), 30)


@dataclass(frozen=True)
class WorkingTimes:
    """When somebody can be asked to come. `version` is 0 until they said anything: office hours then.

    `weekly` by ISO weekday (1 is Monday). The postcodes are where the day begins and ends; they are asked of nobody.

    Raises Invalid naming the field (`weekly.2`, `exceptions.0.hours`).
    """

    weekly: Mapping[int, Sequence[Hours]] = field(default_factory=office_week)
    exceptions: Sequence[Different] = ()
    lunch: Lunch | None = LUNCH
    buffer_minutes: int = 0
    lead_hours: int = 2
    start_postcode: str | None = None
    end_postcode: str | None = None
    version: int = 0

    def __post_init__(self) -> None:
        check_week(self.weekly)
        if len(self.exceptions) > _MOST_DIFFERENT:
            raise Invalid({"exceptions": ["Geef hoogstens 200 uitzonderingen op."]})
        for number, each in enumerate(self.exceptions):
            _check(each, f"exceptions.{number}")

    def availability(self, days_off: Sequence[date] = ()) -> Availability:
        """With days on which nobody works. What somebody says of a day counts for more than a holiday does."""
        different: dict[date, Sequence[Hours]] = dict.fromkeys(days_off, ())
        different |= {day: each.hours for each in self.exceptions for day in each.days()}
        return Availability(self.weekly, different, self.lunch)


@dataclass(frozen=True)
class Closure:
    """Days on which a school is closed, both included. `source`: typed by hand, or the file that it came from."""

    first: date
    last: date
    name: str
    source: str = "own"
    id: UUID | None = None


@dataclass(frozen=True)
class SchoolTimes:
    """When a school can receive people, in which region its breaks are, and where it is.

    Raises Invalid naming the field (`weekly.2`).
    """

    weekly: Mapping[int, Sequence[Hours]] = field(default_factory=office_week)
    region: str | None = None
    postcode: str | None = None
    version: int = 0

    def __post_init__(self) -> None:
        check_week(self.weekly)

    def availability(self, closed: Sequence[date]) -> Availability:
        return Availability(self.weekly, dict.fromkeys(closed, ()))


def check_week(weekly: Mapping[int, Sequence[Hours]]) -> None:
    """Raises Invalid naming the day (`weekly.2`) whose hours overlap or end before they begin."""
    said = ["Kies uren die na elkaar komen, en niet door elkaar lopen."]
    wrong = {f"weekly.{day}": said for day, hours in weekly.items() if not in_order(hours) or len(hours) > _MOST_HOURS}
    if wrong:
        raise Invalid(wrong)


def check_room(kept: int, added: int, name: str) -> None:
    """Raises Invalid on `name` when a school would keep too many; `added` are among those `kept`."""
    if kept > MOST_CLOSURES:
        left = max(0, MOST_CLOSURES - (kept - added))
        said = Message(
            "Een school kan hoogstens {most} sluitingen hebben. Er kunnen er nog {left} bij.", most=MOST_CLOSURES, left=left
        )
        raise Invalid({name: [said]})


def closed_days(closures: Sequence[Closure]) -> list[date]:
    return [day for each in closures for day in Different(each.first, each.last).days()]


def check_apart(exceptions: Sequence[Different], known: Sequence[Different]) -> None:
    """Raises Invalid on a new one about a day of which another says something: both cannot be meant."""
    for number, each in reversed(list(enumerate(exceptions))):
        others = [other for place, other in enumerate(exceptions) if place != number]
        if each not in known and any(other.first <= each.last and each.first <= other.last for other in others):
            raise Invalid({f"exceptions.{number}.from_on": ["Over een van deze dagen staat er al iets. Haal dat eerst weg."]})


def _check(different: Different, name: str) -> None:
    if different.last < different.first:
        raise Invalid({f"{name}.until_on": ["Kies een dag na de eerste."]})
    if different.last - different.first > _LONGEST:
        raise Invalid({f"{name}.until_on": ["Kies een periode van hoogstens een jaar."]})
    if not in_order(different.hours) or len(different.hours) > _MOST_HOURS:
        raise Invalid({f"{name}.hours": ["Kies uren die na elkaar komen, en niet door elkaar lopen."]})
