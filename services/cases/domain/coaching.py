"""Coaching without a child: who is coached, and what that asks for."""

from __future__ import annotations

from shared.errors import Invalid


def coached_in(chosen: str | None, *, child: bool, guardians: bool) -> str | None:
    """Whom a new case coaches: as chosen, else the parents who are named, else the school. None for a case about a child.

    Raises Invalid naming the field.
    """
    if child:
        if chosen is not None:
            raise Invalid({"coaching_of": ["Een dossier over een kind is geen coaching. Laat dit leeg, of laat het kind weg."]})
        return None
    if chosen == "parents" and not guardians:
        raise Invalid({"guardians": ["Voeg minstens één ouder of verzorger toe."]})
    return chosen or ("parents" if guardians else "school")
