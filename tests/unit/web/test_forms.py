"""Forms by the API's schemas: what was typed stays, what is wrong is said beside the field, in the reader's language."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from flask import Flask
from marshmallow import fields
from werkzeug.datastructures import MultiDict

from shared.errors import Conflict, Invalid
from shared.http.schemas import Choice, Flag, Instant, Language, Schema, Text, Whole
from shared.web.forms import DATE_WANTED, NO_SUCH_TIME, TIME_WANTED, Form, input_type, parse_form, query_with
from shared.web.i18n import speak


class GuardianSchema(Schema):
    first_name = Text(max=10, required=True)
    email = fields.Email(load_default=None)
    language = Language(load_default="nl")
    custody = Choice("yes", "no", "unknown", load_default="unknown")
    address_secret = Flag(load_default=False)


class ChildSchema(Schema):
    first_name = Text(max=10, required=True)
    born_on = fields.Date(load_default=None)


class CaseSchema(Schema):
    reason = Text(max=40, required=True, multiline=True)
    ends_on = fields.Date(required=True)
    starts_at = Instant(load_default=None)
    minutes = Whole(1, 90, load_default=None)
    readers = fields.List(Choice("parents", "school", "liaison"), load_default=list)
    child = fields.Nested(ChildSchema, load_default=None)
    guardians = fields.List(fields.Nested(GuardianSchema), required=True)


GOOD = [
    ("reason", "Zij vertelt weinig."),
    ("ends_on", "24-11-2026"),
    ("starts_at-date", "2026-11-24"),
    ("starts_at-time", "13:00"),
    ("minutes", "45"),
    ("readers", "parents"),
    ("readers", "liaison"),
    ("child-first_name", "Aylin"),
    ("guardians-0-first_name", "Elif"),
    ("guardians-0-language", "tr"),
    ("guardians-0-address_secret", "on"),
    ("guardians-1-first_name", ""),
    ("guardians-1-language", "nl"),
    ("guardians-1-custody", "unknown"),
    ("guardians-4-first_name", "Murat"),
    ("guardians-4-email", ""),
    ("csrf_token", "x"),
]


def parse(pairs: list[tuple[str, str]]) -> Form:
    return parse_form(CaseSchema, MultiDict(pairs))


def changed(name: str, value: str) -> list[tuple[str, str]]:
    return [(key, text) for key, text in GOOD if key != name] + [(name, value)]


def test_a_form_brings_what_json_would_have_brought() -> None:
    form = parse(GOOD)
    assert form.ok, form.errors
    assert form.data["ends_on"] == date(2026, 11, 24)
    assert form.data["starts_at"] == datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
    assert form.data["minutes"] == 45
    assert form.data["readers"] == ["parents", "liaison"]
    assert form.data["child"] == {"first_name": "Aylin", "born_on": None}
    assert [(each["first_name"], each["language"], each["address_secret"]) for each in form.data["guardians"]] == [
        ("Elif", "tr", True),
        ("Murat", "nl", False),
    ]


def test_what_was_typed_stays() -> None:
    form = parse(changed("ends_on", "31 februari"))
    assert form.value("ends_on") == "31 februari"
    assert form.error("ends_on") == DATE_WANTED
    assert form.data == {}
    assert form.value("csrf_token") == ""


def test_an_error_in_a_row_has_the_number_of_the_row_in_the_form() -> None:
    form = parse(changed("guardians-4-email", "geen adres"))
    assert list(form.errors) == ["guardians-4-email"]
    assert list(form.rows("guardians")) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize(
    ("on", "at", "name", "text"),
    [
        ("", "13:00", "starts_at-date", DATE_WANTED),
        ("morgen", "13:00", "starts_at-date", DATE_WANTED),
        ("2026-11-24", "25:00", "starts_at-time", TIME_WANTED),
        ("2026-11-24", "", "starts_at-time", TIME_WANTED),
        ("29-03-2026", "02:30", "starts_at-time", NO_SUCH_TIME),
    ],
)
def test_a_moment_says_which_half_is_wrong(on: str, at: str, name: str, text: str) -> None:
    pairs = [*changed("starts_at-date", on), ("starts_at-time", at)]
    form = parse([pair for pair in pairs if pair != ("starts_at-time", "13:00") or at == "13:00"])
    assert form.errors == {name: [text]}


@pytest.mark.parametrize("typed", ["13", "13:00", "13.00", "1300", "13u00", "13 uur", "13:00:00"])
def test_times_as_people_write_them(typed: str) -> None:
    form = parse([pair for pair in GOOD if pair[0] != "starts_at-time"] + [("starts_at-time", typed)])
    assert form.data["starts_at"] == datetime(2026, 11, 24, 12, 0, tzinfo=UTC)


def test_the_hour_that_comes_twice_is_the_first_of_the_two() -> None:
    pairs = [pair for pair in GOOD if not pair[0].startswith("starts_at")]
    form = parse([*pairs, ("starts_at-date", "25-10-2026"), ("starts_at-time", "02:30")])
    assert form.data["starts_at"] == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


def test_a_local_date_and_time_from_one_field_is_the_dutch_clock() -> None:
    pairs = [pair for pair in GOOD if not pair[0].startswith("starts_at")]
    assert parse([*pairs, ("starts_at", "2026-07-01T09:30")]).data["starts_at"] == datetime(2026, 7, 1, 7, 30, tzinfo=UTC)


def test_empty_means_left_out_and_required_is_said() -> None:
    form = parse([("reason", "  "), ("ends_on", "")])
    assert form.errors == {"reason": ["Vul dit in."], "ends_on": ["Vul dit in."]}


def test_an_absent_nested_part_is_absent_also_when_its_fields_were_shown() -> None:
    form = parse([*[pair for pair in GOOD if not pair[0].startswith("child")], ("child-first_name", ""), ("child-born_on", "")])
    assert form.ok
    assert form.data["child"] is None


def test_numbers_that_are_none_and_numbers_out_of_bounds() -> None:
    assert parse(changed("minutes", "veel")).error("minutes") == "Vul een heel getal in."
    assert parse(changed("minutes", "91")).error("minutes") == "Kies een getal van 1 tot en met 90."
    assert parse(changed("minutes", "9" * 400)).error("minutes") == "Vul een heel getal in."


def test_rows_beyond_any_form_are_not_read() -> None:
    rows = [(f"guardians-{number}-first_name", "x") for number in range(200)]
    assert len(parse([*GOOD, *rows]).data["guardians"]) <= 50


def test_errors_are_in_the_readers_language_with_what_was_filled_in() -> None:
    with Flask("test").test_request_context():
        speak("en")
        form = parse(changed("reason", "x" * 41))
        assert form.error("reason") == "Make this shorter: no more than 40 characters."
        assert parse(changed("minutes", "0")).error("minutes") == "Choose a number from 1 to 90."


def test_a_refusal_of_a_use_case_goes_to_its_field_or_on_top() -> None:
    form = Form(MultiDict(GOOD))
    assert form.refuse(Invalid({"guardians.0.email": ["Klopt niet."]})).errors == {"guardians-0-email": ["Klopt niet."]}
    refused = form.refuse(Conflict("%(name)s is dan bezet.", name="Samira"))
    assert refused.errors == {"": ["Samira is dan bezet."]}
    assert refused.value("reason") == "Zij vertelt weinig."


def test_a_form_filled_with_what_is_known() -> None:
    form = Form.of(
        {
            "first_name": "Elif",
            "phone": None,
            "address_secret": True,
            "starts_at": datetime(2026, 11, 24, 12, 0, tzinfo=UTC),
            "readers": ["parents", "liaison"],
            "guardians": [{"email": "a@b.example"}],
            "address": {"city": "Rotterdam"},
        }
    )
    assert form.value("first_name") == "Elif"
    assert (form.value("starts_at-date"), form.value("starts_at-time")) == ("2026-11-24", "13:00")
    assert form.chosen("readers") == ["parents", "liaison"]
    assert form.has("address_secret", "on")
    assert form.value("guardians-0-email") == "a@b.example"
    assert form.value("address-city") == "Rotterdam"


def test_an_unsent_form_shows_its_defaults_and_a_sent_one_what_was_sent() -> None:
    assert Form().chosen("custody", "unknown") == ["unknown"]
    assert Form().chosen("readers", ["a", "b"]) == ["a", "b"]
    assert Form(MultiDict([("other", "x")])).chosen("custody", "unknown") == []
    assert Form({"custody": "yes"}).chosen("custody") == ["yes"]
    assert Form.of({"talk_on": "2026-11-25"}).chosen("readers", "shared") == ["shared"]  # filled, and not sent yet


@pytest.mark.parametrize(
    ("kind", "typed", "shown"),
    [
        ("date", "2026-11-24", "date"),
        ("date", "24 nov", "text"),
        ("date", "", "date"),
        ("time", "13:00", "time"),
        ("time", "één uur", "text"),
        ("email", "x", "email"),
    ],
)
def test_a_field_that_could_not_show_what_was_typed_becomes_text(kind: str, typed: str, shown: str) -> None:
    assert input_type(kind, typed) == shown


def test_a_link_to_this_page_with_another_query() -> None:
    with Flask("test").test_request_context("/cases/dossiers?phase=closed&cursor=abc"):
        assert query_with(cursor="def") == "/cases/dossiers?phase=closed&cursor=def"
        assert query_with(cursor=None, phase=None) == "/cases/dossiers"
    with Flask("test").test_request_context("/scheduling/afspraken/tijden?later=1&participant_ids=a&participant_ids=b"):
        assert query_with(later=2) == "/scheduling/afspraken/tijden?participant_ids=a&participant_ids=b&later=2"
        assert query_with(participant_ids=None) == "/scheduling/afspraken/tijden?later=1"


@pytest.mark.parametrize("name", ["__proto__", "guardians-99999999999999999999-x", "guardians--1-first_name", "child-"])
def test_strange_names_are_ignored(name: str) -> None:
    form: Any = parse([*GOOD, (name, "x")])
    assert form.ok


def test_an_input_has_the_name_that_json_gives_the_field() -> None:
    class Entry(Schema):
        purpose = Text(max=20, required=True, data_key="for")

    assert parse_form(Entry, {"for": "Samen lezen"}).data == {"purpose": "Samen lezen"}
    assert list(parse_form(Entry, {"purpose": "x"}).errors) == ["for"]
