"""The parents' links: one person, one appointment, one purpose, and nobody can make one."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from itsdangerous import Signer

from services.scheduling.adapters.links import Reply, ReplyLinks
from shared.errors import NotFound

LINKS = ReplyLinks("k" * 40)
REPLY = Reply(UUID(int=1), UUID(int=2), UUID(int=3))
TOKEN = LINKS.token(REPLY)


def test_it_reads_back_and_is_always_the_same() -> None:
    assert LINKS.read(TOKEN) == REPLY
    assert ReplyLinks("k" * 40).token(REPLY) == TOKEN


def test_it_fits_in_an_address_and_holds_ids_alone() -> None:
    assert len(TOKEN) <= 110
    assert TOKEN.replace("-", "").replace("_", "").replace(".", "").isalnum()


@pytest.mark.parametrize("place", range(0, len(TOKEN), 7))
def test_one_changed_sign_is_enough_to_be_refused(place: int) -> None:
    for sign in ("A", "b"):
        if TOKEN[place] != sign:
            with pytest.raises(NotFound):
                LINKS.read(TOKEN[:place] + sign + TOKEN[place + 1 :])


@pytest.mark.parametrize("purpose", ["scheduling.feed", "itsdangerous.Signer", ""])
def test_the_same_key_for_another_purpose_opens_nothing(purpose: str) -> None:
    raw = TOKEN.split(".")[0]
    with pytest.raises(NotFound):
        LINKS.read(Signer("k" * 40, salt=purpose, sep=".").sign(raw).decode())


def test_another_key_opens_nothing() -> None:
    with pytest.raises(NotFound):
        ReplyLinks("x" * 40).read(TOKEN)


@given(st.text(max_size=200))
def test_whatever_is_typed_is_refused_in_the_same_way(typed: str) -> None:
    with pytest.raises(NotFound):
        LINKS.read(typed)
