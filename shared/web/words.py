"""Words that every service's pages share: roles, readers, and what a status is called.

`status` values are those of the contract; the words are for people. A value without a word is shown as it is, so that
a new status never breaks a page; a test holds the table against the contract.
"""

from __future__ import annotations

from dataclasses import dataclass

from shared.web.i18n import N_, gettext


@dataclass(frozen=True)
class StatusWord:
    """How a status looks: its word, its colour (`ok`, `warn`, `err`, `info` or none) and its icon."""

    text: str
    kind: str = ""
    icon: str = ""


_ROLES = {
    "school_staff": N_("school"),
    "liaison": N_("ouderfunctionaris"),
    "team_member": N_("schoolcontactpersoon"),
    "coordinator": N_("coördinator"),
    "administrator": N_("beheerder"),
}
_READERS = {
    "parents": N_("de ouders"),
    "school": N_("de school"),
    "liaison": N_("de ouderfunctionaris"),
    "team": N_("het team"),
}
_KINDS = {
    "home_visit": (N_("Huisbezoek"), "home"),
    "school_meeting": (N_("Gesprek op school"), "school"),
    "phone_call": (N_("Telefoongesprek"), "phone"),
    "team_meeting": (N_("Overleg met het team"), "people"),
}
_PLACES = {
    "at_home": N_("thuis"),
    "at_school": N_("op school"),
    "by_phone": N_("aan de telefoon"),
    "elsewhere": N_("ergens anders"),
}
_STATUSES = {
    # phases of a case
    "referred": (N_("Aangemeld"), "info", ""),
    "getting_acquainted": (N_("Kennismaking"), "info", ""),
    "formulating": (N_("Wensen en verwachtingen"), "info", ""),
    "agreeing": (N_("Afspraken"), "info", ""),
    "evaluating": (N_("Evaluatie"), "info", ""),
    "closed": (N_("Afgerond"), "", "check"),
    "paused": (N_("Gepauzeerd"), "warn", ""),
    # appointments and answers to an invitation
    "invited": (N_("Wacht op antwoord"), "warn", "clock"),
    "confirmed": (N_("Bevestigd"), "ok", "check"),
    "awaiting": (N_("Nog geen antwoord"), "warn", "clock"),
    "accepted": (N_("Komt"), "ok", "check"),
    "declined": (N_("Kan niet"), "err", "cross"),
    "another_time": (N_("Wil een andere tijd"), "warn", "calendar"),
    "cancelled": (N_("Gaat niet door"), "", "cross"),
    "held": (N_("Is geweest"), "ok", "check"),
    "no_show": (N_("Elkaar niet getroffen"), "", "clock"),
    # messages
    "queued": (N_("Staat klaar"), "info", ""),
    "scheduled": (N_("Gaat later weg"), "info", "clock"),
    "sending": (N_("Wordt verstuurd"), "info", ""),
    "sent": (N_("Verstuurd"), "ok", "check"),
    "bounced": (N_("Teruggekomen"), "err", "warning"),
    "suppressed": (N_("Niet verstuurd"), "", "cross"),
    "expired": (N_("Te laat, niet verstuurd"), "", "cross"),
    "uncertain": (N_("Onzeker"), "warn", "warning"),
    "failed": (N_("Mislukt"), "err", "warning"),
    # agreements
    "proposed": (N_("Voorstel"), "info", ""),
    "active": (N_("Loopt"), "ok", ""),
    "disputed": (N_("Geen overeenstemming"), "warn", ""),
    "evaluated": (N_("Teruggekeken"), "ok", "check"),
    "revised": (N_("Bijgesteld"), "info", ""),
    "ended": (N_("Beëindigd"), "", ""),
}
_ADVICE = {
    400: N_("Ga terug, laad de pagina opnieuw en probeer het nog eens."),
    403: N_("Denkt u dat dit niet klopt? Vraag het de beheerder van uw samenwerkingsverband."),
    404: N_("Controleer het adres. Misschien is het verplaatst of verwijderd."),
    409: N_("Ga terug en kijk hoe het er nu voor staat."),
    413: N_("Maak uw tekst korter en probeer het opnieuw."),
    422: N_("Ga terug en verbeter wat er niet klopt."),
    429: N_("Wacht een paar minuten en probeer het dan opnieuw."),
    503: N_("Lukt het over vijf minuten nog niet? Bel dan de persoon met wie u contact hebt."),
}


def role_name(role: str) -> str:
    """`ouderfunctionaris`."""
    return gettext(_ROLES.get(role, role))


def reader_name(reader: str) -> str:
    """`de ouders`."""
    return gettext(_READERS.get(reader, reader))


def appointment_kind(kind: str) -> str:
    """`Huisbezoek`."""
    return gettext(_KINDS.get(kind, (kind, ""))[0])


def appointment_icon(kind: str) -> str:
    """The icon that goes with a kind of appointment."""
    return _KINDS.get(kind, ("", "calendar"))[1]


def place_name(place: str) -> str:
    """`op school`."""
    return gettext(_PLACES.get(place, place))


def status_word(status: str) -> StatusWord:
    """What a status of a case, an appointment, an answer, a message or an agreement is called."""
    text, kind, icon = _STATUSES.get(status, (status, "", ""))
    return StatusWord(gettext(text), kind, icon)


def error_advice(status: int) -> str:
    """What the reader of an error page can do now, if there is anything."""
    return gettext(_ADVICE.get(status, ""))
