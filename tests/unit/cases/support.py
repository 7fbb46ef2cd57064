"""Cases and guardians as the domain's tests need them."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from services.cases.domain.case import Case, Child, Guardian

SCHOOL = UUID("00000000-0000-7000-8000-000000000001")
CASE = UUID("00000000-0000-7000-8000-0000000000c1")
LIAISON = UUID("00000000-0000-7000-8000-0000000000a1")
SOMEBODY = UUID("00000000-0000-7000-8000-0000000000a2")
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)


def make_case(**more: Any) -> Case:
    values: dict[str, Any] = {
        "school_id": SCHOOL,
        "id": CASE,
        "reference": "2026-0147",
        "reason": "Aylin is stil.",
        "planned_end_on": date(2027, 5, 1),
        "opened_at": NOW,
        "opened_by": SOMEBODY,
    }
    child = more.pop("child", Child("Aylin", "Yılmaz", "5"))
    case = Case(**(values | more))
    case.child = child
    return case


def make_guardian(**more: Any) -> Guardian:
    values: dict[str, Any] = {
        "first_name": "Elif",
        "last_name": "Yılmaz",
        "relation": "moeder",
        "email": "elif@voorbeeld.nl",
    }
    return Guardian(SCHOOL, CASE, UUID(int=more.pop("number", 1)), 0, **(values | more))
