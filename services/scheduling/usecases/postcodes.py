"""The table of where postcodes are, for the whole alliance: an administrator brings it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from services.scheduling.adapters import postcode_file
from services.scheduling.service import SchedulingService
from shared.tenancy import Principal, Scope


@dataclass(frozen=True)
class ImportedPostcodes:
    """`wrong`: line and what is wrong with it; those were left out."""

    count: int
    wrong: Sequence[tuple[int, str]]


def count(service: SchedulingService, who: Principal) -> int:
    with service.work(who.scope) as work:
        return work.places.count()


def replace_all(service: SchedulingService, who: Principal | Scope, content: bytes) -> ImportedPostcodes:
    """In place of the table there was. Raises Invalid on `file`."""
    found = postcode_file.read(content)
    with service.work(who if isinstance(who, Scope) else who.scope) as work:
        work.places.replace(found.points)
    return ImportedPostcodes(len(found.points), found.wrong)
