"""Looking back half-way and at the end: what is asked of whom, when, and who reads it."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cases.domain.readers import COMPARTMENTS, reader_of
from services.cases.domain.satisfaction import OF, QUESTIONS, Answers, Span, check_may_say, compartments
from shared.errors import Forbidden, Invalid

OPENED, END = date(2026, 9, 1), date(2027, 3, 1)
HALF_WAY, LAST_WEEKS = date(2026, 11, 30), date(2027, 2, 8)
WHOLE = {
    "parents": Answers("parents", grade=8, heard="yes", clear="partly", helped="no"),
    "school": Answers("school", grade=1, heard="yes", clear="yes", helped="yes", remark="Dank."),
    "child": Answers("child", enjoys="yes", heard="no", helped="partly"),
}


def test_at_most_five_questions_the_last_an_open_one() -> None:
    assert set(QUESTIONS) == set(OF)
    for of, asked in QUESTIONS.items():
        assert len(asked) <= 5
        assert asked[-1] == "remark"
        WHOLE[of].check()


@pytest.mark.parametrize(
    ("answers", "fields"),
    [
        (Answers("parents", grade=8), {"heard", "clear", "helped"}),
        (Answers("child", enjoys="yes", heard="no", helped="yes", grade=8), {"grade"}),
        (Answers("school", grade=8, heard="yes", clear="no", helped="no", enjoys="yes"), {"enjoys"}),
        (Answers("child", remark="Leuk."), {"enjoys", "heard", "helped"}),
    ],
)
def test_what_is_missing_or_not_asked_is_named(answers: Answers, fields: set[str]) -> None:
    with pytest.raises(Invalid) as refused:
        answers.check()
    assert set(refused.value.fields) == fields


@pytest.mark.parametrize(
    ("phase", "today", "moment", "since"),
    [
        ("agreeing", HALF_WAY - timedelta(days=1), "midway", None),
        ("agreeing", HALF_WAY, "midway", HALF_WAY),
        ("evaluating", LAST_WEEKS - timedelta(days=1), "midway", HALF_WAY),
        ("evaluating", LAST_WEEKS, "closing", LAST_WEEKS),
        ("evaluating", END + timedelta(days=90), "closing", LAST_WEEKS),
        ("referred", HALF_WAY, "midway", None),
        ("paused", HALF_WAY, "midway", None),
        ("closed", HALF_WAY, "closing", None),
    ],
)
def test_the_moment_and_from_when_it_is_due(phase: str, today: date, moment: str, since: date | None) -> None:
    span = Span(OPENED, END, phase)
    assert (span.moment(today), span.due_since(today)) == (moment, since)


@given(st.dates(OPENED, END), st.integers(0, 400))
def test_who_is_asked_at_one_moment_is_asked_for_that_moment(planned_end_on: date, days: int) -> None:
    span, today = Span(OPENED, planned_end_on, "agreeing"), OPENED + timedelta(days=days)
    since = span.due_since(today)
    assert since is None or since <= today
    if since is not None and since >= OPENED:
        assert span.moment(since) == span.moment(today)


def test_each_side_for_itself_and_who_hears_the_child() -> None:
    may = {
        ("school_staff", "school"),
        ("liaison", "parents"),
        ("parent", "parents"),
        ("school_staff", "child"),
        ("liaison", "child"),
    }
    for role in ("school_staff", "liaison", "team_member", "parent", "coordinator"):
        for of in OF:
            if (role, of) in may:
                check_may_say(role, of)
                assert all(reader_of(role) in COMPARTMENTS[name] for name in compartments(role, of))
            else:
                with pytest.raises(Forbidden):
                    check_may_say(role, of)
