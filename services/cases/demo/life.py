"""What else happens in the demo's cases: a child is heard, others are involved, time is given, a colleague stands in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from uuid import UUID

from services.cases.domain.case_staff import Period
from services.cases.domain.circles import CIRCLES
from services.cases.service import CasesService
from services.cases.usecases import administration, charge, circle, efforts, handovers, lifecycle
from services.cases.usecases.charge import NewDeputy
from services.cases.usecases.circle import NewChildView, NewInvolved
from services.cases.usecases.efforts import NewCoaching
from services.cases.usecases.handovers import NewHandOver
from services.cases.usecases.lifecycle import MoreTime
from shared.clock import FixedClock, day_of, today
from shared.tenancy import Principal, Scope


@dataclass(frozen=True)
class Heard:
    """`who` reads it: one of the circles."""

    form: str
    text: str
    who: str = "school_and_liaison"


@dataclass(frozen=True)
class Other:
    """Somebody of another organisation."""

    part: str
    name: str
    organisation: str
    phone: str
    who: str = "school_and_liaison"


@dataclass(frozen=True)
class Life:
    """Of one family. `more_time`: how many days later, and why; `coached`: of whom, in what, how many minutes."""

    heard: tuple[Heard, ...] = ()
    others: tuple[Other, ...] = ()
    more_time: tuple[int, str] | None = None
    coached: tuple[tuple[str, str, int], ...] = ()


LIVES = {
    "aylin": Life(
        heard=(Heard("drawing", "Dit ben ik. Dit zijn de anderen. Ik wil dat Lina naast mij zit.", "shared"),),
        others=(Other("bridge_officer", "Sjoerd Brugman", "Stichting De Brug", "+31101230041", "shared"),),
    ),
    "noor": Life(
        heard=(Heard("talk", "Op zondagavond krijg ik al buikpijn. Juf weet dat niet.", "liaison"),),
        others=(Other("youth_health", "Inez Tuinman", "Centrum voor Jeugd en Gezin", "+31101230042"),),
    ),
    "mohamed": Life(heard=(Heard("cards", "Rekenen met mama: groen. Rekenen alleen: rood.", "shared"),)),
    "finn": Life(more_time=(45, "Het advies over de andere school komt pas in februari.")),
    "emma": Life(heard=(Heard("writing", "Ik wil graag zelf zeggen wanneer ik naar huis ga."),)),
    "yusuf": Life(others=(Other("community_team", "Wijkteam Delfshaven", "Gemeente Rotterdam", "+31101230043", "liaison"),)),
    "sofia": Life(others=(Other("attendance_officer", "Gerrit Molenaar", "Leerplicht Rotterdam", "+31101230044"),)),
    "coaching_klimop": Life(
        coached=(("colleague", "Eerst vragen wat ouders zien, dan pas vertellen wat u ziet.", 45),),
    ),
    "coaching_oase": Life(
        coached=(
            ("school", "Het startgesprek: de ouder vertelt, de leerkracht luistert tien minuten.", 60),
            ("school", "Terugkijken met het team: wat hoorden wij dat wij niet wisten?", 60),
        ),
    ),
}


@dataclass(frozen=True)
class Living:
    """One family's case, with who works on it."""

    service: CasesService
    school: Principal
    liaison: Principal
    case_id: UUID

    def live(self, life: Life) -> None:
        for each in life.heard:
            new = NewChildView(today(self.service.clock), each.form, each.text, readers=list(CIRCLES[each.who]))
            circle.hear_child(self.service, self.liaison, self.case_id, new)
        for other in life.others:
            values: dict[str, str | None] = {
                "part": other.part,
                "name": other.name,
                "organisation": other.organisation,
                "phone": other.phone,
            }
            values |= dict.fromkeys(("part_name", "email", "since", "until"), None)
            circle.involve(self.service, self.liaison, self.case_id, NewInvolved(values, list(CIRCLES[other.who])))
        for coached, topic, minutes in life.coached:
            new_coaching = NewCoaching(coached, topic, today(self.service.clock), minutes)
            efforts.add_coaching(self.service, self.liaison, self.case_id, new_coaching)
        if life.more_time:
            days, reason = life.more_time
            case, _ends = lifecycle.read_ends(self.service, self.school, self.case_id)
            until = case.planned_end_on + timedelta(days=days)
            lifecycle.extend_case(self.service, self.school, self.case_id, MoreTime(until, reason))


@dataclass(frozen=True)
class Leave:
    """Two weeks in which a colleague of another school came over: one case was handed over and back, in another they stood in."""

    service: CasesService
    clock: FixedClock
    by: Scope
    liaison: Principal
    colleague: Principal

    def spend(self, school_id: UUID, away: datetime, handed: UUID, stood_in: UUID) -> None:
        """Moves the clock to the days of the leave, the first of which is `away`."""
        back = away + timedelta(days=14)
        self.clock.set(away)
        first, last = today(self.clock), day_of(back)
        administration.assign(self.service, self.by, self.colleague.user_id, school_id, first, last)
        # Another school ends the tokens of before.
        here = replace(self.colleague, school_ids=frozenset({school_id}), issued_at=away)
        period = Period(first, last - timedelta(days=1))
        charge.stand_in(self.service, self.liaison, stood_in, NewDeputy(here.user_id, period))
        self._hand_over(self.liaison, here, handed, "Ik ben twee weken weg. Moeder belt op dinsdag; zij verwacht je.")
        self.clock.set(back)
        note = "Het lezen in twee talen gaat goed. Moeder is gerustgesteld, maar vraagt nog naar een boekenlijst."
        self._hand_over(here, self.liaison, handed, note)

    def _hand_over(self, who: Principal, to: Principal, case_id: UUID, note: str) -> None:
        new = NewHandOver(to.user_id, today(self.clock), note, CIRCLES["alliance"])
        made = handovers.hand_over(self.service, who, case_id, new)
        handovers.accept(self.service, to, case_id, made.id)
