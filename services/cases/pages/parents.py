"""A guardian's own page behind the link in their mail. Looking at the link changes nothing and shows nothing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from services.cases import service
from services.cases.domain.asks import OPEN_FOR
from services.cases.domain.expectation import ANSWERS
from services.cases.pages.satisfaction import LookBackForm, answers_of
from services.cases.usecases import own_page, visits
from services.cases.usecases.own_page import OwnPage
from services.cases.usecases.visits import Door, Visitor
from shared.clock import today
from shared.errors import Failure, NotFound
from shared.http.pagination import page_request_of_page
from shared.http.policy import public
from shared.http.problems import status_of
from shared.http.schemas import Choice, Schema, Text, Whole
from shared.web.flashes import flash
from shared.web.forms import Form, parse_form
from shared.web.i18n import base_of, languages, speak
from shared.web.i18n import gettext as _

routes = Blueprint("parents", __name__)
_KEY = "the signed link in the parent's own mail is the key, and a code sent to the same address"
_SAID = "Dank u wel. Wij hebben het bewaard."


class CodeForm(Schema):
    code = Text(max=40, required=True)


class StanceForm(Schema):
    endorses = Choice("yes", "no", required=True)
    version = Whole(1, 10_000, required=True)
    note = Text(max=2000, multiline=True, load_default=None)


class AnswerForm(Schema):
    answer = Choice(*ANSWERS, required=True)
    note = Text(max=2000, multiline=True, load_default=None)


class WordsForm(Schema):
    text = Text(max=2000, multiline=True, required=True)


class TellForm(WordsForm):
    """Something that the school reads if they want that."""

    shared = Choice("yes", "no", load_default="no")


class HowItGoesForm(LookBackForm):
    shared = Choice("yes", "no", load_default="no")


class CheckForm(Schema):
    approves = Choice("yes", "no", required=True)
    remarks = Text(max=4000, multiline=True, load_default=None)


@routes.get("/ouders/<token>")
@public(_KEY)
def show(token: str) -> Response:
    """The page for who is inside, the door for everybody else."""
    found = _inside(token)
    return _page(found) if found else _door(token, Form())


@routes.post("/ouders/<token>/code")
@public(_KEY)
def send_code(token: str) -> Response:
    form = Form()
    _knock(token)
    try:
        visits.send_code(service.current(), token)
    except NotFound:
        raise
    except Failure as failure:
        return _door(token, form.refuse(failure), status_of(failure))
    return _door(token, form, sent=True)


@routes.post("/ouders/<token>/binnen")
@public(_KEY)
def enter(token: str) -> AnyResponse:
    form = parse_form(CodeForm)
    _knock(token)
    if not form.ok:
        return _door(token, form, 422, sent=True)
    try:
        cookie = visits.enter(service.current(), token, form.data["code"])
    except NotFound:
        raise
    except Failure as failure:
        return _door(token, form.refuse(failure), status_of(failure), sent=True)
    answer = redirect(url_for("parents.show", token=token), 303)
    _keep(answer, cookie)
    return answer


@routes.post("/ouders/<token>/uit")
@public(_KEY)
def leave(token: str) -> AnyResponse:
    found = _inside(token)
    if found:
        visits.leave(service.current(), found, request.cookies.get(_cookie_name()))
    answer = redirect(url_for("parents.show", token=token), 303)
    answer.delete_cookie(_cookie_name(), secure=_secure(), httponly=True, samesite="Lax")
    return answer


@routes.post("/ouders/<token>/afspraken/<uuid:agreement_id>")
@public(_KEY)
def endorse(token: str, agreement_id: UUID) -> AnyResponse:
    def do(who: Visitor, given: dict[str, Any]) -> None:
        own_page.endorse(service.current(), who, agreement_id, given["endorses"] == "yes", given["note"], given["version"])

    return _take(token, StanceForm, do, f"afspraak-{agreement_id}")


@routes.post("/ouders/<token>/afspraken/<uuid:agreement_id>/terugkijken")
@public(_KEY)
def look_back(token: str, agreement_id: UUID) -> AnyResponse:
    def do(who: Visitor, given: dict[str, Any]) -> None:
        own_page.look_back(service.current(), who, agreement_id, given["answer"], given["note"])

    return _take(token, AnswerForm, do, f"afspraak-{agreement_id}")


@routes.post("/ouders/<token>/verwachtingen/<uuid:expectation_id>")
@public(_KEY)
def evaluate(token: str, expectation_id: UUID) -> AnyResponse:
    def do(who: Visitor, given: dict[str, Any]) -> None:
        own_page.evaluate(service.current(), who, expectation_id, given["answer"], given["note"])

    return _take(token, AnswerForm, do, f"verwachting-{expectation_id}")


@routes.post("/ouders/<token>/verwachtingen")
@public(_KEY)
def expect(token: str) -> AnyResponse:
    def do(who: Visitor, given: dict[str, Any]) -> None:
        own_page.expect(service.current(), who, given["text"])

    return _take(token, WordsForm, do, "verwachtingen")


@routes.post("/ouders/<token>/wensen")
@public(_KEY)
def wish(token: str) -> AnyResponse:
    def do(who: Visitor, given: dict[str, Any]) -> None:
        own_page.wish(service.current(), who, given["text"], shared=given["shared"] == "yes")

    return _take(token, TellForm, do, "wensen")


@routes.post("/ouders/<token>/verhaal")
@public(_KEY)
def tell_more(token: str) -> AnyResponse:
    def do(who: Visitor, given: dict[str, Any]) -> None:
        own_page.tell_more(service.current(), who, given["text"], shared=given["shared"] == "yes")

    return _take(token, TellForm, do, "verhaal")


@routes.post("/ouders/<token>/verslagen/<uuid:report_id>")
@public(_KEY)
def check_report(token: str, report_id: UUID) -> AnyResponse:
    def do(who: Visitor, given: dict[str, Any]) -> None:
        own_page.check_report(service.current(), who, report_id, given["approves"] == "yes", given["remarks"])

    return _take(token, CheckForm, do, f"verslag-{report_id}")


@routes.post("/ouders/<token>/tevredenheid")
@public(_KEY)
def say_how_it_goes(token: str) -> AnyResponse:
    def do(who: Visitor, given: dict[str, Any]) -> None:
        answers = answers_of("parents", given)
        own_page.say_how_it_goes(service.current(), who, answers, shared=given["shared"] == "yes")

    return _take(token, HowItGoesForm, do, "tevredenheid")


@routes.post("/ouders/<token>/toestemming/<uuid:consent_id>/intrekken")
@public(_KEY)
def withdraw(token: str, consent_id: UUID) -> AnyResponse:
    def do(who: Visitor, _given: dict[str, Any]) -> None:
        own_page.withdraw(service.current(), who, consent_id)

    return _take(token, Schema, do, f"toestemming-{consent_id}")


@routes.get("/ouders/<token>/inzage")
@public(_KEY)
def who_looked(token: str) -> Response:
    """Who looked into the record, as far as it is this guardian's to know; behind the code, as everything else."""
    found = _inside(token)
    if found is None:
        return _door(token, Form())
    page = own_page.who_looked(service.current(), found, page_request_of_page(50))
    return make_response(render_template("cases/parents/who_looked.html", token=token, page=page, **_links("parents.who_looked")))


