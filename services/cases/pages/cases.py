"""Dossiers: the list, a new one, one of them, and what can be changed of it."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from services.cases import service
from services.cases.api.schemas import NewCaseSchema, PhaseSchema
from services.cases.domain.case import MOST_GUARDIANS
from services.cases.domain.listing import Filters
from services.cases.domain.permissions import may, roles_that
from services.cases.domain.phases import PHASES
from services.cases.domain.phases import after as phase_after
from services.cases.pages import access_words, happenings, words
from services.cases.pages.forms import CaseForm, CoachingForm, case_form, sent, version_sent, without_row
from services.cases.usecases import cases, dossiers, history, session
from services.cases.usecases.cases import Changes, Move, NewCase
from shared.clock import today
from shared.errors import Failure, NotFound, Unavailable
from shared.http.auth import principal
from shared.http.pagination import page_request_of_page
from shared.http.policy import allow
from shared.http.problems import status_of
from shared.pagination import PageRequest
from shared.web.flashes import flash
from shared.web.forms import Form, parse_form
from shared.web.i18n import gettext as _

routes = Blueprint("case_pages", __name__)
_ON_DOSSIER = 8
Page = Response | str | tuple[str, int]


@routes.app_context_processor
def _words() -> dict[str, object]:
    """Every template of this service speaks by these."""
    names = (
        "case_title", "channel_word", "custody_word", "group_name",
        "language_options", "missing_words", "of_word", "phase_name", "phase_steps", "todo_step",
    )  # fmt: skip
    access = {"access_words": access_words.access_words, "basis_words": access_words.basis_words}
    return {name: getattr(words, name) for name in names} | {"told": happenings.told, "may": may, **access}


@routes.get("/dossiers")
@allow(*roles_that("read"))
def list_cases() -> str:
    who = principal()
    found = dossiers.browse(service.current(), who, _filters(), page_request_of_page())
    form = Form.of(request.args.to_dict())
    return render_template("cases/list.html", page=found.page, found=found, schools=found.schools, form=form, phases=PHASES)


@routes.get("/dossiers/nieuw")
@allow(*roles_that("open"))
def show_new() -> str:
    return _new_page(Form(), at_least=1)


@routes.post("/dossiers/nieuw")
@allow(*roles_that("open"))
def open_case() -> Page:
    if "add_guardian" in request.form:
        form = sent()
        return _new_page(form, at_least=min(len(form.rows("guardians")) + 1, MOST_GUARDIANS))
    if "remove_guardian" in request.form:
        return _new_page(without_row(sent(), "guardians", request.form.get("remove_guardian", -1, type=int)), at_least=1)
    form = parse_form(NewCaseSchema)
    if form.ok:
        try:
            dossier = cases.open_case(service.current(), principal(), cast(NewCase, form.data))
        except Failure as failure:
            form = form.refuse(failure)
        else:
            flash(_("Het dossier is geopend."))
            return redirect(url_for("case_pages.read_case", case_id=dossier.case.id), 303)
    return _new_page(form, at_least=1), 422


@routes.get("/dossiers/<uuid:case_id>")
@allow(*roles_that("read"))
def read_case(case_id: UUID) -> str:
    dossier = dossiers.read_case(service.current(), principal(), case_id, PageRequest(_ON_DOSSIER))
    now = service.current().clock.now()
    coming = [each for each in dossier.appointments if each.upcoming(now)]
    return render_template("cases/dossier.html", dossier=dossier, case=dossier.case, coming=coming)


@routes.get("/dossiers/<uuid:case_id>/wijzigen")
@allow(*roles_that("change"))
def show_change(case_id: UUID) -> str:
    dossier = dossiers.read_case(service.current(), principal(), case_id)
    return _change_page(dossier, case_form(dossier.case))


@routes.post("/dossiers/<uuid:case_id>/wijzigen")
@allow(*roles_that("change"))
def change_case(case_id: UUID) -> Page:
    dossier = dossiers.read_case(service.current(), principal(), case_id)
    form = parse_form(CaseForm if dossier.case.child else CoachingForm)
    if not form.ok:
        return _change_page(dossier, form), 422
    try:
        cases.change_case(service.current(), principal(), case_id, Changes(form.data, version_sent()))
    except Failure as failure:
        return _change_page(dossier, form.refuse(failure)), status_of(failure)
    flash(_("De wijziging is bewaard."))
    return _to_case(case_id)


@routes.post("/dossiers/<uuid:case_id>/oppakken")
@allow(*roles_that("assign"))
def take_up(case_id: UUID) -> Response:
    who = principal()
    try:
        cases.change_case(service.current(), who, case_id, Changes({"assigned_to": who.user_id}, version_sent()))
    except (NotFound, Unavailable):
        raise
    except Failure as failure:
        flash(_(failure.detail), "err")
    else:
        flash(_("U begeleidt dit dossier nu."))
    return _to_case(case_id)


@routes.get("/dossiers/<uuid:case_id>/fase")
@allow(*roles_that("move"))
def show_phase(case_id: UUID) -> str:
    to = request.args.get("naar", "")
    return _phase_page(case_id, Form.of({"to": to}) if to in PHASES else Form())


@routes.post("/dossiers/<uuid:case_id>/fase")
@allow(*roles_that("move"))
def move_case(case_id: UUID) -> Page:
    form = parse_form(PhaseSchema)
    if form.ok:
        try:
            cases.move_case(service.current(), principal(), case_id, Move(**form.data, expected_version=version_sent()))
        except Failure as failure:
            refused = _with_reason_asked(form, failure) if "missing" in failure.extra else form.refuse(failure)
            return _phase_page(case_id, refused), status_of(failure)
        flash(_("De fase is nu: %(phase)s.", phase=words.phase_name(form.data["to"])))
        return _to_case(case_id)
    return _phase_page(case_id, form), 422


@routes.get("/dossiers/<uuid:case_id>/tijdlijn")
@allow(*roles_that("read"))
def read_timeline(case_id: UUID) -> str:
    found = history.read_timeline(service.current(), principal(), case_id, page_request_of_page())
    return render_template("cases/timeline.html", case=found.case, page=found.page, names=found.names)


@routes.get("/dossiers/<uuid:case_id>/inzage")
@allow(*roles_that("read"))
def read_access_log(case_id: UUID) -> str:
    found = history.read_access_log(service.current(), principal(), case_id, page_request_of_page(50))
    return render_template("cases/access_log.html", case=found.case, page=found.page)


def _filters() -> Filters:
    """What the page's form asks for; what makes no sense is left out, as a page has nobody to tell it to."""
    phase, who = request.args.get("phase", ""), principal()
    return Filters(
        school_id=_uuid("school_id"),
        phase=phase if phase in PHASES else None,
        assigned_to=who.user_id if request.args.get("mijn") else None,
        q="".join(each if each.isprintable() else " " for each in request.args.get("q", "")[:80]),
    )


