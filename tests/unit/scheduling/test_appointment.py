"""The rules of one appointment, by themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from services.scheduling.domain.appointment import KINDS, Moment, often_missed, period, place_of
from services.scheduling.domain.people import Person, PlannedCase, host_of
from shared.errors import Conflict, Invalid, NotFound
from tests.unit.scheduling.support import CASE, DAY, FATMA, HOUR, JOKE, MEHMET, NOW, SAMIRA, SCHOOL, appointment

DURING, AFTER = NOW + DAY + HOUR / 2, NOW + 2 * DAY


def person(person_id: UUID = FATMA, case_id: UUID | None = CASE, **more: object) -> Person:
    values: dict[str, object] = {"phone": None, "role": "guardian", "language": "nl", "channel": "email"}
    known = {"school_id": SCHOOL, "person_id": person_id, "case_id": case_id, "name": "Fatma Yılmaz", "first_name": "Fatma"}
    return Person(**(known | values | {"interpreter_needed": False} | more))  # type: ignore[arg-type]  # by name


class TestInviting:
    def test_the_host_has_accepted_and_others_are_awaited(self) -> None:
        made = appointment(SAMIRA, FATMA, JOKE)
        assert [each.response for each in made.participants] == ["accepted", "awaiting", "awaiting"]

    def test_nobody_is_invited_twice(self) -> None:
        assert len(appointment(FATMA, FATMA, MEHMET).participants) == 2

    def test_the_host_is_busy_whether_or_not_she_is_listed(self) -> None:
        assert appointment(FATMA).busy_ids == appointment(FATMA, SAMIRA).busy_ids == [SAMIRA, FATMA]

    def test_a_colleague_gets_no_link(self) -> None:
        assert [each.person_id for each in appointment(FATMA, JOKE).guardians] == [FATMA]


class TestAnswering:
    def test_it_is_confirmed_when_all_guardians_accept_and_a_colleague_need_not(self) -> None:
        made = appointment(FATMA, MEHMET, JOKE)
        made.answer(FATMA, "accept", NOW)
        assert made.status == "invited"
        made.answer(MEHMET, "accept", NOW)
        assert made.status == "confirmed"

    @pytest.mark.parametrize("answer", ["decline", "another_time"])
    def test_another_answer_takes_the_confirmation_back(self, answer: str) -> None:
        made = appointment(FATMA)
        made.answer(FATMA, "accept", NOW)
        assert made.answer(FATMA, answer, NOW)
        assert made.status == "invited"

    def test_the_same_answer_again_is_no_change(self) -> None:
        made = appointment()
        assert made.answer(FATMA, "decline", NOW)
        version = made.version
        assert not made.answer(FATMA, "decline", NOW)
        assert made.version == version

    def test_it_can_be_answered_until_it_ends(self) -> None:
        made = appointment()
        assert made.takes_answers(DURING)
        assert made.answer(FATMA, "accept", DURING)
        assert not made.takes_answers(made.ends_at)
        with pytest.raises(Conflict, match="al geweest"):
            made.answer(FATMA, "decline", made.ends_at)

    def test_what_does_not_take_place_takes_no_answer(self) -> None:
        made = appointment()
        made.cancel()
        with pytest.raises(Conflict, match="gaat niet door"):
            made.answer(FATMA, "accept", NOW)

    def test_who_is_not_invited_does_not_answer(self) -> None:
        with pytest.raises(NotFound):
            appointment(FATMA).answer(MEHMET, "accept", NOW)

    def test_answers_leave_the_sequence_alone(self) -> None:
        """RFC 5546, 2.1.4: only the organizer's changes raise it."""
        made = appointment()
        made.answer(FATMA, "accept", NOW)
        assert (made.sequence, made.version) == (0, 2)


class TestMoving:
    def test_answers_begin_anew_but_for_the_host(self) -> None:
        made = appointment(SAMIRA, FATMA)
        made.answer(FATMA, "accept", NOW)
        to = Moment(NOW + 2 * DAY, NOW + 2 * DAY + HOUR, "at_home", None)
        assert made.move(to, NOW)
        assert (made.status, made.sequence, made.moment) == ("invited", 1, to)
        assert [each.response for each in made.participants] == ["accepted", "awaiting"]

    def test_what_stays_the_same_changes_nothing(self) -> None:
        made = appointment()
        made.answer(FATMA, "accept", NOW)
        assert not made.move(made.moment, NOW)
        assert (made.sequence, made.guardians[0].response) == (0, "accepted")

    def test_another_place_is_a_move(self) -> None:
        made = appointment()
        assert made.move(replace(made.moment, place="elsewhere", location="bibliotheek"), NOW)
        assert made.sequence == 1

    def test_what_is_over_does_not_move(self) -> None:
        made = appointment()
        with pytest.raises(Conflict, match="al geweest"):
            made.move(replace(made.moment, location="x"), AFTER)

    @pytest.mark.parametrize("status", ["cancelled", "held", "no_show"])
    def test_what_is_settled_does_not_move_and_is_not_cancelled(self, status: str) -> None:
        made = appointment(status=status)
        for act in (made.cancel, lambda: made.move(replace(made.moment, location="x"), NOW)):
            with pytest.raises(Conflict):
                act()
        assert (made.status, made.sequence) == (status, 0)


