"""Coming in and going out, and the keys with which the other services recognise who is in."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, current_app, redirect, render_template, request
from werkzeug.wrappers import Response as AnyResponse

from services.cases import service
from services.cases.adapters.links import EnrolmentKey
from services.cases.api.account import CodeSchema
from services.cases.api.schemas import CredentialsSchema
from services.cases.demo.accounts import ACCOUNTS
from services.cases.domain.devices import device_of
from services.cases.pages.account import codes_page, qr_of
from services.cases.usecases import second_factor, session
from services.cases.usecases.session import Credentials, EnrolmentWanted, Login
from shared.errors import Failure, Gone, Invalid, NotFound, TooManyAttempts, Unauthenticated
from shared.http.auth import LOGIN_PATH, RENEW_BEFORE, cookie_name, principal, principal_or_none, safe_target
from shared.http.policy import public, staff
from shared.http.problems import status_of
from shared.tenancy import Principal
from shared.web.flashes import flash
from shared.web.forms import Form, parse_form
from shared.web.i18n import gettext as _

routes = Blueprint("login_pages", __name__)
_START = "/cases/"
_ENROLMENT = "instellen"
_ENROLMENT_SECONDS = 900
_LONG_AGO = datetime.min.replace(tzinfo=UTC)


@routes.get("/inloggen")
@public("whoever logs in is not logged in yet")
def show_login() -> AnyResponse | str:
    who = principal_or_none()
    # A login that is about to end is sent here by every page, so it may not be sent back.
    if who is not None and who.expires_at - service.current().clock.now() >= RENEW_BEFORE:
        return redirect(_target(), 303)
    return _page(Form())


@routes.post("/inloggen")
@public("whoever logs in is not logged in yet")
def log_in() -> AnyResponse | str | tuple[str, int] | tuple[str, int, dict[str, str]]:
    form = parse_form(CredentialsSchema)
    if not form.ok:
        return _page(form), 422
    try:
        login = session.log_in(service.current(), _credentials(form))
    except EnrolmentWanted as wanted:
        return _to_enrolment(wanted)
    except Failure as failure:
        headers = {"Retry-After": str(failure.retry_after)} if isinstance(failure, TooManyAttempts) else {}
        return _page(form.refuse(failure), code_wanted="code_wanted" in failure.extra), status_of(failure), headers
    return _let_in(login, _by_way_of_the_code(login))


@routes.get("/inloggen/code-instellen")
@public("whoever proved their password and has yet to set up a code is not logged in yet")
def show_enrolment() -> str:
    return _enrolment_page(Form())


@routes.post("/inloggen/code-instellen")
@public("whoever proved their password and has yet to set up a code is not logged in yet")
def enrol() -> AnyResponse | tuple[str, int]:
    form = parse_form(CodeSchema)
    if not form.ok:
        return _enrolment_page(form), 422
    try:
        login, codes = session.enrol_and_enter(service.current(), _enrolment_key(), form.data["code"], _device())
    except Invalid as failure:
        return _enrolment_page(form.refuse(failure)), 422
    response = _with_cookie(current_app.make_response(codes_page(codes, _target())), login)
    response.delete_cookie(_ENROLMENT, path=LOGIN_PATH)
    return response


@routes.get("/sessie/vernieuwen")
@public("a token that has ended is what is to be renewed")
def renew() -> AnyResponse:
    """Silently: a page that finds the token about to end sends the reader past here."""
    who = _holder_of_cookie()
    try:
        if who is None:
            raise Unauthenticated
        login = session.renew(service.current(), who.user_id, who.session_id)
        # One that ends before the next renewal would be sent here again at once.
        if login.principal.expires_at - service.current().clock.now() < RENEW_BEFORE:
            raise Unauthenticated
    except Unauthenticated:
        return _forget_cookie(redirect(LOGIN_PATH + _query(), 303))
    return _let_in(login, _target())


@routes.post("/uitloggen")
@staff()
def log_out() -> AnyResponse:
    session.log_out(service.current(), principal())
    flash(_("U bent uitgelogd."))
    return _forget_cookie(redirect(LOGIN_PATH, 303))


@routes.get("/.well-known/jwks.json")
@public("public keys are public")
def keys() -> Response:
    """The public keys (RFC 7517) that tokens are verified with."""
    text = service.current().config.token_keys_file.read_text()
    headers = {"Cache-Control": "public, max-age=300"}
    return Response(json.dumps(json.loads(text)), content_type="application/jwk-set+json", headers=headers)


def _page(form: Form, *, code_wanted: bool = False) -> str:
    accounts = ACCOUNTS if current_app.config["DEMO"] else ()
    return render_template("cases/login.html", form=form, target=_target(), code_wanted=code_wanted, accounts=accounts)


def _target() -> str:
    """Where the reader was going, if that is a page of ours."""
    return safe_target(request.values.get("naar")) or _START


def _query() -> str:
    return f"?{urlencode({'naar': _target()})}" if _target() != _START else ""


def _credentials(form: Form) -> Credentials:
    return Credentials(network_address=request.remote_addr or "", device=_device(), **form.data)


def _device() -> str | None:
    return device_of(request.headers.get("User-Agent", ""))


def _by_way_of_the_code(login: Login) -> str:
    """Who will be asked for a code and has none is led past the page where it is set up."""
    if login.enrol_before is None:
        return _target()
    return f"/cases/account/code?{urlencode({'naar': _target()})}"


def _to_enrolment(wanted: EnrolmentWanted) -> AnyResponse:
    config = service.current().config
    response = redirect(f"{LOGIN_PATH}/code-instellen{_query()}", 303)
    cookie = service.current().enrolment_keys.cookie(wanted.key)
    response.set_cookie(
        _ENROLMENT, cookie, max_age=_ENROLMENT_SECONDS, httponly=True, secure=config.secure, samesite="Lax", path=LOGIN_PATH
    )
    return response


def _enrolment_key() -> EnrolmentKey:
    """Raises Gone without a cookie of ours: the time between the password and the first code is over."""
    try:
        return service.current().enrolment_keys.read(request.cookies.get(_ENROLMENT, ""))
    except NotFound as error:
        raise Gone("Dit duurde te lang. Log opnieuw in.") from error


def _enrolment_page(form: Form) -> str:
    shown = second_factor.pending_at_the_door(service.current(), _enrolment_key())
    return render_template("cases/enrol.html", form=form, enrolment=shown, qr=qr_of(shown), target=_target())


def _holder_of_cookie() -> Principal | None:
    """Whom the cookie was given to, also when its hour is over."""
    token = request.cookies.get(cookie_name(service.current().config), "")
    try:
        verifier: Any = current_app.extensions["token_verifier"]
        found: Principal = verifier.verify(token, _LONG_AGO)
    except Unauthenticated:
        return None
    return found


def _let_in(login: Login, target: str) -> AnyResponse:
    """The cookie lives as long as the session, the token in it an hour: with the one, the other is renewed."""
    return _with_cookie(redirect(target, 303), login)


def _with_cookie(response: AnyResponse, login: Login) -> AnyResponse:
    config, now = service.current().config, service.current().clock.now()
    response.set_cookie(
        cookie_name(config),
        login.token,
        max_age=int((login.ends_at - now).total_seconds()),
        httponly=True,
        secure=config.secure,
        samesite="Lax",
        path="/",
    )
    return response


def _forget_cookie(response: AnyResponse) -> AnyResponse:
    config = service.current().config
    response.delete_cookie(cookie_name(config), secure=config.secure, httponly=True, samesite="Lax", path="/")
    return response
