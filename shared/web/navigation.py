"""The main menu: which places a role has, and where the reader is."""

from __future__ import annotations

from dataclasses import dataclass

from shared.web.i18n import N_, gettext

_ALL = frozenset({"school_staff", "liaison", "team_member", "coordinator", "administrator"})
_WITH_CASES = frozenset({"school_staff", "liaison", "team_member"})


@dataclass(frozen=True)
class Place:
    """One entry as it stands in the code; `label` is a msgid."""

    name: str
    href: str
    label: str
    icon: str
    roles: frozenset[str]


@dataclass(frozen=True)
class Entry:
    """One entry as it is shown; `exact` when the reader is on that very page."""

    href: str
    label: str
    icon: str
    active: bool
    exact: bool


PLACES = (
    Place("werk", "/cases/", N_("Mijn werk"), "home", _ALL),
    Place("dossiers", "/cases/dossiers", N_("Dossiers"), "folder", _WITH_CASES),
    Place("agenda", "/scheduling/agenda", N_("Agenda"), "calendar", _WITH_CASES),
    Place("berichten", "/notifications/berichten", N_("Berichten"), "letter", _WITH_CASES),
    Place("inzicht", "/cases/inzicht", N_("Inzicht"), "flag", _WITH_CASES | {"coordinator"}),
    Place("beheer", "/cases/beheer", N_("Beheer"), "people", frozenset({"administrator"})),
    Place("postcodes", "/scheduling/postcodes", N_("Postcodes"), "pin", frozenset({"administrator"})),
    Place("teksten", "/notifications/teksten", N_("Teksten"), "document", frozenset({"administrator"})),
    Place("storingen", "/notifications/storingen", N_("Storingen"), "warning", frozenset({"administrator"})),
)


def navigation(role: str, path: str, active: str = "") -> list[Entry]:
    """The menu of a role. `active` names a place; without it the path tells."""
    here = active or _place_of(path)
    return [
        Entry(place.href, gettext(place.label), place.icon, place.name == here, place.href == path)
        for place in PLACES
        if role in place.roles
    ]


def _place_of(path: str) -> str:
    """The place that the path lies under; else the place of the path's service."""
    here = [place for place in PLACES if path == place.href or (path + "/").startswith(place.href + "/")]
    if here:
        return here[-1].name
    return next((place.name for place in PLACES[1:] if path.split("/")[1:2] == place.href.split("/")[1:2] != ["cases"]), "")