class TestConcluding:
    def test_not_before_it_begins(self) -> None:
        with pytest.raises(Conflict, match="nog beginnen"):
            appointment().conclude("held", NOW)

    def test_from_its_beginning_and_again_when_it_was_wrong(self) -> None:
        made = appointment()
        made.conclude("no_show", DURING)
        made.conclude("held", AFTER)
        assert (made.status, made.sequence, made.open) == ("held", 0, False)

    def test_not_what_was_cancelled(self) -> None:
        made = appointment()
        made.cancel()
        with pytest.raises(Conflict, match="geannuleerd"):
            made.conclude("held", AFTER)

    @pytest.mark.parametrize(
        ("outcomes", "often"),
        [
            ([], False),
            (["no_show"], False),
            (["no_show", "no_show"], True),
            (["held", "no_show"], False),
            (["no_show", "held"], False),
        ],
    )
    def test_two_in_a_row_suggest_another_place(self, outcomes: list[str], often: bool) -> None:
        assert often_missed(outcomes) is often


class TestWhenAndWhere:
    @pytest.mark.parametrize("starts_at", [NOW, NOW - HOUR, NOW + timedelta(days=367)])
    def test_the_past_and_the_far_future_are_refused(self, starts_at: datetime) -> None:
        with pytest.raises(Invalid) as refused:
            period(starts_at, 60, NOW)
        assert list(refused.value.fields) == ["starts_at"]

    def test_an_hour_is_an_hour_when_the_clock_changes(self) -> None:
        """31 October 2027, 02:30 summer time; an hour later it is 02:30 again."""
        starts_at = datetime(2027, 10, 31, 0, 30, tzinfo=UTC)
        assert period(starts_at, 60, NOW)[1] == datetime(2027, 10, 31, 1, 30, tzinfo=UTC)

    def test_every_kind_has_a_usual_place(self) -> None:
        assert [place_of(kind, None) for kind in KINDS] == ["at_home", "at_school", "by_phone", "at_school"]

    def test_a_named_place_is_elsewhere_and_a_call_stays_a_call(self) -> None:
        assert [place_of(kind, "bibliotheek") for kind in KINDS] == ["elsewhere", "elsewhere", "by_phone", "elsewhere"]

    def test_links_work_for_two_weeks_after_the_end(self) -> None:
        made = appointment()
        assert made.link_ends_at == made.ends_at + timedelta(days=14)


class TestPeople:
    case = PlannedCase(SCHOOL, CASE, "2026-0001", "agreeing", (FATMA,), SAMIRA, "De Regenboog")
    day = date(2026, 12, 1)

    def test_a_guardian_of_the_case_can_come(self) -> None:
        assert self.case.takes(person(), self.day)
        assert not self.case.takes(person(case_id=UUID(int=31)), self.day)

    def test_a_guardian_who_takes_part_no_longer_cannot(self) -> None:
        assert not self.case.takes(person(MEHMET), self.day)

    @pytest.mark.parametrize(
        ("since", "until", "comes"),
        [
            (None, None, True),
            (date(2026, 12, 1), None, True),
            (date(2026, 12, 2), None, False),
            (None, date(2026, 12, 1), True),
            (None, date(2026, 11, 30), False),
        ],
    )
    def test_staff_can_come_while_they_work_there(self, since: date | None, until: date | None, comes: bool) -> None:
        staff = person(JOKE, None, role="school_staff", valid_from=since, valid_until=until)
        assert self.case.takes(staff, self.day) is comes

    def test_a_parent_knows_the_host_by_first_name_and_number(self) -> None:
        assert vars(host_of(person(phone="+31612345678"), "x")) == {"first_name": "Fatma", "phone": "+31612345678"}
        assert vars(host_of(None, "Samira Bakker")) == {"first_name": "Samira", "phone": None}
