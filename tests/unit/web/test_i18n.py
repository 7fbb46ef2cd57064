"""Words and times: the reader's language, the clock of the Netherlands, the digits of the page's mail."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask

from shared.errors import Message
from shared.web import i18n, translate
from shared.web.i18n import direction, gettext, languages, ngettext, own_language_name, speak

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _request() -> Iterator[None]:
    with Flask("test").test_request_context():
        yield


@pytest.mark.parametrize(
    ("tag", "day", "short"),
    [
        ("nl", "dinsdag 24 november 2026", "24 nov 2026"),
        ("en", "Tuesday 24 November 2026", "24 Nov 2026"),
        ("tr", "Salı 24 Kasım 2026", "24 Kas 2026"),
        ("pl", "wtorek 24 listopada 2026", "24 lis 2026"),
        # Month names of Morocco, and the digits of the clock and the calendar.
        ("ar", "الثلاثاء 24 نونبر 2026", "24 نونبر 2026"),
    ],
)
def test_days_in_every_language(tag: str, day: str, short: str) -> None:
    speak(tag)
    assert i18n.day(NOON) == day
    assert i18n.short_day(date(2026, 11, 24)) == short


@pytest.mark.parametrize("tag", ["nl", "en", "ar", "tr", "pl"])
def test_times_are_the_clock_on_the_wall(tag: str) -> None:
    speak(tag)
    assert i18n.time_of_day(NOON) == "13:00"
    assert i18n.time_of_day(datetime(2026, 7, 1, 7, 5, tzinfo=UTC)) == "09:05"
    assert i18n.until(NOON, NOON + timedelta(hours=1)) == "13:00–14:00"


def test_the_day_of_a_late_moment_is_the_dutch_one() -> None:
    assert i18n.day_month(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)) == "vrijdag 1 januari"
    assert i18n.weekday(NOON) == "di 24 nov"
    assert i18n.date_time(NOON) == "24 nov 2026, 13:00"
    assert i18n.iso(NOON) == "2026-11-24T12:00:00+00:00"


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (45, "45 minuten"),
        (60, "1 uur"),
        (61, "1 uur en 1 minuut"),
        (timedelta(hours=2, minutes=30), "2 uur en 30 minuten"),
        (0, "0 minuten"),
    ],
)
def test_durations(value: int | timedelta, said: str) -> None:
    assert i18n.duration(value) == said


def test_a_language_that_we_do_not_have_is_dutch() -> None:
    speak("ti")
    assert i18n.language() == "nl"
    speak("en-GB")
    assert i18n.language() == "en"


@pytest.mark.parametrize(
    ("tag", "expected"), [("ar", "rtl"), ("fa-AF", "rtl"), ("ckb", "rtl"), ("ur", "rtl"), ("ps", "rtl"), ("tr", "ltr")]
)
def test_direction(tag: str, expected: str) -> None:
    assert direction(tag) == expected


def test_names_of_languages() -> None:
    assert own_language_name("tr") == "Türkçe"
    assert i18n.language_name("tr") == "Turks"
    assert i18n.language_name("zh-Hant") == "Chinees"


def test_a_message_is_translated_with_what_it_was_filled_with() -> None:
    message = Message("Maak dit korter: hoogstens {maximum} tekens.").format(maximum=5, input="x")
    assert message == "Maak dit korter: hoogstens 5 tekens."
    assert str(message) is message
    speak("en")
    for same in (message, copy.deepcopy(message), pickle.loads(pickle.dumps(message))):
        assert gettext(same) == "Make this shorter: no more than 5 characters."
    assert gettext("") == ""


def test_numbers_choose_their_form() -> None:
    speak("pl")
    one, few, many = (ngettext("%(count)s minuut", "%(count)s minuten", count) for count in (1, 2, 5))
    assert len({one.split()[1], few.split()[1], many.split()[1]}) == 3


def test_staff_choose_nl_or_en_and_a_cookie_keeps_it() -> None:
    app = Flask("other")
    for value, expected in (("en", "en"), ("ar", "nl"), ("../x", "nl"), ("", "nl")):
        with app.test_request_context(headers={"Cookie": f"{i18n.LANGUAGE_COOKIE}={value}"}):
            assert i18n.language() == expected


def test_the_catalogs_are_complete_and_keep_their_placeholders() -> None:
    assert translate.problems() == []


def test_the_catalogs_hold_todays_texts() -> None:
    """Run `python -m shared.web.translate update` when this fails."""
    for language in languages():
        if language != i18n.DEFAULT:
            kept = {message.id for message in translate._read(language) if message.id}
            assert kept == {message.id for message in translate.update(language) if message.id}


@pytest.mark.parametrize("tag", ["tr", "ar", "pl"])
def test_parents_read_everything_in_their_language(tag: str) -> None:
    missing = [message.id for message in translate.update(tag) if message.id and not all(translate._said(message))]
    assert missing == []


def test_every_kind_of_text_is_found() -> None:
    found = translate.extract()
    assert "Iemand anders heeft dit intussen gewijzigd. Lees het opnieuw en probeer het nog eens." in found  # of a failure
    assert "Niet gevonden" in found  # of a table
    assert "Vul dit in." in found  # of a field
    assert "Kies een getal van {min} tot en met {max}." in found  # of a validator
    assert "Naar de inhoud" in found  # of a template
    assert ("%(count)s minuut", "%(count)s minuten") in found
