"""What is published is held to the very schema that the AsyncAPI document tells others."""

from __future__ import annotations

from typing import Any

import pytest

from shared.events.catalogue import CATALOGUE, publishing_schema
from shared.events.json_schema import misfits
from shared.ids import new_id
from tests.conftest import NOW

TYPE = "scheduling.appointment.invited.v1"


def body(**changes: Any) -> dict[str, Any]:
    """As it goes out."""
    ids = {name: new_id() for name in ("appointment_id", "case_id", "host_id", "changed_by")}
    times = {"starts_at": NOW, "ends_at": NOW, "sequence": 0}
    words = {"kind": "home_visit", "place": "at_home", "status": "invited"}
    whole = ids | times | words | {"participants": [{"person_id": new_id(), "response": "awaiting"}]}
    dumped: dict[str, Any] = publishing_schema(TYPE).dump(whole)
    return {name: value for name, value in {**dumped, **changes}.items() if value is not ...}


def test_what_the_catalogue_says_fits() -> None:
    assert misfits(TYPE, body()) == []
    assert misfits(TYPE, body(changed_by=None)) == []


@pytest.mark.parametrize(
    ("changes", "fields"),
    [
        ({"case_id": ...}, ["case_id"]),
        ({"case_id": None, "kind": "party"}, ["case_id", "kind"]),
        ({"starts_at": "2026-11-26T10:00:00"}, ["starts_at"]),
        ({"host_id": "Samira"}, ["host_id"]),
        ({"sequence": "0"}, ["sequence"]),
        ({"participants": [{"person_id": 5}]}, ["participants.0.person_id", "participants.0.response"]),
    ],
    ids=["missing", "null-and-unknown-word", "without-offset", "no-id", "text-for-a-number", "within-a-list"],
)
def test_what_does_not_fit_is_named_and_not_shown(changes: dict[str, Any], fields: list[str]) -> None:
    assert misfits(TYPE, body(**changes)) == fields


@pytest.mark.parametrize("type_", sorted(CATALOGUE))
def test_every_type_has_a_schema_that_demands_something(type_: str) -> None:
    required = [name for name, field in publishing_schema(type_).fields.items() if field.required]
    assert misfits(type_, {}) == sorted(required)
