"""Beheer: where an administrator begins, with the schools, the teams and the log."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, url_for
from marshmallow import fields
from werkzeug.wrappers import Response

from services.cases import service
from services.cases.api.administration_schemas import LastDaySchema, NewSchoolSchema, NewTeamSchema
from services.cases.pages import administration_words as words
from services.cases.pages.forms import Done, Page, take, version_sent
from services.cases.usecases import administration, audit, rights, schools, settings, teams
from services.cases.usecases.teams import NewTeam
from shared.clock import today
from shared.http.auth import principal
from shared.http.pagination import page_request_of_page
from shared.http.policy import allow
from shared.http.schemas import Schema, Text
from shared.tenancy import Scope
from shared.web.flashes import flash
from shared.web.forms import Form, parse_form
from shared.web.i18n import gettext as _
from shared.web.i18n import ngettext

routes = Blueprint("administration_pages", __name__)


class SettingsForm(Schema):
    """A date left empty asks nobody for a code."""

    name = Text(max=120, required=True)
    totp_required_from = fields.Date(load_default=None, allow_none=True)


def _by() -> Scope:
    return principal().scope


def _today() -> date:
    return today(service.current().clock)


@routes.get("/beheer")
@allow("administrator")
def show_start() -> str:
    found, due = teams.read_all(service.current(), _by()), rights.overview(service.current(), _by()).due
    return render_template("cases/administration/start.html", found=found, review_due=due)


@routes.get("/beheer/instellingen")
@allow("administrator")
def show_settings() -> str:
    return _settings_page()


@routes.post("/beheer/instellingen")
@allow("administrator")
def change_settings() -> Page:
    def do(values: dict[str, Any]) -> None:
        settings.change(service.current(), _by(), values, version_sent())

    done = Done(_("De instellingen zijn bewaard."), url_for("administration_pages.show_settings"))
    return take(parse_form(SettingsForm), do, _settings_page, done)


@routes.get("/beheer/scholen")
@allow("administrator")
def show_schools() -> str:
    found = schools.read_all(service.current(), _by())
    return render_template("cases/administration/schools.html", schools=found, today=_today())


@routes.get("/beheer/scholen/nieuw")
@allow("administrator")
def show_new_school() -> str:
    return _new_school_page(Form())


@routes.post("/beheer/scholen/nieuw")
@allow("administrator")
def add_school() -> Page:
    def do(new: dict[str, Any]) -> None:
        administration.register_school(service.current(), _by(), **new)

    done = Done(_("De school doet mee."), url_for("administration_pages.show_schools"))
    return take(parse_form(NewSchoolSchema), do, _new_school_page, done)


@routes.get("/beheer/scholen/<uuid:school_id>")
@allow("administrator")
def show_school(school_id: UUID) -> str:
    return _school_page(school_id)


@routes.post("/beheer/scholen/<uuid:school_id>")
@allow("administrator")
def change_school(school_id: UUID) -> Page:
    def do(values: dict[str, Any]) -> None:
        schools.change(service.current(), _by(), school_id, values, version_sent())

    done = Done(_("De gegevens zijn bewaard."), _school_url(school_id))
    return take(parse_form(NewSchoolSchema), do, lambda form: _school_page(school_id, form=form), done)


@routes.post("/beheer/scholen/<uuid:school_id>/stoppen")
@allow("administrator")
def stop_school(school_id: UUID) -> Page:
    def do(sent: dict[str, Any]) -> None:
        schools.stop(service.current(), _by(), school_id, sent["last_day"])

    done = Done(_("De school stopt. Wie er werkt, werkt er na die dag niet meer."), _school_url(school_id))
    return take(parse_form(LastDaySchema), do, lambda form: _school_page(school_id, stopping=form), done)


@routes.post("/beheer/scholen/<uuid:school_id>/hervatten")
@allow("administrator")
def resume_school(school_id: UUID) -> Response:
    schools.resume(service.current(), _by(), school_id)
    flash(_("De school doet weer mee. Kies opnieuw wie er werkt."))
    return redirect(_school_url(school_id), 303)


@routes.get("/beheer/teams")
@allow("administrator")
def show_teams() -> str:
    return render_template("cases/administration/teams.html", found=teams.read_all(service.current(), _by()))


@routes.get("/beheer/teams/nieuw")
@allow("administrator")
def show_new_team() -> str:
    return _team_page(None, Form())


@routes.post("/beheer/teams/nieuw")
@allow("administrator")
def make_team() -> Page:
    def do(new: NewTeam) -> None:
        teams.make(service.current(), _by(), new)

    return take(parse_form(NewTeamSchema), do, lambda form: _team_page(None, form), Done(_("Het team is gemaakt."), _teams_url()))


@routes.get("/beheer/teams/<uuid:team_id>")
@allow("administrator")
def show_team(team_id: UUID) -> str:
    return _team_page(team_id)


@routes.post("/beheer/teams/<uuid:team_id>")
@allow("administrator")
def change_team(team_id: UUID) -> Page:
    def do(new: NewTeam) -> None:
        teams.change(service.current(), _by(), team_id, new, version_sent())

    done = Done(_("Het team is bewaard."), url_for("administration_pages.show_team", team_id=team_id))
    return take(parse_form(NewTeamSchema), do, lambda form: _team_page(team_id, form), done)


@routes.post("/beheer/teams/<uuid:team_id>/toewijzen")
@allow("administrator")
def assign_team(team_id: UUID) -> Response:
    count = teams.assign_all(service.current(), _by(), team_id, _today())
    said = ngettext("Er is %(count)s toewijzing bij gekomen.", "Er zijn %(count)s toewijzingen bij gekomen.", count)
    flash(said % {"count": count})
    return redirect(url_for("administration_pages.show_team", team_id=team_id), 303)


@routes.post("/beheer/teams/<uuid:team_id>/opheffen")
@allow("administrator")
def end_team(team_id: UUID) -> Response:
    teams.end(service.current(), _by(), team_id)
    flash(_("Het team is opgeheven. Wie waar werkt, is niet veranderd."))
    return redirect(_teams_url(), 303)


@routes.get("/beheer/logboek")
@allow("administrator")
def show_log() -> str:
    page = audit.newest(service.current(), _by(), page_request_of_page())
    return render_template("cases/administration/log.html", page=page, act_name=words.act_name)


def _settings_page(form: Form | None = None) -> str:
    alliance = settings.read(service.current(), _by())
    known = {"name": alliance.name, "totp_required_from": alliance.totp_required_from}
    return render_template("cases/administration/settings.html", alliance=alliance, form=form or Form.of(known))


def _new_school_page(form: Form) -> str:
    alliance = settings.read(service.current(), _by())
    return render_template("cases/administration/school_new.html", form=form, alliance=alliance)


def _school_page(school_id: UUID, form: Form | None = None, stopping: Form | None = None) -> str:
    found = schools.read(service.current(), _by(), school_id)
    return render_template(
        "cases/administration/school.html",
        school=found.school,
        assignments=found.assignments,
        form=form or Form.of({"name": found.school.name, "brin": found.school.brin}),
        stopping_form=stopping or Form(),
        today=_today(),
    )


def _team_page(team_id: UUID | None, form: Form | None = None) -> str:
    found = teams.read_all(service.current(), _by())
    team = found.team(team_id) if team_id else None
    known = {"name": team.name, "school_ids": sorted(team.school_ids), "user_ids": sorted(team.user_ids)} if team else {}
    return render_template("cases/administration/team.html", found=found, team=team, form=form or Form.of(known))


def _school_url(school_id: UUID) -> str:
    return url_for("administration_pages.show_school", school_id=school_id)


def _teams_url() -> str:
    return url_for("administration_pages.show_teams")
