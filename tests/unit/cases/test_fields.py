"""What people type: read leniently, kept in one form."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from marshmallow import ValidationError
from marshmallow.fields import Field

from services.cases.api.fields import Email, Group, Phone, Postcode
from services.cases.api.schemas import GuardianSchema, NewCaseSchema, NewWishSchema

WEIRD = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(), st.lists(st.text()), st.dictionaries(st.text(), st.text())
)


@pytest.mark.parametrize(
    ("field", "typed", "kept"),
    [
        (Email(), " Elif.Yilmaz@Voorbeeld.EXAMPLE ", "Elif.Yilmaz@voorbeeld.example"),
        (Email(), "josé@münchen.de", "josé@münchen.de"),
        (Phone(), "06 12345678", "+31612345678"),
        (Phone(), "+90 (532) 123 45 67", "+905321234567"),
        (Phone(), "010-1234567", "+31101234567"),
        (Postcode(), "3074jh", "3074 JH"),
        (Group(), 5, "5"),
        (Group(), "4/5", "4/5"),
    ],
)
def test_it_is_kept_in_one_form(field: Field[Any], typed: Any, kept: str) -> None:
    assert field.deserialize(typed) == kept


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        (Email(), "elif"),
        (Email(), "elif@"),
        (Email(), "a@b@c.nl"),
        (Email(), "x" * 250 + "@voorbeeld.nl"),
        (Email(), "elif@voorbeeld.nl\nBcc: iedereen@voorbeeld.nl"),
        (Phone(), "bel me"),
        (Phone(), "12"),
        (Phone(), "0" * 39),
        (Postcode(), "0123 AB"),
        (Postcode(), "3074 J"),
        (Group(), True),
        (Group(), ["5"]),
    ],
)
def test_what_leads_nowhere_is_refused(field: Field[Any], typed: Any) -> None:
    with pytest.raises(ValidationError):
        field.deserialize(typed)


@pytest.mark.parametrize("field", [Email(), Phone(), Postcode(), Group()])
@given(typed=WEIRD)
def test_whatever_comes_is_read_or_refused(field: Field[Any], typed: Any) -> None:
    with suppress(ValidationError):
        assert isinstance(field.deserialize(typed), str)


def test_defaults_are_the_contracts() -> None:
    new = GuardianSchema().load({"first_name": "Elif", "last_name": "Yılmaz", "relation": "moeder"})
    expected = {"custody": "unknown", "channel": "email", "interpreter_needed": False, "address_secret": False, "language": "nl"}
    assert {name: new.values[name] for name in expected} == expected
    assert new.address is None


def test_errors_are_found_where_they_are() -> None:
    with pytest.raises(ValidationError) as refused:
        NewCaseSchema().load({"guardians": [{"first_name": "Elif", "email": "x"}], "speling": 1})
    found = refused.value.messages_dict
    assert set(found) == {"school_id", "reason", "planned_end_on", "guardians", "speling"}
    assert set(found["guardians"][0]) == {"last_name", "relation", "email"}


@pytest.mark.parametrize("readers", [["school"], ["parents"], [], ["parents", "school", "liaison"]])
def test_readers_come_in_the_combinations_that_there_are(readers: list[str]) -> None:
    with pytest.raises(ValidationError):
        NewWishSchema().load({"text": "Rust.", "readers": readers})


def test_the_order_of_readers_does_not_matter() -> None:
    assert NewWishSchema().load({"text": "Rust.", "readers": ["liaison", "parents"]}).readers == ["parents", "liaison"]
