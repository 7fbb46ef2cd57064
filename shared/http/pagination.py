"""Pages over HTTP: `?limit=` and `?cursor=` in, `{"items": […], "next_cursor": …}` out."""

from __future__ import annotations

from functools import cache
from typing import Any

from flask import request
from marshmallow import fields, validate

from shared.errors import Message
from shared.http.schemas import Schema
from shared.pagination import DEFAULT_LIMIT, MAX_LIMIT, PageRequest


class PageArgs(Schema):
    """The query of a list; a list's own filters extend it."""

    limit = fields.Integer(
        load_default=DEFAULT_LIMIT,
        validate=validate.Range(1, MAX_LIMIT, error=Message("Kies een getal van {min} tot en met {max}.")),
        metadata={"description": f"How many; {DEFAULT_LIMIT} unless told, {MAX_LIMIT} at most."},
    )
    cursor = fields.String(load_default=None, metadata={"description": "The `next_cursor` of the page before."})


def page_request(args: dict[str, Any]) -> PageRequest:
    """The page asked for, taken out of a list's query so that the filters remain."""
    return PageRequest(args.pop("limit"), args.pop("cursor"))


def page_request_of_page(limit: int = 25) -> PageRequest:
    """The same for an HTML page, which has a size of its own."""
    return PageRequest(limit, request.args.get("cursor") or None)


@cache
def whole_schema(item: type[Schema]) -> type[Schema]:
    """The schema of a list that is short by nature: in the form of a page that has no next."""
    name = item.__name__.removesuffix("Schema")
    none = fields.Function(lambda _: None, metadata={"type": "null", "description": "The list is whole."})
    return type(f"{name}List", (Schema,), {"items": fields.List(fields.Nested(item), required=True), "next_cursor": none})


@cache  # one page of one kind of thing is one schema
def page_schema(item: type[Schema]) -> type[Schema]:
    """The schema of a page of `item`s."""
    name = item.__name__.removesuffix("Schema")
    return type(
        f"{name}Page",
        (Schema,),
        {"items": fields.List(fields.Nested(item), required=True), "next_cursor": fields.String(allow_none=True)},
    )
