"""A whole case, played through by hypothesis against the real database.

Whatever is called by whomever in whatever order: no version is lost, nobody endorses for another, and no text is shown beyond its
readers. Every text that is tried has a mark of its own; what was accepted must be read by its readers, everywhere that they look,
and by nobody else; what was refused must be nowhere.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule, run_state_machine_as_test

from services.cases.domain.circles import CIRCLES
from services.cases.domain.phases import PHASES
from services.cases.domain.readers import SHARED, narrowed
from tests.integration.cases.support import Web, World, guardian_values
from tests.integration.cases.test_api import opened

STAFF = {"liaison": "liaison", "ib_regenboog": "school", "team": "team"}
_MARK = re.compile(r"M\d+x")
who = st.sampled_from(sorted(STAFF))
circles = st.sampled_from(sorted(CIRCLES))
sides = st.sampled_from(["parents", "school"])
# Days of which some are wrong on purpose.
ends = st.integers(0, 60).map(lambda number: f"2027-{1 + number // 28:02}-{1 + number % 28:02}")


@dataclass
class Told:
    """A text that was accepted. `shown`: it is put to parents, as far as it needs to be."""

    mark: str
    readers: list[str]
    shown: bool = True


@dataclass
class Agreed:
    """What an agreement must hold: its versions by their marks, and who said what of it, in order."""

    versions: list[str]
    said: list[tuple[str, bool]] = field(default_factory=list)


class WholeCase(RuleBasedStateMachine):
    """`told`: every text that was accepted but the versions of the story; `stories`: those, with their readers of today."""

    web: Web

    @initialize()
    def open(self) -> None:
        father = guardian_values(first_name="Kemal", custody="no")
        self.case = opened(self.web, guardians=[guardian_values(custody="yes"), father])
        self.number = 0
        self.told: list[Told] = []
        self.stories: list[Told] = []
        self.reports: dict[str, Told] = {}
        self.agreements: dict[str, Agreed] = {}
        self.expectations: list[str] = []
        # Something of each sort is there from the first step on, so that whatever comes next can go wrong.
        self.tell_the_story(shared=False)
        self.agree("liaison")
        self.expect("liaison", "parents_to_school")

    # ── what people do ──

    @rule(shared=st.booleans())
    def tell_the_story(self, shared: bool) -> None:
        mark, path = self._mark(), f"/cases/{self.case['id']}/story"
        answer = self.web.put(path, {"text": mark, "shared_with_school": shared})
        assert answer.status_code == 200
        for earlier in self.stories:
            earlier.readers = narrowed(earlier.readers, answer.json["readers"])
        self.stories.append(Told(mark, answer.json["readers"]))

    @rule(key=who, kind=st.sampled_from(["wishes", "strengths", "goals"]), circle=circles)
    def state(self, key: str, kind: str, circle: str) -> None:
        more = {"of": "child"} if kind == "strengths" else {}
        self._try(key, kind, {"text": self._mark(), "readers": list(CIRCLES[circle])} | more)

    @rule(key=who, circle=circles)
    def hear_the_child(self, key: str, circle: str) -> None:
        sent = {"heard_on": "2026-11-20", "form": "play", "text": self._mark(), "readers": list(CIRCLES[circle])}
        self._try(key, "child-views", sent)

    @rule(key=who, circle=circles)
    def involve(self, key: str, circle: str) -> None:
        sent = {"part": "community_team", "name": self._mark(), "organisation": "Wijkteam", "readers": list(CIRCLES[circle])}
        self._try(key, "involved", sent)

    @rule(key=who, circle=circles, to=st.sampled_from(["liaison", "tweede"]))
    def hand_over(self, key: str, circle: str, to: str) -> None:
        sent = {"to": str(self.web.world.users[to]), "takes_effect_on": "2026-11-23", "note": self._mark()}
        self._try(key, "handovers", sent | {"readers": list(CIRCLES[circle])})

    @rule(key=who, readers=st.sets(st.sampled_from(["parents", "school", "liaison", "team"]), min_size=1))
    def report(self, key: str, readers: set[str]) -> None:
        sent = {"talk_on": "2026-11-20", "held_by": "Samira", "text": self._mark(), "readers": sorted(readers)}
        answer, told = self._try(key, "reports", sent)
        if told:
            told.shown = False
            self.reports[answer.json["id"]] = told

    @rule(key=who, data=st.data())
    def present(self, key: str, data: st.DataObject) -> None:
        if self.reports:
            report_id = data.draw(st.sampled_from(sorted(self.reports)))
            if self.web.post(f"/reports/{report_id}/presentation", {}, key).status_code == 200:
                self.reports[report_id].shown = True

    @rule(key=who, direction=st.sampled_from(["parents_to_school", "school_to_parents"]))
    def expect(self, key: str, direction: str) -> None:
        answer, told = self._try(key, "expectations", {"direction": direction, "text": self._mark()})
        if told:
            self.expectations.append(answer.json["id"])

    @rule(key=who, by=sides, data=st.data())
    def evaluate(self, key: str, by: str, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(self.expectations))
        self._try(key, f"/expectations/{one}/evaluations", {"by": by, "met": "partly", "note": self._mark()})

    @rule(key=who)
    def agree(self, key: str) -> None:
        answer, told = self._try(key, "agreements", {"what": self._mark(), "who": "school", "review_on": "2026-12-18"})
        if told:
            self.agreements[answer.json["id"]] = Agreed([told.mark])

    @rule(key=who, data=st.data())
    def revise(self, key: str, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(sorted(self.agreements)))
        sent = {"what": self._mark(), "review_on": "2026-12-18", "reason": "Anders."}
        _answer, told = self._try(key, f"/agreements/{one}/revisions", sent)
        if told:
            self.agreements[one].versions.append(told.mark)

    @rule(key=who, by=sides, endorses=st.booleans(), data=st.data())
    def endorse(self, key: str, by: str, endorses: bool, data: st.DataObject) -> None:
        one = data.draw(st.sampled_from(sorted(self.agreements)))
        sent = {"by": by, "endorses": endorses, "note": self._mark()}
        answer, told = self._try(key, f"/agreements/{one}/endorsements", sent)
        speaks_for = {"liaison": "parents", "ib_regenboog": "school"}.get(key)
        assert (answer.status_code == 403) == (by != speaks_for)
        if told:
            self.agreements[one].said.append((by, endorses))

    @rule(endorses=st.booleans(), data=st.data())
    def speak_for_somebody_else(self, endorses: bool, data: st.DataObject) -> None:
        """Everybody tries to, of agreements and expectations alike."""
        agreement, expectation = (
            data.draw(st.sampled_from(sorted(self.agreements))),
            data.draw(st.sampled_from(self.expectations)),
        )
        for key, by in (("liaison", "school"), ("ib_regenboog", "parents"), ("team", "school"), ("team", "parents")):
            note = {"by": by, "note": self._mark()}
            for path, said in (
                (f"/agreements/{agreement}/endorsements", {"endorses": endorses}),
                (f"/agreements/{agreement}/evaluations", {"kept": "yes"}),
                (f"/expectations/{expectation}/evaluations", {"met": "yes"}),
            ):
                assert self.web.post(path, note | said, key).status_code == 403, (key, by, path)

    @rule(key=who, on=ends)
    def extend(self, key: str, on: str) -> None:
        self._try(key, "extensions", {"planned_end_on": on, "reason": self._mark()})

    @rule(key=who, to=st.sampled_from(PHASES))
    def move(self, key: str, to: str) -> None:
        self._try(key, "phase", {"to": to, "reason": self._mark()})

    @rule(key=who)
    def go_on_elsewhere(self, key: str) -> None:
        """What is opened again is another case: of this one nothing changes, and nothing of it is in the other."""
        sent = {"reason": "Het is weer zover.", "planned_end_on": "2027-07-01"}
        answer = self.web.post(f"/cases/{self.case['id']}/reopening", sent, key)
        if answer.status_code == 201:
            assert not _MARK.findall(self.web.get(f"/cases/{answer.json['id']}/export").text)

    # ── what must hold ──

    @rule()
    def look(self) -> None:
        """Everybody looks at everything."""
        for key, reader in STAFF.items():
            self._staff_read_what_is_theirs(key, reader)
            self._every_version_of_the_story_is_kept(key, reader)
        for agreement_id, expected in self.agreements.items():
            found = self.web.get(f"/agreements/{agreement_id}").json
            assert [each["what"] for each in found["versions"]] == expected.versions
            assert [(each["by"], each["endorses"]) for each in found["endorsements"]] == expected.said

    def teardown(self) -> None:
        if hasattr(self, "case"):
            self.look()
            self._guardians_are_given_what_is_theirs()

    def _staff_read_what_is_theirs(self, key: str, reader: str) -> None:
        expected = {each.mark for each in self.told if reader in each.readers}
        latest = [each.mark for each in self.stories if reader in each.readers]
        found = _MARK.findall(self.web.get(f"/cases/{self.case['id']}/export", key).text)
        assert set(found) == expected | set(latest[-1:]), key

    def _every_version_of_the_story_is_kept(self, key: str, reader: str) -> None:
        expected = [each.mark for each in self.stories if reader in each.readers]
        answer = self.web.get(f"/cases/{self.case['id']}/story/versions", key)
        found = [each["text"] for each in answer.json["items"]] if answer.status_code == 200 else []
        assert found == expected[::-1], key

    def _guardians_are_given_what_is_theirs(self) -> None:
        """With custody what parents may read, without it nothing of this."""
        mother, father = (each["id"] for each in self.case["guardians"])
        story = [each.mark for each in self.stories]
        expected = {each.mark for each in self.told if each.shown and {"parents", "liaison"} <= set(each.readers)}
        found = _MARK.findall(self.web.get(f"/cases/{self.case['id']}/export?for={mother}").text)
        assert set(found) == expected | set(story[-1:])
        assert not _MARK.findall(self.web.get(f"/cases/{self.case['id']}/export?for={father}").text)

    def _mark(self) -> str:
        self.number += 1
        return f"M{self.number}x"

    def _try(self, key: str, tail: str, sent: dict[str, Any]) -> tuple[Any, Told | None]:
        """Kept in mind when it was accepted; refused it must be refused whole."""
        path = tail if tail.startswith("/") else f"/cases/{self.case['id']}/{tail}"
        answer = self.web.post(path, sent, key)
        assert answer.status_code in (200, 201, 403, 409, 422), answer.text
        if answer.status_code >= 400:
            return answer, None
        told = Told(f"M{self.number}x", list(sent.get("readers", SHARED)))
        self.told.append(told)
        return answer, told


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_no_sequence_of_calls_loses_a_version_endorses_for_another_or_shows_a_text_beyond_its_readers(
    web: Web, world: World
) -> None:
    world.hire("tweede", "liaison", "regenboog")
    quiet = [HealthCheck.too_slow, HealthCheck.data_too_large]
    machine = type("WholeCaseHere", (WholeCase,), {"web": web})
    run_state_machine_as_test(
        machine, settings=settings(max_examples=8, stateful_step_count=25, deadline=None, suppress_health_check=quiet)
    )
