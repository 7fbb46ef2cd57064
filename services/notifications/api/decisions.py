"""What administrators decide, and the log of what people did, over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.notifications import service
from services.notifications.api.desk_schemas import (
    AuditPage,
    FiguresArgs,
    FiguresSchema,
    LanguageSettingSchema,
    SchoolTrialPage,
    SchoolTrialSchema,
    TrialSchema,
)
from services.notifications.usecases import decisions, figures
from services.notifications.usecases.decisions import LanguageView, SchoolView
from shared.http.auth import principal
from shared.http.pagination import PageArgs, page_request
from shared.http.policy import allow
from shared.pagination import Page

routes = Blueprint("decisions", __name__)


@routes.route("/languages/<tag>", methods=["PUT"])
@allow("administrator")
@routes.arguments(LanguageSettingSchema)
@routes.response(200, LanguageSettingSchema)
def set_language(new: dict[str, Any], tag: str) -> Any:
    """How mail is written in a language that no native speaker has read, or that one has read it now."""
    view = decisions.set_language(service.current(), principal(), tag, new["fallback"], is_read=new["read_by_native"])
    return _language(view)


@routes.route("/trial-modes", methods=["GET"])
@allow("administrator")
@routes.response(200, SchoolTrialPage)
def list_trials() -> Any:
    """Every school, and whether it tries the program."""
    return Page([_school(view) for view in decisions.list_schools(service.current(), principal())])


@routes.route("/trial-modes/<uuid:school_id>", methods=["PUT"])
@allow("administrator")
@routes.arguments(TrialSchema)
@routes.response(200, SchoolTrialSchema)
def begin_trial(new: dict[str, Any], school_id: UUID) -> Any:
    """From now on mail of this school goes to these addresses alone; other mail is kept, not sent."""
    return _school(decisions.begin_trial(service.current(), principal(), school_id, new["allowed"]))


@routes.route("/trial-modes/<uuid:school_id>", methods=["DELETE"])
@allow("administrator")
@routes.response(204)
def end_trial(school_id: UUID) -> None:
    """From now on mail leaves as ever."""
    decisions.end_trial(service.current(), principal(), school_id)


@routes.route("/audit", methods=["GET"])
@allow("liaison", "team_member", "administrator")
@routes.arguments(PageArgs, location="query")
@routes.response(200, AuditPage)
def list_audit(args: dict[str, Any]) -> Any:
    """What people did, newest first; nobody can change it."""
    return decisions.list_audit(service.current(), principal(), page_request(args))


@routes.route("/figures", methods=["GET"])
@allow("school_staff", "liaison", "team_member")
@routes.arguments(FiguresArgs, location="query")
@routes.response(200, FiguresSchema)
def read_figures(args: dict[str, Any]) -> Any:
    """Mail of the last days in figures."""
    return figures.read_figures(service.current(), principal(), args["days"], args["school_id"])


def _language(view: LanguageView) -> dict[str, Any]:
    return {"tag": view.language.tag, "fallback": view.fallback, "read_by_native": view.is_read}


def _school(view: SchoolView) -> dict[str, Any]:
    trial = view.trial
    known = {"since": trial.since, "by_name": trial.by_name, "allowed": list(trial.allowed)} if trial else {}
    return {"school_id": view.school_id, "name": view.name, "on_trial": trial is not None} | known
