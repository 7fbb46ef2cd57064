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
from services.cases.domain.sides import SIDES, check_formulates_for, check_speaks_for, formulates_for, side_of
from shared.errors import Conflict, Forbidden, Invalid
from shared.tenancy import ROLES
from tests.unit.cases.support import CASE, NOW, SOMEBODY, TODAY

sides, answers, notes = st.sampled_from(SIDES), st.sampled_from(ANSWERS), st.none() | st.just("Zo zien wij het.")


class LifeOfAnAgreement(RuleBasedStateMachine):
    """`told` is everything that was ever accepted, in order; the agreement must hold all of it and nothing else."""

    @initialize()
    def begin(self) -> None:
        self.agreement = Agreement(UUID(int=1), UUID(int=2), CASE, "school")
        self.told: list[object] = [self.agreement.propose(Words("Bellen.", TODAY), "Anneke", NOW, TODAY)]

    @rule(by=sides, endorses=st.booleans(), note=notes)
    def endorse(self, by: str, endorses: bool, note: str | None) -> None:
        self._try(lambda: self.agreement.endorse(by, endorses, note, by, NOW))

    @rule(by=sides, kept=answers, note=notes)
    def look_back(self, by: str, kept: str, note: str | None) -> None:
        proposed = self.agreement.status == "proposed"
        assert self._try(lambda: self.agreement.look_back(by, kept, note, by, NOW)) == (not proposed and not self.agreement.ended)

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
    def it_stands_only_when_both_sides_said_so_of_these_words(self) -> None:
        said = [self.agreement.stance(side) for side in SIDES]
        both = all(each is not None and each.endorses and each.version == self.agreement.current.number for each in said)
        assert self.agreement.stands == (both and self.agreement.ended is None)


TestLifeOfAnAgreement = LifeOfAnAgreement.TestCase
TestLifeOfAnAgreement.settings = settings(max_examples=60, stateful_step_count=25, deadline=None)


def test_every_side_counts_its_own_rounds() -> None:
    found = Expectation(UUID(int=1), UUID(int=2), CASE, "parents_to_school", "Bellen.", SOMEBODY, "Samira", NOW)
    for by, met in (("parents", "no"), ("school", "yes"), ("parents", "partly"), ("parents", "yes")):
        found.evaluate(by, met, None, by, NOW)
    assert [each.round for each in found.of("parents")] == [1, 2, 3]
    assert (found.rounds, found.held_by) == (3, "parents")
    last = found.latest("parents")
    assert last is not None
    assert last.met == "yes"


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
