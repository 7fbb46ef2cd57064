"""The alliance's own affairs over HTTP: schools, people, and where they work. An administrator's, of their own alliance."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from flask_smorest import Blueprint

from services.cases import service
from services.cases.api import administration_schemas as schemas
from services.cases.usecases import administration, audit, colleagues, invitations, schools
from services.cases.usecases.administration import NewUser
from shared.http.auth import principal
from shared.http.etags import expected_version, with_etag
from shared.http.pagination import PageArgs, page_request
from shared.http.policy import allow, public
from shared.pagination import Page
from shared.tenancy import Scope

routes = Blueprint("administration", __name__)


def _by() -> Scope:
    return principal().scope


@routes.route("/schools", methods=["POST"])
@allow("administrator")
@routes.arguments(schemas.NewSchoolSchema)
@routes.response(201, schemas.OwnSchoolSchema)
def add_school(new: dict[str, Any]) -> Any:
    """Let a school take part."""
    school = administration.register_school(service.current(), _by(), **new)
    return with_etag(school, school.version, 201)


@routes.route("/schools/<uuid:school_id>", methods=["GET"])
@allow("administrator")
@routes.response(200, schemas.OwnSchoolSchema)
def read_school(school_id: UUID) -> Any:
    """One school, with its ETag."""
    school = schools.read(service.current(), _by(), school_id).school
    return with_etag(school, school.version)


@routes.route("/schools/<uuid:school_id>", methods=["PATCH"])
@allow("administrator")
@routes.arguments(schemas.SchoolPatchSchema)
@routes.response(200, schemas.OwnSchoolSchema)
def change_school(values: dict[str, Any], school_id: UUID) -> Any:
    """Another name or BRIN. Takes `If-Match`."""
    school = schools.change(service.current(), _by(), school_id, values, expected_version())
    return with_etag(school, school.version)


@routes.route("/schools/<uuid:school_id>/stop", methods=["POST"])
@allow("administrator")
@routes.arguments(schemas.LastDaySchema)
@routes.response(200, schemas.OwnSchoolSchema)
def stop_school(sent: dict[str, Any], school_id: UUID) -> Any:
    """It takes part no longer, and nobody works there; 409 while dossiers are open."""
    return schools.stop(service.current(), _by(), school_id, sent["last_day"])


@routes.route("/schools/<uuid:school_id>/resume", methods=["POST"])
@allow("administrator")
@routes.response(200, schemas.OwnSchoolSchema)
def resume_school(school_id: UUID) -> Any:
    """It takes part again; who works there is to be said anew."""
    return schools.resume(service.current(), _by(), school_id)


@routes.route("/users", methods=["GET"])
@allow("administrator")
@routes.response(200, schemas.ColleaguePage)
def list_users() -> Any:
    """Everybody with an account, by name."""
    return Page(colleagues.read_all(service.current(), _by()).people)


@routes.route("/users", methods=["POST"])
@allow("administrator")
@routes.arguments(schemas.InviteSchema)
@routes.response(201, schemas.ColleagueSchema)
def invite(new: NewUser) -> Any:
    """Invite somebody: they get a mail with a link, good once and for a week, and choose their own password."""
    user = invitations.invite(service.current(), _by(), new)
    return _one(user.id, 201)


@routes.route("/users/<uuid:user_id>", methods=["GET"])
@allow("administrator")
@routes.response(200, schemas.ColleagueSchema)
def read_user(user_id: UUID) -> Any:
    """One of them, with all assignments: past ones too."""
    return _one(user_id)


@routes.route("/users/<uuid:user_id>", methods=["PATCH"])
@allow("administrator")
@routes.arguments(schemas.UserPatchSchema)
@routes.response(200, schemas.ColleagueSchema)
def change_user(values: dict[str, Any], user_id: UUID) -> Any:
    """Another name, phone number or role; 409 for another role while they work for a school. Takes `If-Match`."""
    administration.change_user(service.current(), _by(), user_id, values, expected_version())
    return _one(user_id)


@routes.route("/users/<uuid:user_id>/invitation", methods=["POST"])
@allow("administrator")
@routes.response(204)
def invite_again(user_id: UUID) -> None:
    """Send a new link to choose a password with; older ones open no more."""
    invitations.invite_again(service.current(), _by(), user_id)


@routes.route("/users/<uuid:user_id>/invitation", methods=["DELETE"])
@allow("administrator")
@routes.response(204)
def withdraw_invitation(user_id: UUID) -> None:
    """No link that was sent opens any more; 409 when none did."""
    invitations.withdraw(service.current(), _by(), user_id)


@routes.route("/users/<uuid:user_id>/deactivate", methods=["POST"])
@allow("administrator")
@routes.response(204)
def deactivate(user_id: UUID) -> None:
    """Shut the account: its sessions end now, and today is its last day at every school. 409 for the last administrator."""
    administration.deactivate(service.current(), _by(), user_id)


@routes.route("/users/<uuid:user_id>/reactivate", methods=["POST"])
@allow("administrator")
@routes.response(204)
def reactivate(user_id: UUID) -> None:
    """Open the account again, without schools."""
    administration.reactivate(service.current(), _by(), user_id)


@routes.route("/users/<uuid:user_id>/assignments", methods=["POST"])
@allow("administrator")
@routes.arguments(schemas.PeriodSchema)
@routes.response(201, schemas.AssignmentSchema)
def assign(sent: dict[str, Any], user_id: UUID) -> Any:
    """Let somebody work for a school, from a day until, and including, another."""
    return administration.assign(service.current(), _by(), user_id, **sent)


@routes.route("/users/<uuid:user_id>/assignments/end", methods=["POST"])
@allow("administrator")
@routes.arguments(schemas.EndSchema)
@routes.response(204)
def end_assignment(sent: dict[str, Any], user_id: UUID) -> None:
    """Somebody no longer works for a school from the day after `last_day`."""
    administration.release(service.current(), _by(), user_id, sent["school_id"], sent["last_day"])


@routes.route("/administration-log", methods=["GET"])
@allow("administrator")
@routes.arguments(PageArgs, location="query")
@routes.response(200, schemas.ActPage)
def read_log(args: dict[str, Any]) -> Any:
    """What was done in the alliance's affairs, newest first. Only ever added to."""
    return audit.newest(service.current(), _by(), page_request(args))


@routes.route("/password", methods=["POST"])
@public("whoever was invited is not logged in yet; the token in the mail is the key")
@routes.arguments(schemas.PasswordSchema)
@routes.response(204)
def choose_password(sent: dict[str, Any]) -> None:
    """Choose a password with the token of the mail, once. 404 for a token that is not ours, 410 for one that is over."""
    invitations.accept(service.current(), sent["token"], sent["password"])


@routes.route("/password/forgotten", methods=["POST"])
@public("whoever forgot their password cannot log in")
@routes.arguments(schemas.ForgottenSchema)
@routes.response(202)
def forgot_password(sent: dict[str, Any]) -> None:
    """Ask for a link by mail. The same answer whether or not there is such an account."""
    invitations.forgot(service.current(), sent["email"])


def _one(user_id: UUID, status: int = 200) -> Any:
    found = colleagues.read_all(service.current(), _by()).one(user_id)
    return with_etag(found, found.user.version, status)
