"""The story, the wishes, the strengths and the goals over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.cases import service
from services.cases.api.answers import StatementSchema, StorySchema, StoryVersionsSchema
from services.cases.api.schemas import NewGoalSchema, NewStorySchema, NewStrengthSchema, NewWishSchema
from services.cases.domain.permissions import roles_that
from services.cases.usecases import texts
from services.cases.usecases.texts import NewStatement, NewStory
from shared.http.auth import principal
from shared.http.etags import expected_version, with_etag
from shared.http.policy import allow

routes = Blueprint("texts", __name__)


@routes.route("/cases/<uuid:case_id>/story", methods=["GET"])
@allow(*roles_that("read"))
@routes.response(200, StorySchema)
def read_story(case_id: UUID) -> Any:
    """The parents' story; 404 when there is none for this reader."""
    story = texts.read_story(service.current(), principal(), case_id)
    return with_etag(story, story.version)


@routes.route("/cases/<uuid:case_id>/story", methods=["PUT"])
@allow(*roles_that("write_story"))
@routes.arguments(NewStorySchema)
@routes.response(200, StorySchema)
def write_story(new: NewStory, case_id: UUID) -> Any:
    """Write the story; the versions before it stay. Takes `If-Match`."""
    story = texts.write_story(service.current(), principal(), case_id, new, expected_version())
    return with_etag(story, story.version)


@routes.route("/cases/<uuid:case_id>/story/versions", methods=["GET"])
@allow(*roles_that("read"))
@routes.response(200, StoryVersionsSchema)
def read_story_versions(case_id: UUID) -> Any:
    """Every version of the story that the caller may read, newest first."""
    return {"items": texts.read_story_versions(service.current(), principal(), case_id)}


@routes.route("/cases/<uuid:case_id>/wishes", methods=["POST"])
@allow(*roles_that("add_wish"))
@routes.arguments(NewWishSchema)
@routes.response(201, StatementSchema)
def add_wish(new: NewStatement, case_id: UUID) -> Any:
    """Add a wish of the parents; without `readers` the school does not read it."""
    return texts.state(service.current(), principal(), case_id, new)


@routes.route("/cases/<uuid:case_id>/strengths", methods=["POST"])
@allow(*roles_that("add_strength"))
@routes.arguments(NewStrengthSchema)
@routes.response(201, StatementSchema)
def add_strength(new: NewStatement, case_id: UUID) -> Any:
    """Add what goes well: of the parents, the school or the child."""
    return texts.state(service.current(), principal(), case_id, new)


@routes.route("/cases/<uuid:case_id>/goals", methods=["POST"])
@allow(*roles_that("add_goal"))
@routes.arguments(NewGoalSchema)
@routes.response(201, StatementSchema)
def add_goal(new: NewStatement, case_id: UUID) -> Any:
    """Add a goal that parents and school share."""
    return texts.state(service.current(), principal(), case_id, new)
