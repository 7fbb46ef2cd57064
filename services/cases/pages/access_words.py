"""The access log in words: who did what, and why that was allowed. Parents read these too, in their language."""

from __future__ import annotations

from shared.web.i18n import N_, gettext

_ACTIONS = {"create": N_("maakte aan"), "read": N_("las"), "change": N_("wijzigde")}
_PARTS = {
    "dossier": N_("het dossier"),
    "tijdlijn": N_("de tijdlijn"),
    "verhaal": N_("het verhaal"),
    "wens": N_("een wens"),
    "kracht": N_("een kracht"),
    "doel": N_("een doel"),
    "fase": N_("de fase"),
    "einde": N_("het verwachte einde"),
    "begeleiding": N_("de begeleiding"),
    "overdracht": N_("de overdracht"),
    "betrokkene": N_("wie er nog meer betrokken is"),
    "stem van het kind": N_("hoe het kind het ziet"),
    "verwachting": N_("een verwachting"),
    "afspraak": N_("een afspraak"),
    "verslag": N_("een verslag"),
    "vraag aan ouders": N_("een vraag aan de ouders"),
    "pagina van de ouder": N_("de eigen pagina"),
    "tijd": N_("de tijd"),
    "coaching": N_("de coaching"),
    "tevredenheid": N_("hoe het ging"),
    "toestemming": N_("de toestemmingen"),
    "export": N_("alles, om mee te geven"),
    "ouder": N_("de gegevens van een ouder"),
    "adres": N_("het adres, voor een bezoek"),
    "geheim adres": N_("een geheim adres"),
    "zoekresultaat": N_("wat een zoekvraag vond"),
}
_BASES = {
    "spoed": N_("met spoed, met een reden die de coördinator leest"),
    "werkt op deze school": N_("werkt op deze school"),
    "ouderfunctionaris van deze school": N_("ouderfunctionaris van deze school"),
    "schoolcontactpersoon van deze school": N_("schoolcontactpersoon van deze school"),
    "ouder of verzorger, met een code uit de eigen mail": N_("ouder of verzorger, met een code uit de eigen mail"),
}


def access_words(action: str, what: str) -> str:
    """`las het dossier`."""
    return f"{gettext(_ACTIONS.get(action, action))} {gettext(_PARTS.get(what, what))}"


def basis_words(basis: str) -> str:
    return gettext(_BASES.get(basis, basis))
