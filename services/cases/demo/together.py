"""Parents and school at work together in the demo, through the use cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from services.cases.demo.partnership import Agreed, Both
from services.cases.domain import agreement
from services.cases.domain.expectation import DIRECTIONS
from services.cases.domain.readers import SHARED
from services.cases.domain.report import Words
from services.cases.service import CasesService
from services.cases.usecases import agreements, dossiers, efforts, expectations, reports
from services.cases.usecases.agreements import NewAgreement, NewLookBack, Stance
from services.cases.usecases.efforts import NewCoaching, NewTimeEntry
from services.cases.usecases.expectations import NewEvaluation, NewExpectation
from services.cases.usecases.reports import NewReaction
from shared.clock import FixedClock, today
from shared.tenancy import Principal

_DIRECTION_OF = {held_by: direction for direction, held_by in DIRECTIONS.items()}


@dataclass(frozen=True)
class Together:
    """One family and its school; the liaison records what the parents say."""

    service: CasesService
    clock: FixedClock
    both: Both
    school: Principal
    liaison: Principal
    case_id: UUID

    def expect(self) -> None:
        for each in self.both.expected:
            who = self.school if each.held_by == "school" else self.liaison
            new = NewExpectation(_DIRECTION_OF[each.held_by], each.text)
            expectations.expect(self.service, who, self.case_id, new)

    def agree(self) -> None:
        self._evaluate_expectations()
        known = expectations.expectations(self.service, self.liaison, self.case_id)
        goals = dossiers.read_case(self.service, self.liaison, self.case_id).of_kind("goal")
        goal_id = goals[0].id if goals else None
        for number, each in enumerate(self.both.agreed):
            about = [known[number].id] if number < len(known) else []
            words = agreement.Words(each.what, today(self.service.clock) + timedelta(days=each.days))
            made = agreements.propose(self.service, self.liaison, self.case_id, NewAgreement(words, each.who, about, goal_id))
            self._take_stances(made.id, each)
        self._report()

    def look_back(self) -> None:
        for waiting in reports.reports(self.service, self.liaison, self.case_id)[1]:
            reports.react(self.service, self.liaison, waiting.id, NewReaction("parents", approves=True))
        found = agreements.agreements(self.service, self.liaison, self.case_id)
        for made, each in zip(found, self.both.agreed, strict=True):
            for who, by, kept in self._sides(*(each.kept or ("", ""))):
                if kept:
                    agreements.look_back(self.service, who, made.id, NewLookBack(by, kept))
            if each.revised:
                what, reason = each.revised
                words = agreement.Words(what, today(self.service.clock) + timedelta(days=each.days), reason)
                agreements.revise(self.service, self.liaison, made.id, words)
                self._take_stances(made.id, each)

    def spend_time(self) -> None:
        """What three parties gave so far; more where there is more to look back on."""
        day, weeks = today(self.service.clock), 1 + len(self.both.expected) + len(self.both.agreed)
        given = (("liaison", 75, "Huisbezoek"), ("parents", 60, "Huisbezoek"), ("school", 45, "Gesprek op school"))
        for number in range(weeks if self.both.expected else 0):
            by, minutes, purpose = given[number % len(given)]
            who = self.school if by == "school" else self.liaison
            efforts.add_time(self.service, who, self.case_id, NewTimeEntry(by, minutes, day, purpose))
        if self.both.agreed:
            topic = "Hoe breng je een zorg zo dat ouders zich niet beschuldigd voelen?"
            efforts.add_coaching(self.service, self.liaison, self.case_id, NewCoaching("school", topic, day, 30))

    def _report(self) -> None:
        """Of the talk in which they agreed: put to the parents, who have not said yet whether it is right."""
        if not self.both.agreed:
            return
        agreed = "\n".join(f"- {each.what}" for each in self.both.agreed)
        text = (
            f"Wij bespraken wat ouders en school van elkaar verwachten. Ieder vertelde wat goed gaat. Wij spraken af:\n{agreed}"
        )
        words = Words(today(self.service.clock), self.liaison.name, text, list(SHARED))
        made = reports.write(self.service, self.liaison, self.case_id, words)
        reports.present(self.service, self.liaison, made.id)

    def _take_stances(self, agreement_id: UUID, each: Agreed) -> None:
        for who, by, said in self._sides(each.parents, each.school):
            if said is not None:
                agreements.endorse(self.service, who, agreement_id, Stance(by, not said, said or None))

    def _evaluate_expectations(self) -> None:
        """Round after round, spread over the days since they were written; the last is today."""
        known = expectations.expectations(self.service, self.liaison, self.case_id)
        now, rounds = self.clock.now(), max((len(each.rounds) for each in self.both.expected), default=0)
        for number in range(rounds):
            self.clock.set(_part_of_the_way(known[0].written_at, now, number + 1, rounds))
            for found, each in zip(known, self.both.expected, strict=True):
                for who, by, met in self._sides(*each.rounds[number]) if number < len(each.rounds) else ():
                    expectations.evaluate(self.service, who, found.id, NewEvaluation(by, str(met)))
        self.clock.set(now)

    def _sides(self, parents: str | None, school: str | None) -> tuple[tuple[Principal, str, str | None], ...]:
        return (self.liaison, "parents", parents), (self.school, "school", school)


def _part_of_the_way(start: datetime, end: datetime, part: int, parts: int) -> datetime:
    """In whole days, at the hour of the end."""
    return end - timedelta(days=(end - start).days * (parts - part) // parts)
