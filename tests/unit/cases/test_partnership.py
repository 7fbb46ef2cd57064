"""Agreements and expectations: played through by hypothesis, so that no sequence of calls loses or forges anything."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from services.cases.domain.agreement import Agreement, Words
from services.cases.domain.expectation import ANSWERS, Expectation
from services.cases.domain.sides import SIDES, Said, check_formulates_for, check_speaks_for, formulates_for, side_of
from shared.errors import Conflict, Forbidden, Invalid
from shared.tenancy import ROLES
from tests.unit.cases.support import CASE, NOW, SOMEBODY, TODAY

MOTHER, FATHER = UUID(int=11), UUID(int=12)
# Who speaks: the school, the liaison for the parents, or a parent on their own page.
voices = st.sampled_from([("school", None), ("parents", None), ("parents", MOTHER), ("parents", FATHER)])
sides, answers, notes = st.sampled_from(SIDES), st.sampled_from(ANSWERS), st.none() | st.just("Zo zien wij het.")


class LifeOfAnAgreement(RuleBasedStateMachine):
    """`told` is everything that was ever accepted, in order; the agreement must hold all of it and nothing else."""

    @initialize()
    def begin(self) -> None:
        self.agreement = Agreement(UUID(int=1), UUID(int=2), CASE, "school")
        self.told: list[object] = [self.agreement.propose(Words("Bellen.", TODAY), "Anneke", NOW, TODAY)]

    @rule(voice=voices, endorses=st.booleans(), note=notes)
    def endorse(self, voice: tuple[str, UUID | None], endorses: bool, note: str | None) -> None:
        by, guardian = voice
        if self._try(lambda: self.agreement.endorse(Said(by, by, note, guardian), endorses, NOW)) and not endorses:
            assert self.agreement.status == "disputed"  # whoever says no is heard at once

    @rule(voice=voices, kept=answers, note=notes)
    def look_back(self, voice: tuple[str, UUID | None], kept: str, note: str | None) -> None:
        possible = self.agreement.status != "proposed" and not self.agreement.ended
        assert self._try(lambda: self.agreement.look_back(Said(voice[0], "x", note, voice[1]), kept, NOW)) == possible

    @rule(days=st.integers(-3, 90))
    def revise(self, days: int) -> None:
        words = Words(f"Woorden {len(self.told)}", TODAY + timedelta(days=days), "Anders.")
        accepted = self._try(lambda: self.agreement.propose(words, "Samira", NOW, TODAY))
        if accepted:
            assert days >= 0
            assert self.agreement.status == "proposed"  # everybody is asked anew

    @precondition(lambda self: len(self.told) > 6)
    @rule()
    def end(self) -> None:
        if self.agreement.ended is None:
            self.agreement.end("Klaar.", "Samira", NOW)
            assert self.agreement.status == "ended"

    def _try(self, act: object) -> bool:
        before = (len(self.agreement.versions), len(self.agreement.endorsements), len(self.agreement.evaluations))
        try:
            self.told.append(act())  # type: ignore[operator]  # one of the calls above
        except (Conflict, Invalid):
            now = (len(self.agreement.versions), len(self.agreement.endorsements), len(self.agreement.evaluations))
            assert now == before  # refused is refused whole
            return False
        return True

    @invariant()
    def nothing_is_lost_or_forged(self) -> None:
        held = [*self.agreement.versions, *self.agreement.endorsements, *self.agreement.evaluations]
        assert {id(each) for each in held} == {id(each) for each in self.told}
        assert [each.number for each in self.agreement.versions] == list(range(1, len(self.agreement.versions) + 1))

    @invariant()
    def nobody_takes_back_what_a_parent_said(self) -> None:
        own = [self.agreement.own_stance(each) for each in (MOTHER, FATHER)]
        if any(each is not None and not each.endorses for each in own):
            stance = self.agreement.stance("parents")
            assert stance is not None
            assert not stance.endorses

    @invariant()
    def it_stands_only_when_both_sides_said_so_of_these_words(self) -> None:
        said = [self.agreement.stance(side) for side in SIDES]
        both = all(each is not None and each.endorses and each.version == self.agreement.current.number for each in said)
        assert self.agreement.stands == (both and self.agreement.ended is None)


TestLifeOfAnAgreement = LifeOfAnAgreement.TestCase
TestLifeOfAnAgreement.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


def test_every_side_counts_its_own_rounds() -> None:
    found = Expectation(UUID(int=1), UUID(int=2), CASE, "parents_to_school", "Bellen.", SOMEBODY, "Samira", NOW)
    for by, met in (("parents", "no"), ("school", "yes"), ("parents", "partly"), ("parents", "yes")):
        found.evaluate(Said(by, by), met, NOW)
    assert [each.round for each in found.of("parents")] == [1, 2, 3]
    assert (found.rounds, found.held_by) == (3, "parents")
    last = found.latest("parents")
    assert last is not None
    assert last.met == "yes"


def test_two_parents_who_look_back_are_one_round_and_the_least_content_is_drawn() -> None:
    found = Expectation(UUID(int=1), UUID(int=2), CASE, "parents_to_school", "Bellen.", SOMEBODY, "Samira", NOW)
    for guardian, met in ((None, "no"), (MOTHER, "yes"), (FATHER, "partly"), (MOTHER, "yes")):
        found.evaluate(Said("parents", "x", None, guardian), met, NOW)
    assert [(each.round, each.guardian_id) for each in found.of("parents")] == [(1, None), (2, MOTHER), (2, FATHER), (3, MOTHER)]
    drawn = [found.in_round("parents", number) for number in (1, 2, 3)]
    assert [each and each.met for each in drawn] == ["no", "partly", "yes"]
    last = found.of_guardian(FATHER)
    assert last is not None
    assert last.met == "partly"


@pytest.mark.parametrize("role", sorted(ROLES))
@pytest.mark.parametrize("side", SIDES)
def test_a_role_speaks_for_one_side_at_most(role: str, side: str) -> None:
    if side_of(role) == side:
        check_speaks_for(role, side)
    else:
        with pytest.raises(Forbidden):
            check_speaks_for(role, side)
    if side in formulates_for(role):
        check_formulates_for(role, side)
    else:
        with pytest.raises(Forbidden):
            check_formulates_for(role, side)
