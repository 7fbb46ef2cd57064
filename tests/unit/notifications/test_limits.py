"""How much mail may leave in a time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.notifications.domain.limits import Allowances, Bucket, Limits, Rate

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
KEY = "domain/voorbeeld.example"
SCHOOL = UUID(int=1)


def admits(buckets: dict[str, Bucket], rate: Rate, now: datetime, mails: int, *, urgent: bool = False) -> list[datetime | None]:
    allowances = Allowances({KEY: rate}, buckets, now)
    return [allowances.admit([KEY], urgent=urgent) for _ in range(mails)]


@pytest.mark.parametrize(
    ("text", "rate"),
    [("300/m", Rate(300, timedelta(minutes=1))), (" 5/s ", Rate(5, timedelta(seconds=1))), ("1/h", Rate(1, timedelta(hours=1)))],
)
def test_a_rate_is_a_number_in_a_time(text: str, rate: Rate) -> None:
    assert Rate.read(text) == rate


@pytest.mark.parametrize("text", ["", "0/m", "5", "5/d", "-1/s", "5/m/s", "1e9/s"])
def test_a_broken_rate_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="300/m"):
        Rate.read(text)


def test_what_has_to_wait_is_spread_and_what_is_urgent_goes_before_it() -> None:
    buckets: dict[str, Bucket] = {}
    rate = Rate(2, timedelta(seconds=2))
    second = timedelta(seconds=1)
    assert admits(buckets, rate, NOW, 5) == [None, None, NOW + second, NOW + 2 * second, NOW + 3 * second]
    assert admits(buckets, rate, NOW, 1, urgent=True) == [NOW + second]
    assert admits(buckets, rate, NOW, 1) == [NOW + 4 * second]
    assert admits(buckets, rate, NOW + second, 2, urgent=True) == [None, NOW + 2 * second]


def test_a_mail_takes_from_all_its_buckets_or_from_none() -> None:
    rates = {"school/1": Rate(5, timedelta(seconds=1)), KEY: Rate(1, timedelta(seconds=1))}
    allowances = Allowances(rates, {}, NOW)
    assert [allowances.admit(["school/1", KEY], urgent=False) for _ in range(2)] == [None, NOW + timedelta(seconds=1)]
    assert allowances.buckets["school/1"].tokens == 4


def test_what_has_no_rate_has_no_limit() -> None:
    limits = Limits(None, {"traag.example": Rate(1, timedelta(hours=1))})
    assert limits.rates(SCHOOL, "vlug.example") == {}
    assert list(limits.rates(SCHOOL, "traag.example")) == ["domain/traag.example"]
    assert Allowances({}, {}, NOW).admit(["domain/vlug.example"], urgent=False) is None


def test_a_star_is_every_domain_that_has_no_rate_of_its_own() -> None:
    own, others = Rate(1, timedelta(hours=1)), Rate(9, timedelta(hours=1))
    limits = Limits(others, {"traag.example": own, "*": others})
    assert limits.rates(SCHOOL, "traag.example") == {f"school/{SCHOOL}": others, "domain/traag.example": own}
    assert limits.rates(SCHOOL, "x.example")["domain/x.example"] == others


@given(st.integers(1, 50), st.lists(st.tuples(st.integers(0, 5000), st.integers(1, 30), st.booleans()), max_size=30))
def test_in_no_time_more_leaves_than_the_bucket_and_its_refill(count: int, turns: list[tuple[int, int, bool]]) -> None:
    rate = Rate(count, timedelta(seconds=10))
    buckets: dict[str, Bucket] = {}
    now, left = NOW, 0
    for milliseconds, mails, urgent in turns:
        now += timedelta(milliseconds=milliseconds)
        answers = admits(buckets, rate, now, mails, urgent=urgent)
        left += answers.count(None)
        assert all(answer is None or answer > now for answer in answers)
    assert left <= count + (now - NOW) / rate.interval + 1e-6


def test_a_clock_that_runs_behind_refills_nothing() -> None:
    bucket = Bucket(1.0, NOW, NOW)
    assert bucket.refilled(Rate(5, timedelta(seconds=1)), NOW - timedelta(hours=1)) == bucket
