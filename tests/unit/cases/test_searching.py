"""Excerpts: what the database marked comes back in pieces, and nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.cases.domain.searching import BEGIN, END, MOST_WORDS, Part, check_words, parts_of
from shared.errors import Invalid

PIECES = st.lists(st.tuples(st.text(st.characters(exclude_characters=BEGIN + END)), st.booleans()), max_size=8)


def test_what_was_sought_is_told_from_what_stands_round_it() -> None:
    marked = f"Zij {BEGIN}leest{END} graag <b>, en {BEGIN}lezen{END}"
    assert parts_of(marked) == (Part("Zij ", False), Part("leest", True), Part(" graag <b>, en ", False), Part("lezen", True))


@given(PIECES)
def test_the_pieces_together_are_the_text(pieces: list[tuple[str, bool]]) -> None:
    marked = "".join(f"{BEGIN}{text}{END}" if found else text for text, found in pieces)
    parts = parts_of(marked)
    assert "".join(part.text for part in parts) == "".join(text for text, _ in pieces)
    assert [part.text for part in parts if part.found] == [text for text, found in pieces if found and text]


@pytest.mark.parametrize("words", [[], ["x"] * (MOST_WORDS + 1)])
def test_nothing_and_too_much_cannot_be_looked_for(words: list[str]) -> None:
    with pytest.raises(Invalid):
        check_words(words)
