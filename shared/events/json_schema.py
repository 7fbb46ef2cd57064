"""The bodies of events as JSON schema: what the AsyncAPI document tells others, and what we hold our own events to."""

from __future__ import annotations

from functools import cache
from typing import Any

import jsonschema_rs
from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin

from shared.events.catalogue import CATALOGUE

_PLACE = "#/components/schemas/"


@cache
def schemas() -> dict[str, Any]:
    """By the names of their classes; they refer to each other as within OpenAPI."""
    spec = APISpec("events", "1", "3.1.0", plugins=[MarshmallowPlugin(schema_name_resolver=_class_name)])
    for entry in CATALOGUE.values():
        if entry.body.__name__ not in spec.components.schemas:
            spec.components.schema(entry.body.__name__, schema=entry.body)
    return {name: dict(schema) for name, schema in sorted(spec.to_dict()["components"]["schemas"].items())}


def misfits(type_: str, data: dict[str, Any]) -> list[str]:
    """The fields in which `data`, JSON values, differ from what the catalogue says of the type; never what stands in them."""
    validator = _validator(type_)
    return [] if validator.is_valid(data) else sorted({_field(error) for error in validator.iter_errors(data)})


@cache
def _validator(type_: str) -> jsonschema_rs.Validator:
    whole = {"$ref": _PLACE + CATALOGUE[type_].body.__name__, "components": {"schemas": schemas()}}
    return jsonschema_rs.validator_for(whole, validate_formats=True)


def _field(error: jsonschema_rs.ValidationError) -> str:
    """What is missing is not in the path, and its name stands apart."""
    return ".".join(str(step) for step in [*error.instance_path, getattr(error.kind, "property", None)] if step is not None)


def _class_name(schema: Any) -> str:
    return str((schema if isinstance(schema, type) else type(schema)).__name__)
