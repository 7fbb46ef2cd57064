"""Guessing passwords: free at first, then ever slower, and never for ever."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cases.domain.throttling import FREE_FAILURES, Failures, seconds_blocked
from tests.unit.cases.support import NOW


def wait(kind: str, count: int, after: timedelta = timedelta(0)) -> int:
    return seconds_blocked([Failures(kind, count, NOW)], NOW + after)


def test_nine_wrong_passwords_cost_nothing_and_the_tenth_does() -> None:
    assert FREE_FAILURES == 10
    assert wait("account", 9) == 0
    assert wait("account", 10) == 30


def test_each_more_doubles_it_up_to_a_quarter_of_an_hour() -> None:
    assert [wait("account", count) for count in (11, 12, 13, 14, 15, 40)] == [60, 120, 240, 480, 900, 900]


def test_a_network_address_is_never_shut_for_long() -> None:
    assert wait("network", 500) == 120


def test_waiting_helps_and_a_started_second_counts() -> None:
    assert wait("account", 10, timedelta(seconds=29, milliseconds=1)) == 1
    assert wait("account", 10, timedelta(seconds=30)) == 0


def test_an_hour_forgives() -> None:
    assert wait("account", 500, timedelta(minutes=61)) == 0


def test_the_longest_wait_counts_and_nobody_waits_for_nothing() -> None:
    found = [Failures("network", 10, NOW), Failures("account", 12, NOW)]
    assert seconds_blocked(found, NOW) == 120
    assert seconds_blocked([], NOW) == 0


@given(st.sampled_from(["account", "network"]), st.integers(0, 10_000), st.integers(0, 7200))
def test_a_wait_is_never_negative_nor_longer_than_its_bound(kind: str, count: int, seconds: int) -> None:
    assert 0 <= wait(kind, count, timedelta(seconds=seconds)) <= (900 if kind == "account" else 120)


@pytest.mark.parametrize("count", range(10, 30))
def test_one_more_failure_never_shortens_the_wait(count: int) -> None:
    assert wait("account", count) <= wait("account", count + 1)
