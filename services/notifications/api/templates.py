"""The texts of mail over HTTP."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint

from services.notifications import service
from services.notifications.api.schemas import (
    NewVersionSchema,
    PreviewArgs,
    PreviewSchema,
    TemplatePage,
    VersionPage,
    VersionSchema,
)
from services.notifications.usecases import templates
from services.notifications.usecases.templates import TemplateView
from shared.http.auth import principal
from shared.http.policy import allow, staff
from shared.pagination import Page

routes = Blueprint("templates", __name__)


@routes.route("/templates", methods=["GET"])
@staff()
@routes.response(200, TemplatePage)
def list_templates() -> Any:
    """Every kind of mail with the version that goes out now."""
    return Page([_dumped(view) for view in templates.list_templates(service.current(), principal())])


@routes.route("/templates/<name>/preview", methods=["GET"])
@staff()
@routes.arguments(PreviewArgs, location="query")
@routes.response(200, PreviewSchema)
def preview(args: dict[str, Any], name: str) -> Any:
    """How a mail looks in a language, with an example's facts."""
    found = templates.preview(service.current(), principal(), name, args["language"], args["version"])
    words = {"subject": found.copy.subject, "text": found.copy.text, "html": found.copy.html}
    language = {"language": found.language.tag, "direction": found.language.direction}
    return words | language | {"name": name, "version": found.version, "read_by_native": found.language.read_by_native}


@routes.route("/templates/<name>/versions", methods=["GET"])
@staff()
@routes.response(200, VersionPage)
def list_versions(name: str) -> Any:
    """All versions, newest first; who made and published them, and when."""
    return Page(templates.list_versions(service.current(), principal(), name))


@routes.route("/templates/<name>/versions", methods=["POST"])
@allow("administrator")
@routes.arguments(NewVersionSchema)
@routes.response(201, VersionSchema)
def draft(new: dict[str, Any], name: str) -> Any:
    """A draft; 422 unless every language has a sound text with the same placeholders."""
    return templates.draft(service.current(), principal(), name, new["sources"])


@routes.route("/templates/<name>/versions/<int:number>/publish", methods=["POST"])
@allow("administrator")
@routes.response(200, VersionSchema)
def publish(name: str, number: int) -> Any:
    """Send this version from now on; publishing an older one rolls back."""
    return templates.publish(service.current(), principal(), name, number)


def _dumped(view: TemplateView) -> dict[str, Any]:
    published = {name: getattr(view.published, name) for name in ("name", "version", "hash", "published_at")}
    return published | {"placeholders": sorted(view.kind.placeholders), "languages": view.languages}
