"""The phases of a case. They are labels, not gates: every family goes its own way, and the record says why."""

from __future__ import annotations

ROAD = ("referred", "getting_acquainted", "formulating", "agreeing", "evaluating", "closed")
PAUSED = "paused"
PHASES = (*ROAD, PAUSED)
OPEN = tuple(phase for phase in PHASES if phase != "closed")

# What has usually happened before a phase begins.
_USUALLY_BEFORE = {
    "getting_acquainted": ("liaison",),
    "formulating": ("story",),
    "agreeing": ("wish",),
    "evaluating": ("agreement",),
    "closed": ("evaluation",),
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


def missing_before(to: str, current: str, done: frozenset[str]) -> list[str]:
    """What is usually there before `to` begins and is not: keys of WORDS.

    `current` is the phase to count from: for a paused case the one that the pause interrupted. Going back misses nothing;
    a pause always asks why.
    """
    if to == PAUSED:
        return ["reason"]
    passed = ROAD[ROAD.index(current) + 1 : ROAD.index(to) + 1]
    return [fact for phase in passed for fact in _USUALLY_BEFORE.get(phase, ()) if fact not in done]


def after(current: str) -> str | None:
    """The phase that usually comes next."""
    if current == PAUSED or current == ROAD[-1]:
        return None
    return ROAD[ROAD.index(current) + 1]
