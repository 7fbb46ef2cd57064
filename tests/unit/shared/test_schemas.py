"""Fields: strict about types, clear about what is wrong."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError, fields

from shared.http.schemas import Edge, Flag, Instant, Language, Schema, Text, Whole

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
)


def messages(error: ValidationError) -> dict[str, list[str]]:
    return dict(error.normalized_messages())  # type: ignore[no-untyped-call]  # the library's


def load(field: fields.Field[Any], value: object) -> Any:
    return Schema.from_dict({"field": field})().load({"field": value})["field"]


@pytest.mark.parametrize("value", ["2026-11-24T13:00:00", "2026-11-24", "13:00", "", 5, None, "0001-01-01T00:00:00+23:00"])
def test_an_instant_needs_its_offset(value: object) -> None:
    with pytest.raises(ValidationError) as caught:
        load(Instant(), value)
    assert "field" in messages(caught.value)


def test_an_instant_is_read_into_utc() -> None:
    assert load(Instant(), "2026-11-24T13:00:00+01:00") == datetime(2026, 11, 24, 12, tzinfo=UTC)


def test_a_period_takes_its_last_day_as_a_whole_also_when_the_clock_moves() -> None:
    assert load(Edge(), "2026-11-24T13:00:00+01:00") == datetime(2026, 11, 24, 12, tzinfo=UTC)
    assert load(Edge(), "2027-03-28") == datetime(2027, 3, 27, 23, tzinfo=UTC)
    assert load(Edge(ends=True), "2027-03-28") == datetime(2027, 3, 28, 22, tzinfo=UTC)


@pytest.mark.parametrize(("edge", "value"), [(Edge(), "2027-02-30"), (Edge(), "0001-01-01"), (Edge(ends=True), "9999-12-31")])
def test_a_period_needs_days_that_exist(edge: Edge, value: str) -> None:
    with pytest.raises(ValidationError):
        load(edge, value)


@pytest.mark.parametrize("value", ["true", 1, 0, "on", None])
def test_a_flag_is_a_json_boolean(value: object) -> None:
    with pytest.raises(ValidationError):
        load(Flag(), value)


@pytest.mark.parametrize("value", [True, "60", 1.5, 0, 481, None])
def test_a_whole_number_within_its_bounds(value: object) -> None:
    with pytest.raises(ValidationError):
        load(Whole(1, 480), value)


def test_one_point_zero_is_a_whole_number() -> None:
    assert load(Whole(1, 480), 60.0) == 60


@pytest.mark.parametrize("value", ["nl", "tr", "ar", "zh-Hant", "pt-BR", "TI"])
def test_known_languages_pass(value: str) -> None:
    assert load(Language(), value).lower() == value.lower()


@pytest.mark.parametrize("value", ["", "n", "Turks", "xx", "nl;drop", "../nl", "nl\n", 3])
def test_other_languages_are_refused(value: object) -> None:
    with pytest.raises(ValidationError):
        load(Language(), value)


@pytest.mark.parametrize("value", ["", "  ", "a\x00b", "a\u202e\x07", "x" * 21, 4, None, ["a"]])
def test_text_is_visible_and_bounded(value: object) -> None:
    with pytest.raises(ValidationError):
        load(Text(max=20), value)


def test_text_is_trimmed_and_composed() -> None:
    assert load(Text(max=20), "  Zoe\u0308  ") == "Zoë"


@given(JSON)
@pytest.mark.parametrize(
    "field", [Instant(), Edge(), Flag(), Whole(1, 5), Language(), Text(max=9)], ids=lambda f: type(f).__name__
)
def test_whatever_json_brings_is_a_value_or_a_named_error(field: fields.Field[Any], value: object) -> None:
    found = Schema.from_dict({"field": field})().validate({"field": value})
    assert set(found) <= {"field"}


def test_a_misspelt_field_is_told() -> None:
    with pytest.raises(ValidationError) as caught:
        Schema.from_dict({"field": fields.String()})().load({"feild": "x"})
    assert messages(caught.value) == {"feild": ["Dit veld bestaat niet."]}