def _uuid(name: str) -> UUID | None:
    try:
        return UUID(request.args.get(name, ""))
    except ValueError:
        return None


def _new_page(form: Form, *, at_least: int) -> str:
    schools = session.own_schools(service.current(), principal())
    rows = form.rows("guardians", at_least)
    day = today(service.current().clock)
    return render_template("cases/new.html", form=form, schools=schools, rows=rows, today=day, most=MOST_GUARDIANS)


def _change_page(dossier: dossiers.Dossier, form: Form) -> str:
    day = today(service.current().clock)
    return render_template("cases/change.html", form=form, case=dossier.case, today=day)


def _phase_page(case_id: UUID, form: Form) -> str:
    case, missing = cases.missing_for(service.current(), principal(), case_id)
    usual = phase_after(case.phase, case.kind) or case.paused_from or next(iter(missing))
    return render_template("cases/phase.html", form=form, case=case, missing=missing, usual=usual)


def _with_reason_asked(form: Form, failure: Failure) -> Form:
    """In the reader's language, and beside the field that helps on."""
    missing: list[str] = failure.extra["missing"]
    text = _("Meestal is er dan al: %(missing)s. Wilt u toch verder? Geef dan een reden.", missing=words.missing_words(missing))
    return Form(form.values, {"reason": [text]})


def _to_case(case_id: UUID) -> Response:
    return redirect(url_for("case_pages.read_case", case_id=case_id), 303)
