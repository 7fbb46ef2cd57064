"""The people of an alliance: who has an account, by whose invitation, and where they work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from marshmallow import fields
from werkzeug.wrappers import Response

from services.cases import service
from services.cases.api.administration_schemas import InviteSchema, PeriodSchema
from services.cases.api.fields import Phone
from services.cases.domain.accounts import ROLES, SCHOOL_ROLES
from services.cases.pages import administration_words as words
from services.cases.pages.forms import Done, Page, take, version_sent
from services.cases.usecases import administration, colleagues, invitations, second_factor, settings
from services.cases.usecases.colleagues import Colleague
from shared.errors import Failure, NotFound, Unavailable
from shared.http.auth import principal
from shared.http.policy import allow
from shared.http.schemas import Choice, Schema, Text
from shared.tenancy import Scope
from shared.web.flashes import flash
from shared.web.forms import Form, parse_form
from shared.web.i18n import gettext as _

routes = Blueprint("people_pages", __name__)
_LIST = "/beheer/mensen"
_ONE = f"{_LIST}/<uuid:user_id>"


class EndForm(Schema):
    """Beside the form that begins an assignment, so with a name of its own for the school."""

    ending_school_id = fields.UUID(required=True)
    last_day = fields.Date(required=True)


class PersonForm(Schema):
    """All that can be changed; a form sends all of its fields."""

    name = Text(max=120, required=True)
    first_name = Text(max=60, required=True)
    role = Choice(*ROLES, required=True)
    phone = Phone(load_default=None, allow_none=True)


def _by() -> Scope:
    return principal().scope


@routes.get(_LIST)
@allow("administrator")
def show_people() -> str:
    found = colleagues.read_all(service.current(), _by())
    form = Form(request.args.to_dict())
    people = [each for each in found.people if _wanted(each, form)]
    return render_template(
        "cases/administration/people.html",
        people=people,
        everybody=found,
        form=form,
        roles=words.roles(ROLES),
        states=words.states(),
        state_word=words.state_word,
    )


@routes.get(f"{_LIST}/nieuw")
@allow("administrator")
def show_invite() -> str:
    return _invite_page(Form())


@routes.post(f"{_LIST}/nieuw")
@allow("administrator")
def invite() -> Page:
    form = parse_form(InviteSchema)
    if not form.ok:
        return _invite_page(form), 422
    try:
        user = invitations.invite(service.current(), _by(), form.data)  # type: ignore[arg-type]  # what the schema makes of it
    except Failure as failure:
        return _invite_page(form.refuse(failure)), 409
    flash(_("De uitnodiging is onderweg. Kies nu voor welke scholen deze persoon werkt."))
    return redirect(_url(user.id), 303)


@routes.get(_ONE)
@allow("administrator")
def show_person(user_id: UUID) -> str:
    return _page(user_id)


@routes.post(_ONE)
@allow("administrator")
def change(user_id: UUID) -> Page:
    def do(values: dict[str, Any]) -> None:
        administration.change_user(service.current(), _by(), user_id, values, version_sent())

    done = Done(_("De gegevens zijn bewaard."), _url(user_id))
    return take(parse_form(PersonForm), do, lambda form: _page(user_id, person=form), done)


@routes.post(f"{_ONE}/scholen")
@allow("administrator")
def assign(user_id: UUID) -> Page:
    def do(sent: dict[str, Any]) -> None:
        administration.assign(service.current(), _by(), user_id, **sent)

    done = Done(_("De toewijzing is bewaard."), _url(user_id))
    return take(parse_form(PeriodSchema), do, lambda form: _page(user_id, assignment=form), done)


@routes.post(f"{_ONE}/scholen/einde")
@allow("administrator")
def end_assignment(user_id: UUID) -> Page:
    def do(sent: dict[str, Any]) -> None:
        administration.release(service.current(), _by(), user_id, sent["ending_school_id"], sent["last_day"])

    done = Done(_("De toewijzing is beëindigd."), _url(user_id))
    return take(parse_form(EndForm), do, lambda form: _page(user_id, ending=form), done)


@routes.post(f"{_ONE}/uitnodigen")
@allow("administrator")
def invite_again(user_id: UUID) -> Response:
    return _act(user_id, invitations.invite_again, _("De uitnodiging is onderweg. Een link van eerder werkt niet meer."))


@routes.post(f"{_ONE}/uitnodiging-intrekken")
@allow("administrator")
def withdraw(user_id: UUID) -> Response:
    return _act(user_id, invitations.withdraw, _("De uitnodiging is ingetrokken."))


@routes.post(f"{_ONE}/code-weghalen")
@allow("administrator")
def reset_code(user_id: UUID) -> Response:
    return _act(
        user_id, second_factor.reset, _("De code is weg. Deze persoon logt in met het wachtwoord en is nu overal uitgelogd.")
    )


@routes.post(f"{_ONE}/uitzetten")
@allow("administrator")
def deactivate(user_id: UUID) -> Response:
    return _act(user_id, administration.deactivate, _("Het account staat uit. Deze persoon is overal uitgelogd."))


@routes.post(f"{_ONE}/aanzetten")
@allow("administrator")
def reactivate(user_id: UUID) -> Response:
    return _act(user_id, administration.reactivate, _("Het account staat weer aan. Kies voor welke scholen deze persoon werkt."))


def _act(user_id: UUID, do: Callable[..., object], said: str) -> Response:
    """A button without a form around it: what is refused is said on top of the page."""
    try:
        do(service.current(), _by(), user_id)
    except (NotFound, Unavailable):
        raise
    except Failure as failure:
        flash(_(failure.detail), "err")
    else:
        flash(said)
    return redirect(_url(user_id), 303)


def _wanted(person: Colleague, form: Form) -> bool:
    """Matches what was chosen above the list; people who are shut out show when asked for."""
    state, role, text = form.value("state"), form.value("role"), form.value("q").strip().lower()
    if text and text not in f"{person.user.name} {person.user.email}".lower():
        return False
    if role and person.user.role != role:
        return False
    return person.state == state if state else person.state != "inactive" or bool(text)


def _invite_page(form: Form) -> str:
    alliance = settings.read(service.current(), _by())
    return render_template("cases/administration/invite.html", form=form, alliance=alliance, roles=words.roles(ROLES))


def _page(user_id: UUID, person: Form | None = None, assignment: Form | None = None, ending: Form | None = None) -> str:
    everybody = colleagues.read_all(service.current(), _by())
    found = everybody.one(user_id)
    known = {name: getattr(found.user, name) for name in ("name", "first_name", "role", "phone")}
    day: date = everybody.today
    return render_template(
        "cases/administration/person.html",
        person=found,
        everybody=everybody,
        person_form=person or Form.of(known),
        assignment_form=assignment or Form(),
        ending_form=ending or Form(),
        school_role=found.user.role in SCHOOL_ROLES,
        schools=[(school.id, school.name) for school in everybody.schools if not school.stopped(day)],
        today=day,
        roles=words.roles(ROLES),
        state_word=words.state_word,
    )


def _url(user_id: UUID) -> str:
    return url_for("people_pages.show_person", user_id=user_id)
