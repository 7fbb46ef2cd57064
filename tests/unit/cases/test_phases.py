"""Phases are labels: whatever road a case takes, the record can say where it is and why."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from services.cases.domain.phases import PAUSED, PHASES, ROAD, WORDS, Standing, after, missing_before
from shared.errors import Conflict
from tests.unit.cases.support import NOW, make_case

NOTHING: frozenset[str] = frozenset()
EVERYTHING = frozenset(WORDS) - {"reason"}


def standing(phase: str, done: frozenset[str] = NOTHING, kind: str = "family") -> Standing:
    return Standing(kind, phase, done)


def test_the_next_step_needs_what_usually_comes_before_it() -> None:
    assert missing_before("getting_acquainted", standing("referred")) == ["liaison"]
    assert missing_before("getting_acquainted", standing("referred", frozenset({"liaison"}))) == []


def test_skipping_names_everything_that_was_skipped() -> None:
    assert missing_before("evaluating", standing("referred", frozenset({"wish"}))) == ["liaison", "story", "agreement"]


def test_coaching_asks_for_no_story_and_no_wish() -> None:
    assert missing_before("evaluating", standing("referred", kind="coaching")) == ["liaison"]


@pytest.mark.parametrize("now", ROAD)
@pytest.mark.parametrize("to", ROAD)
def test_going_back_misses_nothing(now: str, to: str) -> None:
    if ROAD.index(to) <= ROAD.index(now):
        assert missing_before(to, standing(now)) == []


@pytest.mark.parametrize("now", ROAD)
def test_a_pause_asks_why(now: str) -> None:
    assert missing_before(PAUSED, standing(now, EVERYTHING)) == ["reason"]


def test_what_comes_next() -> None:
    assert [after(phase) for phase in ROAD] == [*ROAD[1:], None]
    assert after(PAUSED) is None


def test_a_step_without_its_usual_conditions_says_what_is_missing() -> None:
    case = make_case()
    with pytest.raises(Conflict) as refused:
        case.move_to("formulating", NOTHING, None, NOW)
    assert refused.value.extra == {"missing": ["liaison", "story"]}
    assert "het verhaal van de ouders" in str(refused.value)
    assert case.phase == "referred"


def test_with_a_reason_it_goes_on_without_them() -> None:
    case = make_case()
    assert case.move_to("agreeing", NOTHING, "De ouders willen meteen afspraken maken.", NOW) == "referred"
    assert (case.phase, case.phase_since) == ("agreeing", NOW)


def test_a_pause_remembers_where_it_began_and_going_on_from_there_asks_nothing() -> None:
    case = make_case(phase="formulating")
    case.move_to(PAUSED, EVERYTHING, "Moeder vraagt om rust.", NOW)
    assert case.paused_from == "formulating"
    case.move_to("formulating", NOTHING, None, NOW)
    assert case.phase == "formulating"
    assert case.paused_from is None


def test_it_cannot_go_where_it_is() -> None:
    with pytest.raises(Conflict):
        make_case(phase="agreeing").move_to("agreeing", EVERYTHING, "Toch.", NOW)


@given(st.sampled_from(ROAD), st.sampled_from(PHASES), st.frozensets(st.sampled_from(sorted(EVERYTHING))))
def test_more_done_never_means_more_missing(now: str, to: str, done: frozenset[str]) -> None:
    fewer = missing_before(to, standing(now, EVERYTHING))
    some = missing_before(to, standing(now, done))
    assert set(fewer) <= set(some) <= set(missing_before(to, standing(now)))


class Road(RuleBasedStateMachine):
    """Any sequence of moves, with and without reasons, as people make them."""

    def __init__(self) -> None:
        super().__init__()
        self.case = make_case()
        self.done: set[str] = set()

    @rule(fact=st.sampled_from(sorted(EVERYTHING)))
    def something_is_done(self, fact: str) -> None:
        self.done.add(fact)

    @rule(to=st.sampled_from(PHASES), reason=st.sampled_from([None, "Daarom."]))
    def move(self, to: str, reason: str | None) -> None:
        before = (self.case.phase, self.case.paused_from)
        done = frozenset(self.done)
        missing = missing_before(to, self.case.standing(done))
        try:
            assert self.case.move_to(to, done, reason, NOW) == before[0]
        except Conflict:
            assert to == before[0] or (missing and not reason)
            assert (self.case.phase, self.case.paused_from) == before
        else:
            assert self.case.phase == to

    @rule(to=st.sampled_from(PHASES))
    def with_a_reason_every_other_phase_can_be_reached(self, to: str) -> None:
        if to != self.case.phase:
            self.case.move_to(to, frozenset(self.done), "Omdat het zo is.", NOW)
            assert self.case.phase == to

    @invariant()
    def a_pause_and_only_a_pause_knows_where_it_came_from(self) -> None:
        assert self.case.phase in PHASES
        assert (self.case.paused_from is not None) == (self.case.phase == PAUSED)
        assert self.case.paused_from != PAUSED


TestRoad = Road.TestCase
