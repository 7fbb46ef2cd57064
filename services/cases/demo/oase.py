"""The families of De Oase: invented, and as different as families are."""

from __future__ import annotations

from services.cases.demo.family import Family, home, parent

SCHOOL = "De Oase"

FAMILIES = (
    Family(
        "ibrahim",
        SCHOOL,
        ("Ibrahim", "Said", "5"),
        (
            parent(
                "Amal Said",
                "moeder",
                "ar",
                phone="0612345124",
                interpreter_needed=True,
                address=home("Schiedamseweg", "310", "3025 AA"),
            ),
        ),
        "Ibrahim loopt weg uit de klas als het druk is. De school wil samen met moeder begrijpen wat hij nodig heeft.",
        "getting_acquainted",
        21,
    ),
    Family(
        "emma",
        SCHOOL,
        ("Emma", "Dijkstra", "7"),
        (parent("Liesbeth Dijkstra", "moeder", phone="0612345125"), parent("Peter Dijkstra", "vader", phone="0612345126")),
        "Emma komt sinds oktober halve dagen. Ouders en school willen een plan om dat stap voor stap op te bouwen.",
        "agreeing",
        63,
        ends_in=90,
        story="Zij wil wel, maar haar hoofd zit vol. Wij willen niet dat zij weer een heel jaar thuis zit, zoals haar broer.",
        shared=True,
        wishes=("Rustig opbouwen, en niet terug bij elk virusje.",),
        strengths=(("child", "Emma kan goed zeggen wanneer het te veel wordt."),),
        goals=("Na de kerst vier hele ochtenden.",),
    ),
    Family(
        "yusuf",
        SCHOOL,
        ("Yusuf", "Öztürk", "3"),
        (
            parent("Meryem Öztürk", "moeder", "tr", phone="0612345127"),
            parent(
                "Kemal Öztürk",
                "vader",
                "tr",
                custody="no",
                phone="0612345128",
                address=home("Mathenesserweg", "52", "3027 HK"),
                address_secret=True,
            ),
        ),
        "Ouders zijn gescheiden en spreken elkaar niet. Yusuf raakt in de war van twee verschillende verhalen over school.",
        "formulating",
        37,
        story="Ik vertel Yusuf dat school belangrijk is. Van zijn vader hoort hij iets anders."
        " Ik wil dat de school ons allebei hetzelfde vertelt.",
        wishes=("Dat Yusuf niet de boodschapper hoeft te zijn.",),
    ),
    Family(
        "sofia",
        SCHOOL,
        ("Sofia", "Petrova", "6"),
        (parent("Desislava Petrova", "moeder", "bg", phone="0612345129"),),
        "Sofia mist vaak de eerste les. Moeder werkt vroeg en vraagt om hulp bij de ochtend.",
        "referred",
        6,
    ),
    Family(
        "thijs",
        SCHOOL,
        ("Thijs", "Vermeulen", "2"),
        (parent("Marieke Vermeulen", "moeder", phone="0612345130"), parent("James Walker", "vader", "en", phone="0612345131")),
        "Thijs is twee keer van groep gewisseld. Ouders willen weten wat er nu van hem wordt verwacht.",
        "evaluating",
        105,
        ends_in=11,
        story="We speak English at home and we like it here. We only want to hear the same thing from everyone.",
        shared=True,
        wishes=("Dat er één iemand is die wij kunnen bellen.",),
        goals=("Elke vrijdag een kort bericht, in het Nederlands en het Engels.",),
        phase_reason="De afspraak over het vrijdagbericht loopt zes weken; we kijken terug.",
    ),
    Family(
        "kwame",
        SCHOOL,
        ("Kwame", "Mensah", "4"),
        (parent("Abena Mensah", "moeder", "en", phone="0612345132", channel="phone"),),
        "Kwame en zijn moeder zijn net verhuisd. De school kent hem nog niet, en wil met een goed gesprek beginnen.",
        "referred",
        1,
    ),
    Family(
        "coaching_oase",
        SCHOOL,
        None,
        (),
        "De directie wil de startgesprekken anders doen: de ouder vertelt, de school luistert.",
        "closed",
        190,
        ends_in=2,
        phase_reason="De startgesprekken zijn gehouden. Het team is tevreden en gaat zelf verder.",
        coaching_of="school",
    ),
)
