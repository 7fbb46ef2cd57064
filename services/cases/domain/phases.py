"""The phases of a case. They are labels, not gates: every family goes its own way, and the record says why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from shared.errors import Invalid

ROAD = ("referred", "getting_acquainted", "formulating", "agreeing", "evaluating", "closed")
PAUSED = "paused"
PHASES = (*ROAD, PAUSED)
OPEN = tuple(phase for phase in PHASES if phase != "closed")

# Whoever coaches a colleague or a school goes from getting acquainted to what they will try: there are no parents' wishes.
_ROADS = {"family": ROAD, "coaching": tuple(phase for phase in ROAD if phase != "formulating")}

# What has usually happened before a phase begins. Coaching of a colleague or a school has no parents' story and wishes.
_USUALLY_BEFORE: dict[str, dict[str, tuple[str, ...]]] = {
    "family": {
        "getting_acquainted": ("liaison",),
        "formulating": ("story",),
        "agreeing": ("wish",),
        "evaluating": ("agreement",),
        "closed": ("evaluation",),
    },
    "coaching": {"getting_acquainted": ("liaison",)},
}
# In words, for whoever wants to go on without.
WORDS = {
    "liaison": "een ouderfunctionaris",
    "story": "het verhaal van de ouders",
    "wish": "een wens van de ouders",
    "agreement": "een afspraak waar ouders en school achter staan",
    "evaluation": "een evaluatie",
    "reason": "een reden",
}


@dataclass(frozen=True)
class Standing:
    """Where a case stands: its kind, its phase (of a paused case the one that was interrupted), and what there is."""

    kind: str
    phase: str
    done: frozenset[str]


def missing_before(to: str, now: Standing) -> list[str]:
    """What is usually there before `to` begins and is not: keys of WORDS.

    Going back misses nothing; a pause always asks why.
    """
    if to == PAUSED:
        return ["reason"]
    passed = ROAD[ROAD.index(now.phase) + 1 : ROAD.index(to) + 1]
    usual = _USUALLY_BEFORE[now.kind]
    return [fact for phase in passed for fact in usual.get(phase, ()) if fact not in now.done]


def after(current: str, kind: str = "family") -> str | None:
    """The phase that usually comes next."""
    if current == PAUSED or current == ROAD[-1]:
        return None
    later = ROAD[ROAD.index(current) + 1 :]
    return next(phase for phase in later if phase in _ROADS[kind])


def road_of(kind: str, current: str) -> tuple[str, ...]:
    """The phases that a case of this kind usually goes through, and the one where it is, though that be another."""
    return tuple(phase for phase in ROAD if phase in _ROADS[kind] or phase == current)


def check_resume(to: str, resume_on: date | None, today: date) -> None:
    """A pause, and nothing else, is over on a day that is still to come. Raises Invalid."""
    if resume_on is None:
        return
    if to != PAUSED:
        raise Invalid({"resume_on": ["Een dag om verder te gaan hoort alleen bij een pauze."]})
    if resume_on <= today:
        raise Invalid({"resume_on": ["Kies een dag die nog komt."]})
