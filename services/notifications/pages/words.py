"""What kinds of mail, statuses and reasons are called, for people of a school."""

from __future__ import annotations

from services.notifications.domain.kinds import KINDS
from shared.events.catalogue import CATALOGUE
from shared.web.i18n import N_, gettext
from shared.web.words import status_word

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
    "address_changed": N_("Bericht op het vorige e-mailadres"),
    "appointment_choice": N_("Vraag om een tijd te kiezen"),
    "parent_answered": N_("Antwoord op een afspraak"),
    "parent_to_call": N_("Vraag om een ouder te bellen"),
    "work_digest": N_("Overzicht van de dag"),
    "events_failed": N_("Bericht van een storing"),
    "staff_invitation": N_("Uitnodiging voor een account"),
    "new_password": N_("Nieuw wachtwoord"),
    "emergency_access": N_("Bericht van toegang met spoed"),
}
_REASONS = {
    "prefers_phone": N_("Deze ouder wil gebeld worden. Bel deze ouder."),
    "prefers_letter": N_("Deze ouder wil een brief. Stuur een brief of bel deze ouder."),
    "no_address": N_("Er is geen e-mailadres. Bel deze ouder."),
    "unusable_address": N_("Naar dit e-mailadres kan geen bericht. Bel deze ouder en vraag een ander adres."),
    "returned_before": N_("Een eerder bericht kwam terug. Bel deze ouder en vraag een ander adres."),
    "returned": N_("Het bericht kwam terug. Bel deze ouder en vraag een ander adres."),
    "former_address": N_("Dit vorige e-mailadres werkt niet meer. U hoeft niets te doen."),
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
    "trial_mode": N_("De school is op proef: dit bericht is bewaard en niet verstuurd."),
    "has_left": N_("Deze medewerker werkt niet meer voor de school."),
    "returned_for_now": N_("Het bericht kwam terug, maar het adres lijkt goed. We proberen het later nog eens."),
    "quiet_hours": N_("Het wacht tot de ochtend van de eerste werkdag."),
    "limited": N_("Er gaan veel berichten tegelijk weg. Dit gaat zo mee."),
    "asked_again": N_("Iemand vroeg om het opnieuw te versturen."),
    "confirmed_by_person": N_("Iemand zag dat het bericht is aangekomen."),
}
_OUTCOMES = {
    "reached": N_("Ik heb deze ouder gesproken"),
    "not_reached": N_("Niemand nam op"),
    "letter": N_("Ik heb een brief gestuurd"),
    "otherwise": N_("Het is anders geregeld"),
}
_CHANNEL_TEXTS = {
    "email": N_("E-mail kwam niet aan"),
    "phone": N_("Wil gebeld worden"),
    "letter": N_("Wil een brief"),
}
_FALLBACKS = {
    "both": N_("In deze taal, met het Nederlands eronder"),
    "alone": N_("Alleen in deze taal"),
    "dutch": N_("Alleen in het Nederlands"),
}
_ACTIONS = {
    "message.sent_again": N_("Liet een bericht opnieuw versturen"),
    "message.arrived": N_("Noteerde dat een bericht is aangekomen"),
    "address.lifted": N_("Nam een adres weer in gebruik"),
    "event.replayed": N_("Probeerde een storing opnieuw"),
    "template.drafted": N_("Schreef een nieuwe versie van een tekst"),
    "template.published": N_("Nam een versie van een tekst in gebruik"),
    "language.changed": N_("Koos hoe een taal wordt gebruikt"),
    "trial.begun": N_("Zette de proef aan"),
    "trial.changed": N_("Wijzigde de adressen van de proef"),
    "trial.ended": N_("Zette de proef uit"),
}
_FAILURES = {
    "unknown event type": N_("Dit onderdeel kent deze gebeurtenis niet."),
    "the broker gave it up": N_("De wachtrij gaf het op na te veel pogingen."),
    "KeyError": N_("Er ontbrak een gegeven."),
    "IntegrityError": N_("De gegevens passen niet bij wat er al staat."),
    "Unavailable": N_("De database was er niet."),
    "ImpossibleStep": N_("Het bericht was al verder dan deze gebeurtenis."),
    "ValueError": N_("Een gegeven had een vorm die we niet kennen."),
    "MalformedEvent": N_("De gebeurtenis was niet te lezen."),
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


def status_text(status: str) -> str:
    """A withdrawn message is no cancelled appointment: it has a word of its own."""
    return gettext("Ingetrokken") if status == "cancelled" else status_word(status).text


def stage_name(stage: str) -> str:
    """How far one try got."""
    return gettext(_STAGES.get(stage, stage))


def stage_kind(stage: str) -> str:
    """The colour of that."""
    return _STAGE_KINDS.get(stage, "")


def outcome_name(outcome: str) -> str:
    """How a call ended."""
    return gettext(_OUTCOMES[outcome])


def outcome_options() -> list[tuple[str, str]]:
    """To choose from after a call."""
    return [(value, gettext(text)) for value, text in _OUTCOMES.items()]


def channel_text(channel: str) -> str:
    """Why this parent is called."""
    return gettext(_CHANNEL_TEXTS[channel])


def fallback_options() -> list[tuple[str, str]]:
    """How mail can be written in a language that no native speaker has read yet."""
    return [(value, gettext(text)) for value, text in _FALLBACKS.items()]


def action_name(action: str) -> str:
    """What somebody did."""
    return gettext(_ACTIONS.get(action, action))


def failure_text(reason: str) -> str:
    """Why an event was given up, in words; the program's own name of it stays beside it."""
    found = next((text for name, text in _FAILURES.items() if reason.startswith(name) or name in reason), None)
    return gettext(found) if found else gettext("Het programma kon dit niet verwerken.")


def kinds(side: str) -> list[tuple[str, str]]:
    """The kinds of mail to parents or to colleagues, by their names."""
    return sorted(((name, kind_name(name)) for name, kind in KINDS.items() if kind.to == side), key=lambda each: each[1])


def version_state(state: str) -> str:
    """`In gebruik`."""
    return gettext(_VERSION_STATES.get(state, state))


def event_name(event_type: str) -> str:
    """What happened elsewhere: `Een afspraak is verzet`."""
    entry = CATALOGUE.get(event_type)
    return gettext(entry.title) if entry else event_type
