"""What an alliance's own affairs are called on the pages: states of accounts, and what was done."""

from __future__ import annotations

from services.cases.domain.administration import ACTIONS
from shared.web.i18n import N_, gettext
from shared.web.words import StatusWord, role_name

_STATES = {
    "active": (N_("Actief"), "ok", "check"),
    "invited": (N_("Uitgenodigd"), "info", "letter"),
    "invitation_over": (N_("Uitnodiging verlopen"), "warn", "clock"),
    "not_invited": (N_("Geen uitnodiging"), "warn", ""),
    "inactive": (N_("Uitgezet"), "", "cross"),
}
_ACTIONS = {
    "alliance_founded": N_("Samenwerkingsverband begonnen"),
    "alliance_changed": N_("Instellingen gewijzigd"),
    "school_registered": N_("School toegevoegd"),
    "school_changed": N_("School gewijzigd"),
    "school_stopped": N_("School gestopt"),
    "team_made": N_("Team gemaakt"),
    "team_changed": N_("Team gewijzigd"),
    "team_ended": N_("Team opgeheven"),
    "user_added": N_("Account gemaakt"),
    "user_changed": N_("Gegevens van een medewerker gewijzigd"),
    "user_invited": N_("Medewerker uitgenodigd"),
    "invitation_withdrawn": N_("Uitnodiging ingetrokken"),
    "password_chosen": N_("Wachtwoord gekozen met een link"),
    "password_changed": N_("Eigen wachtwoord gewijzigd"),
    "password_forgotten": N_("Link gevraagd voor een nieuw wachtwoord"),
    "user_assigned": N_("Aan een school toegewezen"),
    "assignment_ended": N_("Toewijzing aan een school beëindigd"),
    "user_deactivated": N_("Account uitgezet"),
    "user_reactivated": N_("Account weer aangezet"),
    "totp_enrolled": N_("Code uit een app ingesteld"),
    "totp_ended": N_("Code uit een app uitgezet"),
    "totp_reset": N_("Code van een medewerker weggehaald"),
    "recovery_codes_renewed": N_("Nieuwe herstelcodes gemaakt"),
    "recovery_code_used": N_("Ingelogd met een herstelcode"),
    "sessions_ended": N_("Elders uitgelogd"),
    "hold_set": N_("Dossier vastgehouden"),
    "hold_lifted": N_("Vasthouden opgeheven"),
    "purge_asked": N_("Dossiers laten wissen na de bewaartermijn"),
    "case_erased": N_("Dossier laten wissen"),
    "rights_reviewed": N_("Rechtenoverzicht nagekeken"),
}
assert set(_ACTIONS) == set(ACTIONS)


def state_word(state: str) -> StatusWord:
    """What the state of an account is called, and how it looks."""
    text, kind, icon = _STATES[state]
    return StatusWord(gettext(text), kind, icon)


def states() -> list[tuple[str, str]]:
    """To choose from."""
    return [(state, gettext(text)) for state, (text, _, _) in _STATES.items()]


def roles(chosen: tuple[str, ...]) -> list[tuple[str, str]]:
    """To choose from."""
    return [(role, role_name(role)) for role in chosen]


def act_name(action: str) -> str:
    """What was done."""
    return gettext(_ACTIONS[action])
