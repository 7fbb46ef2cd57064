"""What the demo's families and schools expect of each other and agreed: a few words each, as people say them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Expected:
    """`rounds`: what parents and school said of it, round by round."""

    held_by: str
    text: str
    rounds: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Agreed:
    """`days`: until the review. `parents` and `school`: what they said, empty for consent, None for nothing yet."""

    what: str
    who: str
    days: int
    parents: str | None = ""
    school: str | None = ""
    kept: tuple[str, str] | None = None
    revised: tuple[str, str] | None = None


@dataclass(frozen=True)
class Both:
    """The partnership of one family."""

    expected: tuple[Expected, ...]
    agreed: tuple[Agreed, ...] = ()


PARTNERSHIPS = {
    "aylin": Both(
        (
            Expected("parents", "De juf belt ons op vrijdag kort over hoe de week ging.", (("partly", "yes"),)),
            Expected("parents", "School laat ons eerst weten als Aylin hulp buiten de klas krijgt."),
            Expected("school", "Thuis elke dag tien minuten samen lezen, in het Turks of in het Nederlands.", (("yes", "yes"),)),
        ),
        (
            Agreed("Juf Marieke belt elke vrijdag om drie uur, vijf minuten.", "school", 10),
            Agreed("Aylin steekt één keer per dag haar hulpkaart op. De juf komt dan naast haar zitten.", "child", 24),
            Agreed("Moeder komt donderdag om half negen een kwartier meelezen.", "parents", 30, school=None),
        ),
    ),
    "noor": Both(
        (
            Expected("parents", "Niemand vraagt Noor in de klas waar ze was."),
            Expected("school", "Ouders bellen voor negen uur als Noor niet komt, ook bij twijfel."),
        ),
    ),
    "mohamed": Both(
        (
            Expected(
                "parents",
                "School legt uit hoe wij thuis kunnen helpen met rekenen.",
                (("no", "partly"), ("partly", "yes"), ("yes", "yes")),
            ),
            Expected(
                "school",
                "Thuis wordt niet doorgerekend als Mohamed boos wordt.",
                (("partly", "no"), ("yes", "partly"), ("yes", "yes")),
            ),
        ),
        (
            Agreed(
                "Meester Joris geeft maandag een blad mee met wat er die week komt.",
                "school",
                28,
                kept=("yes", "yes"),
                revised=(
                    "Meester Joris stuurt zondag een filmpje van twee minuten met de som van de week.",
                    "Het blad raakte kwijt.",
                ),
            ),
            Agreed(
                "Moeder en Mohamed rekenen drie keer per week tien minuten, met de kookwekker.",
                "parents",
                35,
                kept=("yes", "yes"),
            ),
            Agreed("De rekencoach kijkt mee in de klas.", "school", 20, kept=("partly", "yes")),
        ),
    ),
    "sem": Both(
        (Expected("parents", "De nieuwe school kent Sem voordat hij er begint.", (("partly", "partly"), ("yes", "yes"))),),
        (Agreed("Oma en juf gaan samen naar de kennismaking op de nieuwe school.", "liaison", 60, kept=("yes", "yes")),),
    ),
    "zeynep": Both((Expected("parents", "De juf wacht op een antwoord, ook als het lang stil blijft."),)),
    "finn": Both(
        (
            Expected(
                "parents", "Wij horen het eerst wat er speelt, en dan pas het besluit.", (("no", "partly"), ("partly", "partly"))
            ),
            Expected(
                "school", "Ouders geven ons tot de voorjaarsvakantie om het op deze school te laten lukken.", (("partly", "no"),)
            ),
        ),
        (
            Agreed(
                "Tot 15 februari geen gesprek over een andere school. Elke twee weken een kort overleg.",
                "school",
                40,
                parents="Twee weken vinden wij lang. Wij willen elke week iets horen.",
            ),
            Agreed("Finn kiest zelf waar hij zit als het druk is.", "child", 14),
        ),
    ),
    "julia": Both(
        (
            Expected(
                "parents", "School ziet het lezen in het Pools als winst.", (("no", "yes"), ("partly", "yes"), ("yes", "yes"))
            ),
            Expected("school", "Julia neemt elke dag haar leesmap mee.", (("yes", "partly"), ("yes", "yes"))),
        ),
        (
            Agreed(
                "Moeder leest Pools met Julia, school Nederlands, en eens per week hetzelfde boek in twee talen.", "parents", 30
            ),
            Agreed("De leesmap gaat elke dag mee. Julia pakt hem zelf in.", "child", 21, kept=("yes", "yes")),
        ),
    ),
    "ravi": Both(
        (Expected("parents", "Elke invaller weet waar de tas met glucose ligt.", (("partly", "yes"), ("yes", "yes"))),),
        (Agreed("De intern begeleider legt het elke invaller uit voor de les begint.", "school", 90, kept=("yes", "yes")),),
    ),
    "emma": Both(
        (
            Expected("parents", "De opbouw gaat pas verder als Emma het zelf aankan.", (("yes", "yes"),)),
            Expected("school", "Ouders beslissen om acht uur, niet de avond ervoor.", (("partly", "partly"),)),
        ),
        (
            Agreed("Deze maand elke ochtend tot half elf. Vrijdag kijken we samen naar de volgende stap.", "school", 5),
            Agreed("Juf Linda appt om tien uur een foto. Daarna laten de ouders het los.", "school", 20, parents=None),
        ),
    ),
    "yusuf": Both(
        (
            Expected("parents", "School stuurt alles aan allebei de ouders, op hetzelfde moment."),
            Expected("school", "Yusuf hoeft geen boodschappen over te brengen."),
        ),
    ),
    "thijs": Both(
        (
            Expected("parents", "Er is één leerkracht die wij altijd mogen bellen.", (("partly", "yes"), ("yes", "yes"))),
            Expected("school", "Ouders bellen eerst, en schrijven dan pas in de groepsapp.", (("yes", "partly"), ("yes", "yes"))),
        ),
        (Agreed("Meester Bas is het vaste gezicht. Hij belt op dinsdag terug.", "school", 45, kept=("yes", "yes")),),
    ),
}
