"""Days that are not ordinary, from the `holidays` library: public holidays, school breaks of a region, feasts."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import lru_cache

import holidays

from shared.web.i18n import N_

BREAKS = {
    "Autumn Break": N_("herfstvakantie"),
    "Christmas Break": N_("kerstvakantie"),
    "Spring Break": N_("voorjaarsvakantie"),
    "May Break": N_("meivakantie"),
    "Summer Break": N_("zomervakantie"),
}
_PUBLIC = {
    "New Year's Day": N_("Nieuwjaarsdag"),
    "Good Friday": N_("Goede Vrijdag"),
    "Easter Sunday": N_("eerste paasdag"),
    "Easter Monday": N_("tweede paasdag"),
    "King's Day": N_("Koningsdag"),
    "Liberation Day": N_("Bevrijdingsdag"),
    "Ascension Day": N_("Hemelvaartsdag"),
    "Pentecost": N_("eerste pinksterdag"),
    "Pentecost Monday": N_("tweede pinksterdag"),
    "Christmas Day": N_("eerste kerstdag"),
    "Second Day of Christmas": N_("tweede kerstdag"),
}
# By a country whose calendar has it: the name there, and ours. Said to everybody of everybody: never of a family.
_FEASTS: Mapping[str, Mapping[str, str]] = {
    "TR": {"Eid al-Fitr": N_("Suikerfeest"), "Eid al-Adha": N_("Offerfeest")},
    "IN": {"Diwali": N_("Divali"), "Holi": N_("Holi")},
    "CN": {"Chinese New Year (Spring Festival)": N_("Chinees Nieuwjaar")},
    "IL": {
        "Pesach": N_("Pesach"),
        "Rosh Hashanah": N_("Rosj Hasjana"),
        "Yom Kippur": N_("Jom Kipoer"),
        "Sukkot": N_("Soekot"),
    },
    "GR": {"Good Friday": N_("orthodoxe Goede Vrijdag"), "Easter Monday": N_("orthodoxe tweede paasdag")},
}


def days_off(first: date, last: date) -> list[date]:
    """Public holidays of the Netherlands between these days, both included."""
    return sorted(public_holidays(first, last))


def public_holidays(first: date, last: date) -> dict[date, str]:
    """The same, by name."""
    return {day: name for year in _years(first, last) for day, name in _public(year).items() if first <= day <= last}


def school_breaks(region: str | None, first: date, last: date) -> dict[date, str]:
    """The break that a day is in, in a region (Noord, Midden, Zuid); none where the region is not known."""
    if region is None:
        return {}
    return {day: name for year in _years(first, last) for day, name in _breaks(region, year).items() if first <= day <= last}


def feasts(first: date, last: date) -> dict[date, str]:
    """The feasts that many keep."""
    return {day: name for year in _years(first, last) for day, name in _feasts(year).items() if first <= day <= last}


def _years(first: date, last: date) -> range:
    return range(first.year, last.year + 1)


@lru_cache(maxsize=32)
def _public(year: int) -> dict[date, str]:
    found = holidays.country_holidays("NL", years=year, language="en_US")
    return {day: _PUBLIC.get(name, name) for day, name in found.items()}


@lru_cache(maxsize=32)
def _breaks(region: str, year: int) -> dict[date, str]:
    # Without `subdiv` the library has no breaks at all, and does not say so.
    found = holidays.country_holidays("NL", subdiv=region, categories=("school",), years=year, language="en_US")
    return {day: BREAKS[name] for day, name in found.items() if name in BREAKS}


@lru_cache(maxsize=32)
def _feasts(year: int) -> dict[date, str]:
    found: dict[date, str] = {}
    for country, names in _FEASTS.items():
        for day, told in holidays.country_holidays(country, years=year, language="en_US").items():
            for part in str(told).removesuffix(" (estimated)").split("; "):
                if part in names:
                    found.setdefault(day, names[part])
    return found
