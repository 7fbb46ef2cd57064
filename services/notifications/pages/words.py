"""What kinds of mail, statuses and reasons are called, for people of a school."""

from __future__ import annotations

from shared.events.catalogue import CATALOGUE
from shared.web.i18n import N_, gettext

_KINDS = {
    "appointment_invitation": N_("Uitnodiging"),
    "appointment_changed": N_("Wijziging"),
    "appointment_cancelled": N_("Afzegging"),
    "appointment_reminder": N_("Herinnering"),
    "agreement_to_support": N_("Vraag: staat u achter een afspraak?"),
    "report_to_check": N_("Vraag: klopt het verslag?"),
    "evaluation_request": N_("Vraag om terug te kijken"),
    "satisfaction_request": N_("Vraag: bent u tevreden?"),
    "case_closed": N_("Bericht van afronding"),
    "one_time_code": N_("Code voor de eigen pagina"),
    "appointment_choice": N_("Vraag om een tijd te kiezen"),
    "parent_answered": N_("Aan de medewerker: antwoord op een afspraak"),
    "parent_to_call": N_("Aan de medewerker: bel deze ouder"),
    "work_digest": N_("Aan de medewerker: overzicht van de dag"),
    "events_failed": N_("Aan de beheerder: storing"),
    "staff_invitation": N_("Aan de medewerker: uitnodiging"),
    "emergency_access": N_("Aan de coördinator: toegang met spoed"),
}
_REASONS = {
    "prefers_phone": N_("Deze ouder wil gebeld worden. Bel deze ouder."),
    "prefers_letter": N_("Deze ouder wil een brief. Stuur een brief of bel deze ouder."),
    "no_address": N_("Er is geen e-mailadres. Bel deze ouder."),
    "unusable_address": N_("Naar dit e-mailadres kan geen bericht. Bel deze ouder en vraag een ander adres."),
    "returned_before": N_("Een eerder bericht kwam terug. Bel deze ouder en vraag een ander adres."),
    "returned": N_("Het bericht kwam terug. Bel deze ouder en vraag een ander adres."),
    "superseded": N_("Er kwam een nieuwer bericht voor in de plaats."),
    "never_invited": N_("De uitnodiging was nog niet weg. Daarom hoefde er geen afzegging."),
    "declined": N_("Deze ouder had al laten weten dat het niet kan."),
    "too_late": N_("De afspraak was al begonnen."),
    "refused": N_("De mailserver weigerde dit bericht. Bel deze ouder en vraag een ander adres."),
    "refused_for_now": N_("De mailserver nam het nog niet aan. We proberen het zo weer."),
    "no_time_left": N_("Het lukte niet op tijd. Bel deze ouder."),
    "gave_up": N_("Het lukte niet, ook niet na vaak proberen. Bel deze ouder."),
    "no_answer": N_("De mailserver gaf geen antwoord. Misschien is het bericht aangekomen, misschien niet."),
    "worker_lost": N_("Het versturen werd afgebroken. Misschien is het bericht aangekomen, misschien niet."),
    "recipient_unknown": N_("We wachten op de gegevens van deze persoon."),
    "has_left": N_("Deze medewerker werkt niet meer voor de school."),
    "returned_for_now": N_("Het bericht kwam terug, maar het adres lijkt goed. We proberen het later nog eens."),
    "quiet_hours": N_("Het wacht tot de ochtend van de eerste werkdag."),
    "limited": N_("Er gaan veel berichten tegelijk weg. Dit gaat zo mee."),
    "asked_again": N_("Iemand vroeg om het opnieuw te versturen."),
    "confirmed_by_person": N_("Iemand zag dat het bericht is aangekomen."),
}
_STAGES = {
    "claimed": N_("Wordt klaargemaakt"),
    "handing_over": N_("Wordt aan de mailserver gegeven"),
    "accepted": N_("De mailserver nam het aan"),
    "refused": N_("De mailserver nam het niet aan"),
    "unknown": N_("Geen antwoord van de mailserver"),
    "let_go": N_("Teruggelegd voordat het weg was"),
    "lost": N_("Afgebroken voordat het weg was"),
}
_VERSION_STATES = {"draft": N_("Nog niet in gebruik"), "published": N_("In gebruik"), "retired": N_("Niet meer in gebruik")}
_STAGE_KINDS = {"accepted": "ok", "refused": "err", "unknown": "warn", "lost": "warn"}


def kind_name(template: str) -> str:
    """`Uitnodiging`."""
    return gettext(_KINDS.get(template, template))


def reason_text(reason: str | None) -> str:
    """Why it is so, and what to do; empty where nothing is to be said."""
    return gettext(_REASONS.get(reason or "", ""))


def stage_name(stage: str) -> str:
    """How far one try got."""
    return gettext(_STAGES.get(stage, stage))


def stage_kind(stage: str) -> str:
    """The colour of that."""
    return _STAGE_KINDS.get(stage, "")


def version_state(state: str) -> str:
    """`In gebruik`."""
    return gettext(_VERSION_STATES.get(state, state))


def event_name(event_type: str) -> str:
    """What happened elsewhere: `Een afspraak is verzet`."""
    entry = CATALOGUE.get(event_type)
    return gettext(entry.title) if entry else event_type
