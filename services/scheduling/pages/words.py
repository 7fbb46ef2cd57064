"""Dutch words for what the domain names in English."""

from __future__ import annotations

from shared.web.i18n import N_

KIND_LABELS = {
    "home_visit": N_("Huisbezoek"),
    "school_meeting": N_("Gesprek op school"),
    "phone_call": N_("Telefoongesprek"),
    "team_meeting": N_("Teamoverleg"),
}
PLACE_LABELS = {
    "at_home": N_("bij u thuis"),
    "at_school": N_("op school"),
    "by_phone": N_("aan de telefoon"),
    "elsewhere": N_("op een andere plek"),
}
HAPPENING_LABELS = {
    "invited": N_("Uitgenodigd"),
    "moved": N_("Verzet"),
    "cancelled": N_("Geannuleerd"),
    "accepted": N_("Komt"),
    "declined": N_("Komt niet"),
    "another_time": N_("Wil een andere tijd"),
    "awaiting": N_("Nog geen antwoord"),
    "held": N_("Is geweest"),
    "no_show": N_("Was er niet"),
}
