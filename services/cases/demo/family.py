"""A family of the demo, as its school's module tells of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


def parent(name: str, relation: str, language: str = "nl", **more: Any) -> dict[str, Any]:
    """One adult. Everybody has an address of mail unless told; those with `channel` phone are called."""
    first, _, last = name.partition(" ")
    plain = first.lower().translate(str.maketrans("ışğüöçłéëï", "isguocleei"))
    known = {"first_name": first, "last_name": last, "relation": relation, "language": language, "custody": "yes"}
    return known | {"email": f"{plain}.{_tail(last)}@voorbeeld.example"} | more


def home(street: str, number: str, postcode: str) -> dict[str, str]:
    return {"street": street, "house_number": number, "postcode": postcode, "city": "Rotterdam"}


@dataclass(frozen=True)
class Family:
    """One case. `days_ago`: when it was opened; `ends_in`, `resumes_in`: days from today; `phase`: where it is now.

    `key` names it.
    """

    key: str
    school: str
    child: tuple[str, str, str] | None
    parents: tuple[dict[str, Any], ...]
    reason: str
    phase: str
    days_ago: int
    ends_in: int = 120
    story: str = ""
    shared: bool = False
    wishes: tuple[str, ...] = ()
    strengths: tuple[tuple[str, str], ...] = ()
    goals: tuple[str, ...] = ()
    phase_reason: str | None = None
    coaching_of: str | None = None
    external_reference: str | None = None
    resumes_in: int | None = None
    more: dict[str, Any] = field(default_factory=dict)


def _tail(last: str) -> str:
    return last.lower().replace(" ", "").translate(str.maketrans("ışğüöçłéëï'", "isguocleei-")).replace("-", "")
