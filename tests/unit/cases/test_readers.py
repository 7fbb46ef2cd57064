"""Who reads what: the narrowest by default, and never a side effect."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.cases.domain.readers import COMPARTMENTS, READERS, choices_of, narrowed, ordered, reader_of, story_readers

SOME_READERS = st.lists(st.sampled_from(READERS))


def test_a_story_is_the_parents_and_the_liaisons_until_it_is_shared() -> None:
    assert story_readers(shared_with_school=False) == ["parents", "liaison"]
    assert "school" in story_readers(shared_with_school=True)


def test_an_unknown_role_reads_nothing() -> None:
    assert reader_of("coordinator") not in READERS
    assert choices_of("administrator") == ()


def test_everybody_chooses_only_among_what_they_read_themselves_narrowest_first() -> None:
    assert choices_of("liaison")[0] == "parents_and_liaison"
    assert choices_of("school_staff") == ("school_and_liaison", "shared")
    for role in ("school_staff", "liaison", "team_member"):
        assert all(reader_of(role) in COMPARTMENTS[name] for name in choices_of(role))


@given(SOME_READERS, SOME_READERS)
def test_an_earlier_version_never_gains_a_reader(before: list[str], now: list[str]) -> None:
    after = narrowed(before, now)
    assert set(after) <= set(before)
    assert set(after) <= set(now)


@given(SOME_READERS)
def test_readers_are_named_once_and_in_one_order(readers: list[str]) -> None:
    assert ordered(readers) == [each for each in READERS if each in readers]
