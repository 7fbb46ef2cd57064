"""What guardians are asked, and the codes that let them in."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.cases.adapters.links import AskLink, EntryKey, ParentLinks
from services.cases.domain.asks import Ask, Entry, check_may_send, is_news, new_code, tidy_code
from shared.errors import Gone, NotFound, TooManyAttempts
from tests.unit.cases.support import CASE, NOW

IDS = [UUID(int=number) for number in (1, 2, 3)]


def ask(what: str = "agreement_to_support", at: datetime = NOW, opened: datetime | None = None) -> Ask:
    return Ask(IDS[0], IDS[1], CASE, IDS[2], what, None, "Samira", at, at + timedelta(days=30), opened_at=opened)


def test_a_fresh_mail_that_was_not_followed_is_not_sent_twice() -> None:
    assert is_news("agreement_to_support", [], NOW)
    assert not is_news("agreement_to_support", [ask()], NOW + timedelta(hours=11))
    assert is_news("agreement_to_support", [ask()], NOW + timedelta(hours=13))
    assert is_news("agreement_to_support", [ask(opened=NOW)], NOW + timedelta(hours=1))
    assert is_news("report_to_check", [ask()], NOW)


def test_a_link_ends() -> None:
    ask().check_works(NOW + timedelta(days=29))
    with pytest.raises(Gone):
        ask().check_works(NOW + timedelta(days=30))


def test_a_code_is_six_digits_however_it_is_typed() -> None:
    assert all(len(new_code()) == 6 for _ in range(50))
    assert tidy_code(" 123 456 ") == tidy_code("١٢٣٤٥٦") == "123456"
    assert tidy_code("²³ab") == ""


def entry(minutes: int = 15, **more: Any) -> Entry:
    return Entry(IDS[0], IDS[1], CASE, IDS[2], IDS[1], NOW, NOW + timedelta(minutes=minutes), **more)


def test_a_code_is_good_once_for_a_while_and_not_for_guessing() -> None:
    assert entry(tries=4).takes_codes(NOW)
    assert not any(each.takes_codes(NOW) for each in (entry(minutes=0), entry(tries=5), entry(open_until=NOW)))
    assert entry(open_until=NOW + timedelta(minutes=1)).is_open(NOW)
    assert not any(each.is_open(NOW) for each in (entry(), entry(open_until=NOW)))


def test_an_hour_allows_five_codes() -> None:
    sent = [NOW - timedelta(minutes=each) for each in (50, 40, 30, 20)]
    check_may_send(sent, NOW)
    with pytest.raises(TooManyAttempts) as refused:
        check_may_send([*sent, NOW], NOW)
    assert 600 <= refused.value.retry_after <= 601


def test_no_token_opens_another_door() -> None:
    links = ParentLinks("k" * 40)
    token, cookie = links.token(AskLink(*IDS)), links.cookie(EntryKey(*IDS))
    assert links.read(token) == AskLink(*IDS)
    assert links.read_cookie(cookie) == EntryKey(*IDS)
    for read, foreign in ((links.read, cookie), (links.read_cookie, token), (links.read, token[:-1]), (links.read, "x" * 400)):
        with pytest.raises(NotFound):
            read(foreign)
    assert links.is_code(IDS[0], "123456", links.code_hash(IDS[0], "123456"))
    assert not links.is_code(IDS[1], "123456", links.code_hash(IDS[0], "123456"))
