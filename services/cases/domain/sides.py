"""The two sides of a partnership, equal in everything, and who speaks for them.

A side speaks for itself. A parent does so on their own page, and the liaison writes down what parents said. Nobody speaks
for the other side.
"""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from shared.errors import Forbidden

SIDES = ("parents", "school")
# A guardian who acts on their own page, without an account.
PARENT = "parent"
_SPEAKS_FOR = {"school_staff": ("school",), "liaison": ("parents",), PARENT: ("parents",)}
# Both sides' expectations may come up in one talk, which the liaison leads and writes down.
_FORMULATES_FOR = {"school_staff": ("school",), "liaison": SIDES, PARENT: ("parents",)}


@dataclass(frozen=True)
class Said:
    """Words of one side, and who put them down. `guardian_id`: the parent who spoke for themselves, on their own page."""

    by: str
    name: str
    note: str | None = None
    guardian_id: UUID | None = None


def side_of(role: str) -> str | None:
    """The side that somebody with this role speaks for, if any."""
    return next(iter(_SPEAKS_FOR.get(role, ())), None)


def check_speaks_for(role: str, side: str) -> None:
    """Raises Forbidden for whoever would speak for a side that is not theirs to speak for."""
    if side not in _SPEAKS_FOR.get(role, ()):
        raise Forbidden("U kunt alleen voor uw eigen kant spreken. De ouderfunctionaris legt vast wat de ouders zeggen.")


def formulates_for(role: str) -> tuple[str, ...]:
    """The sides whose expectations this role writes down."""
    return _FORMULATES_FOR.get(role, ())


def check_formulates_for(role: str, side: str) -> None:
    """Raises Forbidden."""
    if side not in formulates_for(role):
        raise Forbidden("De school schrijft op wat de school verwacht. De ouderfunctionaris doet het met de ouders.")
