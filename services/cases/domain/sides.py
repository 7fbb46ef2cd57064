"""The two sides of a partnership, equal in everything, and who speaks for them.

A side speaks for itself. The liaison writes down what parents said; the parents' own link will speak for them. Nobody
speaks for the other side.
"""

from __future__ import annotations

from shared.errors import Forbidden

SIDES = ("parents", "school")
_SPEAKS_FOR = {"school_staff": ("school",), "liaison": ("parents",)}
# Both sides' expectations may come up in one talk, which the liaison leads and writes down.
_FORMULATES_FOR = {"school_staff": ("school",), "liaison": SIDES}


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
