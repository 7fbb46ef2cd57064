"""Who may do what to a dossier: one table, read by the routes, the use cases and the pages alike.

A role that is not named may not. Which dossiers somebody may see at all is the school's wall; which texts, the readers'.
"""

from __future__ import annotations

_ALL = frozenset({"school_staff", "liaison", "team_member"})
_LIAISON = frozenset({"liaison"})
_ALLIANCE = frozenset({"liaison", "team_member"})
# Who speaks for a side; for which of the two, `sides.py` says.
_SIDES = frozenset({"school_staff", "liaison"})

_MAY: dict[str, frozenset[str]] = {
    "read": _ALL,
    "open": _ALL,
    "change": _ALL,
    "move": _ALL,
    "assign": _ALLIANCE,
    "take_over": _LIAISON,
    "involve": _ALL,
    "hear_child": _ALL,
    "write_story": _LIAISON,
    "add_wish": _LIAISON,
    "add_strength": _ALL,
    "add_goal": _ALL,
    "formulate": _SIDES,
    "evaluate": _SIDES,
    "agree": _SIDES,
    "write_time": _SIDES,
    "coach": _ALLIANCE,
    "report": _ALL,
    "ask": _SIDES,
    "look_back_on_all": _SIDES,
    "record_consent": _ALL,
    "see_secret_address": _LIAISON,
    "plan": _ALL,
    "emergency": _ALLIANCE,
}
# Why somebody was allowed in, as the access log tells parents (NEN 7513).
_BASIS = {
    "school_staff": "werkt op deze school",
    "liaison": "ouderfunctionaris van deze school",
    "team_member": "schoolcontactpersoon van deze school",
    "parent": "ouder of verzorger, met een code uit de eigen mail",
}
IN_EMERGENCY = "spoed"


def roles_that(action: str) -> tuple[str, ...]:
    """The roles that may do this. Raises KeyError for an action that is not in the table."""
    return tuple(sorted(_MAY[action]))


def may(role: str, action: str) -> bool:
    """Whether this role may do this."""
    return role in _MAY[action]


def basis_of(role: str, *, in_emergency: bool = False) -> str:
    """In words, why this role may look into a dossier of its school, or in an emergency of another."""
    return IN_EMERGENCY if in_emergency else _BASIS[role]
