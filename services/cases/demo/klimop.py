"""The families of De Klimop: invented, and as different as families are."""

from __future__ import annotations

from services.cases.demo.family import Family, parent

SCHOOL = "De Klimop"

FAMILIES = (
    Family(
        "zeynep",
        SCHOOL,
        ("Zeynep", "Demir", "2"),
        (
            parent("Hatice Demir", "moeder", "tr", phone="0612345112"),
            parent("Ali Demir", "vader", "tr", custody="yes", phone="0612345113"),
        ),
        "Zeynep praat thuis honderduit, en op school bijna niet. Ouders herkennen dat niet en zijn bezorgd.",
        "formulating",
        33,
        story="Thuis zingt zij de hele dag. Wij schrokken toen de juf zei dat zij niet praat. "
        "Misschien is zij bang om fouten te maken in het Nederlands.",
        shared=True,
        wishes=("Dat Zeynep op school durft te praten.",),
    ),
    Family(
        "finn",
        SCHOOL,
        ("Finn", "Mulder", "6"),
        (
            parent("Esther Mulder", "moeder", phone="0612345114"),
            parent("Dennis Mulder", "vader", custody="yes", phone="0612345115", channel="letter"),
        ),
        "Finn en zijn ouders zijn het niet eens met het advies over een andere school. Beide kanten willen weer in gesprek.",
        "agreeing",
        84,
        ends_in=40,
        story="Er is drie keer iets beslist zonder ons. Wij willen meedenken voordat het besluit er ligt, niet erna.",
        shared=True,
        wishes=("Dat wij horen wat er speelt voordat er iets wordt besloten.", "Dat Finn bij zijn vrienden kan blijven."),
        strengths=(
            ("parents", "Ouders komen altijd, en hebben een heel schrift bijgehouden."),
            ("school", "De school wil het deze keer anders doen."),
        ),
        goals=("Voor de kerst is er één plan, waar ouders en school allebei achter staan.",),
    ),
    Family(
        "amira",
        SCHOOL,
        ("Amira", "Hassan", "4"),
        (parent("Khadra Hassan", "moeder", "so", phone="0612345116", channel="phone", email=None, interpreter_needed=True),),
        "Moeder komt niet op de gesprekken. Wij weten niet of de brieven aankomen. Amira zelf doet het goed.",
        "referred",
        9,
    ),
    Family(
        "david",
        SCHOOL,
        ("David", "Popescu", "7"),
        (
            parent("Ioana Popescu", "moeder", "ro", phone="0612345117"),
            parent("Andrei Popescu", "vader", "ro", phone="0612345118"),
        ),
        "David wordt gepest, zegt hij. In de klas zien wij het niet. Ouders zijn boos en overwegen van school te gaan.",
        "getting_acquainted",
        15,
    ),
    Family(
        "julia",
        SCHOOL,
        ("Julia", "Nowak", "3"),
        (parent("Ewa Nowak", "moeder", "pl", phone="0612345119"),),
        "Julia leest nog niet. Moeder leest thuis Pools met haar en vraagt of dat wel goed is.",
        "evaluating",
        140,
        ends_in=22,
        story="Iedereen zegt iets anders over twee talen. Ik wil mijn dochter mijn taal niet afnemen.",
        shared=True,
        wishes=("Dat Julia in allebei haar talen leert lezen.",),
        strengths=(("child", "Julia kent veel verhalen uit haar hoofd."),),
        goals=("Thuis Pools, op school Nederlands, en elke maand kijken we samen hoe het gaat.",),
        phase_reason="De afspraken lopen sinds september; we kijken nu samen terug.",
    ),
    Family(
        "ravi",
        SCHOOL,
        ("Ravi", "Ramdin", "8"),
        (parent("Anita Ramdin", "moeder", phone="0612345120"), parent("Sunil Ramdin", "vader", phone="0612345121")),
        "Ravi heeft diabetes. Ouders en school zoeken afspraken voor de overstap en voor dagen met gym.",
        "closed",
        260,
        ends_in=3,
        story="Op school is het nooit fout gegaan, maar het kostte ons veel bellen. Wij willen dat het gewoon geregeld is.",
        shared=True,
        wishes=("Dat iedere leerkracht weet wat te doen.",),
        goals=("Een kaart met afspraken die met Ravi meegaat.",),
        phase_reason="De kaart is klaar en de nieuwe school heeft hem. Ouders zijn tevreden.",
    ),
    Family(
        "luca",
        SCHOOL,
        ("Luca", "Silva", "1"),
        (
            parent("Maria Silva", "moeder", "pt", phone="0612345122"),
            parent("João Silva", "vader", "pt", custody="unknown", phone="0612345123"),
        ),
        "Luca huilt bij het afscheid en kan er lang niet over uit. Moeder blijft soms de hele ochtend op het plein.",
        "referred",
        2,
    ),
    Family(
        "coaching_klimop",
        SCHOOL,
        None,
        (),
        "De intern begeleider wil sparren over een lastig gesprek met ouders, en hoe je beide kanten gelijk hoort.",
        "agreeing",
        48,
        phase_reason="Coaching zonder kind: verhaal en wensen zijn hier niet aan de orde.",
        coaching_of="colleague",
    ),
)
