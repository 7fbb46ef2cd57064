"""Who reads what is told of a case by some to some: narrower than what both sides share, and never wider than was chosen."""

from __future__ import annotations

from collections.abc import Sequence

from services.cases.domain.readers import COMPARTMENTS, reader_of
from shared.errors import Invalid

# Narrowest first; the liaison is in each, as whoever accompanies a case must know what is known of it.
CIRCLES: dict[str, tuple[str, ...]] = {
    "liaison": ("liaison",),
    "alliance": ("liaison", "team"),
    "school_and_liaison": COMPARTMENTS["school_and_liaison"],
    "parents_and_liaison": COMPARTMENTS["parents_and_liaison"],
    "shared": COMPARTMENTS["shared"],
}


def circles_of(role: str) -> tuple[str, ...]:
    """Those that somebody with this role may write in, narrowest first: they read themselves what they write."""
    own = reader_of(role)
    return tuple(name for name, readers in CIRCLES.items() if own in readers)


def narrowest(role: str) -> tuple[str, ...]:
    """Who reads it when nobody chose. Raises LookupError for a role that writes nothing."""
    return CIRCLES[circles_of(role)[0]]


def circle_named(readers: tuple[str, ...]) -> str | None:
    """The circle of exactly these readers."""
    return next((name for name, each in CIRCLES.items() if each == readers), None)


def chosen_by(role: str, readers: Sequence[str] | None) -> list[str]:
    """As chosen, else the narrowest. Raises Invalid for readers without the writer."""
    found = list(readers if readers is not None else narrowest(role))
    if reader_of(role) not in found:
        raise Invalid({"readers": ["U kunt niets schrijven dat u zelf niet mag lezen."]})
    return found
