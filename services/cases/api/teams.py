"""Teams over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.cases import service
from services.cases.api.administration_schemas import NewTeamSchema, TeamPage, TeamSchema
from services.cases.usecases import teams
from services.cases.usecases.teams import NewTeam
from shared.http.auth import principal
from shared.http.etags import expected_version, with_etag
from shared.http.policy import allow
from shared.pagination import Page

routes = Blueprint("teams", __name__)


@routes.route("/teams", methods=["GET"])
@allow("administrator")
@routes.response(200, TeamPage)
def list_teams() -> Any:
    """The alliance's teams, by name."""
    return Page(teams.read_all(service.current(), principal().scope).teams)


@routes.route("/teams", methods=["POST"])
@allow("administrator")
@routes.arguments(NewTeamSchema)
@routes.response(201, TeamSchema)
def make_team(new: NewTeam) -> Any:
    """Make a team of people and schools. Being in a team opens no dossier; assignments do."""
    team = teams.make(service.current(), principal().scope, new)
    return with_etag(team, team.version, 201)


@routes.route("/teams/<uuid:team_id>", methods=["GET"])
@allow("administrator")
@routes.response(200, TeamSchema)
def read_team(team_id: UUID) -> Any:
    """One team, with its ETag."""
    team = teams.read_all(service.current(), principal().scope).team(team_id)
    return with_etag(team, team.version)


@routes.route("/teams/<uuid:team_id>", methods=["PUT"])
@allow("administrator")
@routes.arguments(NewTeamSchema)
@routes.response(200, TeamSchema)
def change_team(new: NewTeam, team_id: UUID) -> Any:
    """The team as it is from now on. Takes `If-Match`."""
    team = teams.change(service.current(), principal().scope, team_id, new, expected_version())
    return with_etag(team, team.version)


@routes.route("/teams/<uuid:team_id>", methods=["DELETE"])
@allow("administrator")
@routes.response(204)
def end_team(team_id: UUID) -> None:
    """The team is no more; who works where stays as it is."""
    teams.end(service.current(), principal().scope, team_id)
