"""Reports, played through by hypothesis: the words that parents were asked about never change, and nobody is passed over."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.cases.domain.report import Report, Words
from services.cases.domain.sides import Said
from shared.errors import Conflict, Invalid
from tests.unit.cases.support import CASE, NOW, SOMEBODY, TODAY

MOTHER, FATHER = UUID(int=11), UUID(int=12)


def report(*readers: str) -> Report:
    known = readers or ("parents", "school", "liaison", "team")
    return Report(UUID(int=1), UUID(int=2), CASE, TODAY, "Samira", "Wij spraken af.", list(known), SOMEBODY, "Samira", NOW)


class LifeOfAReport(RuleBasedStateMachine):
    """`stands`: the text as it was put to the parents."""

    @initialize(asked=st.sampled_from([(MOTHER,), (MOTHER, FATHER)]))
    def begin(self, asked: tuple[UUID, ...]) -> None:
        self.report, self.asked, self.stands = report(), asked, ""

    @rule(text=st.sampled_from(["Anders.", "Weer anders."]), days=st.integers(-2, 2))
    def rewrite(self, text: str, days: int) -> None:
        words = Words(TODAY + timedelta(days=days), "Samira", text, ["parents", "liaison"])
        possible = self.report.status == "draft" and days <= 0
        assert self._try(lambda: self.report.rewrite(words, TODAY)) == possible

    @rule()
    def present(self) -> None:
        if self._try(lambda: self.report.present(self.asked, NOW)):
            self.stands = self.report.text
            assert self.report.status == "with_parents"

    @rule(who=st.sampled_from([None, MOTHER, FATHER]), approves=st.booleans(), note=st.none() | st.just("Ik zie het anders."))
    def react(self, who: UUID | None, approves: bool, note: str | None) -> None:
        before = len(self.report.reactions)
        accepted = self._try(lambda: self.report.react(Said("parents", "x", note, who), approves, NOW))
        assert len(self.report.reactions) == before + accepted

    @rule()
    def add(self) -> None:
        final = self.report.status == "final"
        assert self._try(lambda: self.report.add("Nog dit.", "Samira", NOW)) == final

    def _try(self, act: object) -> bool:
        try:
            act()  # type: ignore[operator]  # one of the calls above
        except (Conflict, Invalid):
            return False
        return True

    @invariant()
    def what_parents_were_asked_about_stands(self) -> None:
        if self.report.status != "draft":
            assert self.report.text == self.stands

    @invariant()
    def each_parent_speaks_once_and_none_is_passed_over(self) -> None:
        spoke = [each.guardian_id for each in self.report.reactions]
        own = [each for each in spoke if each is not None]
        assert len(own) == len(set(own))
        if self.report.status == "final":
            assert None in spoke or set(spoke) >= set(self.asked)


TestLifeOfAReport = LifeOfAReport.TestCase
TestLifeOfAReport.settings = settings(max_examples=60, stateful_step_count=20, deadline=None)


def test_what_parents_do_not_read_is_final_without_them() -> None:
    found = report("school", "liaison", "team")
    found.present([MOTHER], NOW)
    assert (found.status, found.awaiting) == ("final", [])


def test_who_waits_no_longer_says_why() -> None:
    found = report()
    with pytest.raises(Conflict):
        found.finish("Te lang.", NOW)
    found.present([MOTHER], NOW)
    found.finish("Drie weken geen antwoord.", NOW)
    assert (found.status, found.finished_why) == ("final", "Drie weken geen antwoord.")
    with pytest.raises(Conflict):
        found.react(Said("parents", "x", None, MOTHER), approves=True, at=NOW)