def _take(token: str, schema: type[Schema], do: Callable[[Visitor, dict[str, Any]], None], place: str) -> AnyResponse:
    """Do it and show the page at that `place`, or give everything typed back beside what is wrong."""
    found = _inside(token)
    if found is None:
        # What was typed waits in the browser's draft; after a new code it is there again.
        return _door(token, Form(), 401)
    form = parse_form(schema)
    if form.ok:
        try:
            do(found, form.data)
        except NotFound:
            raise
        except Failure as failure:
            return _page(found, {place: form.refuse(failure)}, status_of(failure))
        flash(_(_SAID))
        return redirect(url_for("parents.show", token=token, _anchor=place), 303)
    return _page(found, {place: form}, 422)


def _inside(token: str) -> Visitor | None:
    """Who holds both the link and the cookie; speaks their language from here on. Raises NotFound and Gone."""
    found = visits.visitor(service.current(), token, request.cookies.get(_cookie_name()))
    if found:
        speak(_wanted(found.language))
    return found


def _knock(token: str) -> Door:
    found = visits.knock(service.current(), token)
    speak(_wanted(found.language))
    return found


def _door(token: str, form: Form, status: int = 200, *, sent: bool = False) -> Response:
    door = _knock(token)
    try:
        door.ask.check_works(service.current().clock.now())
        over = ""
    except Failure as failure:
        over, status = failure.detail, status_of(failure)
    page = render_template("cases/parents/door.html", token=token, form=form, sent=sent, over=over, door=door, **_links())
    return make_response(page, status)


def _page(who: Visitor, forms: dict[str, Form] | None = None, status: int = 200) -> Response:
    found: OwnPage = own_page.look(service.current(), who)
    given = forms or {}
    context: dict[str, Any] = {"own": found, "who": who, "token": request.view_args["token"] if request.view_args else ""}
    forms = {place: replace(form, place=place) for place, form in given.items()}
    page = render_template(
        "cases/parents/page.html",
        form_of=lambda place: forms.setdefault(place, Form(place=place)),
        failed=next(iter(given), ""),
        today=today(service.current().clock),
        **context,
        **_links(),
    )
    return make_response(page, status)


def _links(endpoint: str = "parents.show") -> dict[str, Any]:
    """This page in the other languages, or the main one where only a form leads here."""
    at = url_for(endpoint, token=(request.view_args or {})["token"])
    return {"language_links": [(tag, f"{at}?taal={tag}") for tag in languages()]}


def _wanted(language: str) -> str:
    chosen = request.args.get("taal", "")
    return chosen if base_of(chosen) in languages() else language


def _keep(answer: AnyResponse, cookie: str) -> None:
    life = int(OPEN_FOR.total_seconds())
    answer.set_cookie(_cookie_name(), cookie, max_age=life, secure=_secure(), httponly=True, samesite="Lax", path="/")


def _cookie_name() -> str:
    return "__Host-parent" if _secure() else "parent"


def _secure() -> bool:
    return str(current_app.extensions["session_cookie"]).startswith("__Host-")


@routes.after_request
def private(response: Response) -> Response:
    """The address is a key: it is passed on to nobody, kept by no cache, and found by no search engine."""
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    response.headers["Cache-Control"] = "no-store"
    return response
