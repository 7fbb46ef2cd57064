"""Searching in texts over HTTP."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from services.cases import service
from services.cases.api.schemas import ChildSchema
from services.cases.domain.permissions import roles_that
from services.cases.domain.searching import KINDS, Sought
from services.cases.usecases import searching
from shared.http.auth import principal
from shared.http.pagination import PageArgs, page_request, page_schema
from shared.http.policy import allow
from shared.http.schemas import Choice, Instant, Schema, Text
from shared.pagination import Page

routes = Blueprint("searching", __name__)


class SearchArgs(PageArgs):
    q = Text(max=200, required=True, metadata={"description": "Words that all stand in the text, in any form and order."})
    kind = Choice(*KINDS, load_default=None, metadata={"description": "In which texts; all of them unless told."})
    school_id = fields.UUID(load_default=None)


class PartSchema(Schema):
    text = fields.String(required=True)
    found = fields.Boolean(required=True, metadata={"description": "This is what was sought."})


class HitSchema(Schema):
    """A text in which all words were found. `text_id`: of the text; of a story and a reason, of their case."""

    school_id = fields.UUID(required=True)
    case_id = fields.UUID(required=True)
    reference = fields.String(required=True)
    child = fields.Nested(ChildSchema, required=True, allow_none=True)
    kind = fields.String(required=True)
    text_id = fields.UUID(required=True)
    written_at = Instant(required=True)
    excerpt = fields.List(fields.Nested(PartSchema), required=True, metadata={"description": "In pieces, in their order."})


@routes.route("/search", methods=["GET"])
@allow(*roles_that("read"))
@routes.arguments(SearchArgs, location="query")
@routes.response(200, page_schema(HitSchema))
def search(args: dict[str, Any]) -> Page[Any]:
    """Texts of the caller's cases that the caller may read, newest first. The access log keeps that they were looked into."""
    page = page_request(args)
    kinds = (args["kind"],) if args["kind"] else ()
    return searching.search(service.current(), principal(), Sought(args["q"], kinds, args["school_id"]), page)
