"""The families of De Regenboog: invented, and as different as families are."""

from __future__ import annotations

from services.cases.demo.family import Family, home, parent

SCHOOL = "De Regenboog"

FAMILIES = (
    Family(
        "aylin",
        SCHOOL,
        ("Aylin", "Yılmaz", "5"),
        (
            parent(
                "Elif Yılmaz",
                "moeder",
                "tr",
                phone="0612345101",
                interpreter_needed=True,
                address=home("Putselaan", "114", "3074 JH"),
            ),
            parent("Murat Yılmaz", "vader", "tr", phone="0612345102"),
        ),
        "Aylin is stil in de klas en vraagt geen hulp, ook niet als ze iets niet begrijpt. Thuis vertelt ze weinig over school. "
        "Wij willen graag met de ouders kijken wat helpt.",
        "agreeing",
        56,
        story="Aylin vertelt thuis niets over school. Ik zie dat zij moe is en stil. Vroeger ging zij zingend naar school.\n"
        "Ik wil begrijpen wat er gebeurt, en ik wil kunnen helpen.",
        shared=True,
        wishes=("Met plezier naar school gaan.", "Durven vragen als zij iets niet begrijpt.", "Een vriendin in de klas."),
        strengths=(
            ("child", "Aylin tekent prachtig en is geduldig met haar broertje."),
            ("parents", "Moeder leest elke avond voor, in het Turks."),
        ),
        goals=("Aylin vraagt elke dag één keer om hulp, en merkt dat het helpt.",),
        external_reference="ParnasSys 4471",
    ),
    Family(
        "jakub",
        SCHOOL,
        ("Jakub", "Kowalski", "3"),
        (
            parent("Agnieszka Kowalska", "moeder", "pl", phone="0612345103", address=home("Dorpsweg", "88b", "3082 LN")),
            parent("Tomasz Kowalski", "vader", "pl", custody="yes", channel="phone", email=None, phone="0612345104"),
        ),
        "Jakub is sinds dit jaar bij ons. Hij leert snel Nederlands, maar raakt in de pauze vaak betrokken bij ruzies. "
        "Ouders wonen niet meer samen en krijgen ieder hun eigen uitnodiging.",
        "getting_acquainted",
        24,
    ),
    Family(
        "noor",
        SCHOOL,
        ("Noor", "de Jong", "7"),
        (
            parent(
                "Sanne de Jong",
                "moeder",
                phone="0612345105",
                address=home("Katendrechtse Lagedijk", "27", "3082 GH"),
                address_secret=True,
            ),
            parent("Mark Willems", "vader", custody="unknown", phone="0612345106"),
        ),
        "Noor is sinds de zomer vaak ziek gemeld. Het gaat om steeds meer dagen. Moeder maakt zich zorgen en zoekt steun.",
        "formulating",
        41,
        story="Noor heeft buikpijn op schooldagen. In het weekend is het over. Ik durf haar bijna niet te dwingen.\n"
        "Ik ben bang dat school denkt dat ik het niet goed doe.",
        wishes=("Dat Noor weer zonder buikpijn naar school kan.",),
    ),
    Family(
        "mohamed",
        SCHOOL,
        ("Mohamed", "El Amrani", "6"),
        (
            parent(
                "Fatima El Amrani",
                "moeder",
                "ar",
                phone="0612345107",
                interpreter_needed=True,
                address=home("Beijerlandselaan", "201a", "3074 EK"),
            ),
        ),
        "Mohamed werkt hard maar loopt vast met rekenen. Moeder wil thuis helpen en vraagt hoe.",
        "evaluating",
        118,
        ends_in=16,
        story="Mijn zoon is slim, dat weet ik. Maar als hij zijn schrift ziet, wordt hij boos op zichzelf. "
        "Ik heb zelf weinig school gehad. Ik wil naast hem zitten en niet alleen toekijken.",
        shared=True,
        wishes=("Dat Mohamed weer trots is op zijn werk.", "Weten hoe wij thuis kunnen oefenen."),
        strengths=(
            ("child", "Hij geeft niet op en helpt andere kinderen met gym."),
            ("school", "De meester heeft tijd gemaakt om moeder de rekenles te laten zien."),
        ),
        goals=("Drie keer per week tien minuten samen rekenen, zonder ruzie.",),
        phase_reason="De afspraken zijn in het gesprek van 12 oktober gemaakt en worden nu gevolgd.",
    ),
    Family(
        "lotte",
        SCHOOL,
        ("Lotte", "van der Berg", "4"),
        (parent("Karin van der Berg", "moeder", phone="0612345108"), parent("Petra Smits", "moeder", phone="0612345109")),
        "Lotte is hoogbegaafd getest en verveelt zich. Thuis zijn er elke ochtend tranen. Samen maken we een plan.",
        "referred",
        4,
    ),
    Family(
        "sem",
        SCHOOL,
        ("Sem", "Bakker", "8"),
        (
            parent("Wilma Bakker", "oma", custody="no", phone="0612345110"),
            parent("Inge Verhoef", "voogd", phone="0101234500"),
        ),
        "Sem woont bij zijn oma. Hij gaat volgend jaar naar het voortgezet onderwijs en wil graag weten wat er gaat gebeuren.",
        "closed",
        230,
        ends_in=5,
        story="Sem is bij mij sinds hij vijf is. Hij heeft rust nodig en mensen die doen wat ze zeggen.",
        shared=True,
        wishes=("Een school waar ze hem kennen.",),
        strengths=(("child", "Sem is eerlijk en zorgzaam."),),
        goals=("Sem weet voor de zomer naar welke school hij gaat, en heeft daar iemand gesproken.",),
        phase_reason="In het laatste gesprek waren oma, voogd en school tevreden. Het plan voor de nieuwe school ligt er.",
    ),
    Family(
        "daria",
        SCHOOL,
        ("Daria", "Kovalenko", "5"),
        (parent("Olena Kovalenko", "moeder", "uk", phone="0612345111", interpreter_needed=True),),
        "Daria kwam twee jaar geleden uit Oekraïne. Ze slaapt slecht en schrikt van harde geluiden in de klas.",
        "paused",
        77,
        story="Wij wachten op bericht over onze woning. Daria vraagt elke dag of we blijven. Eerst dat, dan de rest.",
        phase_reason="Moeder vraagt om rust tot de verhuizing klaar is. Wij bellen in januari.",
        resumes_in=48,
    ),
    Family(
        "coaching_regenboog",
        SCHOOL,
        None,
        (),
        "Het team van groep 3 en 4 vraagt hulp bij gesprekken met ouders die een andere taal spreken.",
        "getting_acquainted",
        19,
        phase_reason="Het eerste gesprek met het team is gepland.",
    ),
)
