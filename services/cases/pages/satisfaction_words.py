"""The questions that parents, school and child look back with, in words. Parents read these in their language."""

from __future__ import annotations

from services.cases.domain.satisfaction import Satisfaction
from shared.web.i18n import N_, gettext

_QUESTIONS = {
    "parents": {
        "grade": N_("Welk cijfer geeft u aan het samenwerken met de school?"),
        "heard": N_("Luisteren wij goed naar u?"),
        "clear": N_("Weet u wat u en de school hebben afgesproken?"),
        "helped": N_("Heeft uw kind er iets aan?"),
        "remark": N_("Wilt u nog iets zeggen?"),
    },
    "school": {
        "grade": N_("Welk cijfer geeft u aan het samenwerken met de ouders?"),
        "heard": N_("Wordt er goed naar de school geluisterd?"),
        "clear": N_("Is duidelijk wie wat doet?"),
        "helped": N_("Heeft het kind er iets aan?"),
        "remark": N_("Wilt u nog iets zeggen?"),
    },
    "child": {
        "enjoys": N_("Vind je het fijn op school?"),
        "heard": N_("Luisteren de grote mensen naar jou?"),
        "helped": N_("Gaat het nu beter dan eerst?"),
        "remark": N_("Wat wil je nog zeggen?"),
    },
}
_ANSWERS = {"yes": N_("ja"), "partly": N_("een beetje"), "no": N_("nee")}
_HEADINGS = {
    ("parents", "midway"): N_("De ouders, halverwege"),
    ("parents", "closing"): N_("De ouders, aan het einde"),
    ("school", "midway"): N_("De school, halverwege"),
    ("school", "closing"): N_("De school, aan het einde"),
    ("child", "midway"): N_("Het kind, halverwege"),
    ("child", "closing"): N_("Het kind, aan het einde"),
}


def question(of: str, name: str) -> str:
    return gettext(_QUESTIONS[of][name])


def answer_options() -> list[tuple[str, str]]:
    """Yes, partly and no, to choose from."""
    return [(key, gettext(word)[:1].upper() + gettext(word)[1:]) for key, word in _ANSWERS.items()]


def answer(said: Satisfaction, name: str) -> str:
    """What they said to a question, in words."""
    given = getattr(said, name)
    return gettext(_ANSWERS[given]) if given in _ANSWERS else str(given if given is not None else "")


def heading(of: str, moment: str) -> str:
    return gettext(_HEADINGS[of, moment])
