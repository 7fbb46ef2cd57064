"""Reports of talks, and what parents are asked: written, put to the parents, and followed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, render_template, url_for
from marshmallow import fields

from services.cases import service
from services.cases.domain.asks import ASKED_BY_HAND
from services.cases.domain.permissions import roles_that
from services.cases.domain.readers import COMPARTMENTS, choices_of
from services.cases.domain.report import Report, Words
from services.cases.pages.forms import Done, Page, take, version_sent
from services.cases.pages.words import message_word
from services.cases.usecases import asking, reports
from services.cases.usecases.asking import NewAsk
from services.cases.usecases.reports import NewReaction
from shared.clock import today
from shared.http.auth import principal
from shared.http.policy import allow
from shared.http.schemas import Choice, Schema, Text
from shared.web.forms import Form, parse_form
from shared.web.i18n import N_
from shared.web.i18n import gettext as _

routes = Blueprint("report_pages", __name__)
_STATUSES = {"draft": N_("concept"), "with_parents": N_("ligt bij de ouders"), "final": N_("klaar")}
_COMPARTMENTS = {
    "shared": N_("Iedereen: de ouders, de school, de ouderfunctionaris en het team"),
    "parents_and_liaison": N_("De ouders en de ouderfunctionaris"),
    "school_and_liaison": N_("De school, de ouderfunctionaris en het team"),
}
_FORMS = ("reaction", "addendum", "ending")


class ReportForm(Schema):
    talk_on = fields.Date(required=True)
    held_by = Text(max=200, required=True)
    text = Text(max=20000, multiline=True, required=True)
    readers = Choice(*COMPARTMENTS, required=True)


class ReactionForm(Schema):
    approves = Choice("true", "false", required=True)
    remarks = Text(max=4000, multiline=True, load_default=None)


class AddendumForm(Schema):
    addendum = Text(max=4000, multiline=True, required=True)


class EndingForm(Schema):
    reason = Text(max=1000, multiline=True, required=True)


class AskForm(Schema):
    what = Choice(*ASKED_BY_HAND, required=True)
    answer_before = fields.Date(load_default=None)


@routes.app_context_processor
def _words() -> dict[str, object]:
    return {
        "asked_word": lambda what: _capital(message_word(what)),
        "ask_options": lambda: [(each, _capital(message_word(each))) for each in ASKED_BY_HAND],
        "report_word": lambda status: _(_STATUSES[status]),
        "report_readers": lambda: [(name, _(_COMPARTMENTS[name])) for name in reversed(choices_of(principal().role))],
    }


@routes.get("/dossiers/<uuid:case_id>/verslagen")
@allow(*roles_that("read"))
def list_reports(case_id: UUID) -> str:
    case, found = reports.reports(service.current(), principal(), case_id)
    return render_template("cases/reports.html", case=case, reports=found)


@routes.get("/dossiers/<uuid:case_id>/verslagen/nieuw")
@allow(*roles_that("report"))
def show_new(case_id: UUID) -> str:
    return _new_page(case_id, Form.of({"talk_on": today(service.current().clock), "held_by": principal().name}))


@routes.post("/dossiers/<uuid:case_id>/verslagen/nieuw")
@allow(*roles_that("report"))
def write(case_id: UUID) -> Page:
    def do(given: dict[str, Any]) -> None:
        reports.write(service.current(), principal(), case_id, _entered(given))

    done = Done(
        _("Het concept is bewaard. Lees het na en leg het dan voor."), url_for("report_pages.list_reports", case_id=case_id)
    )
    return take(parse_form(ReportForm), do, lambda form: _new_page(case_id, form), done)


@routes.get("/verslagen/<uuid:report_id>")
@allow(*roles_that("read"))
def read_report(report_id: UUID) -> str:
    return _report_page(report_id, {})


@routes.get("/verslagen/<uuid:report_id>/wijzigen")
@allow(*roles_that("report"))
def show_rewrite(report_id: UUID) -> str:
    report = reports.read(service.current(), principal(), report_id).report
    known = {name: getattr(report, name) for name in ("talk_on", "held_by", "text")}
    return _rewrite_page(report_id, Form.of(known | {"readers": _compartment(report)}))


@routes.post("/verslagen/<uuid:report_id>/wijzigen")
@allow(*roles_that("report"))
def rewrite(report_id: UUID) -> Page:
    def do(given: dict[str, Any]) -> None:
        reports.rewrite(service.current(), principal(), report_id, _entered(given), version_sent())

    return take(parse_form(ReportForm), do, lambda form: _rewrite_page(report_id, form), _done(report_id))


@routes.post("/verslagen/<uuid:report_id>/voorleggen")
@allow(*roles_that("report"))
def present(report_id: UUID) -> Page:
    def do(_given: dict[str, Any]) -> None:
        reports.present(service.current(), principal(), report_id, version_sent())

    return take(parse_form(Schema), do, lambda form: _report_page(report_id, {"": form}), _done(report_id))


@routes.post("/verslagen/<uuid:report_id>/reactie")
@allow(*roles_that("ask"))
def react(report_id: UUID) -> Page:
    def do(given: dict[str, Any]) -> None:
        new = NewReaction("parents", given["approves"] == "true", given["remarks"])
        reports.react(service.current(), principal(), report_id, new, version_sent())

    return _change(report_id, "reaction", ReactionForm, do)


@routes.post("/verslagen/<uuid:report_id>/klaar")
@allow(*roles_that("report"))
def finish(report_id: UUID) -> Page:
    def do(given: dict[str, Any]) -> None:
        reports.finish(service.current(), principal(), report_id, given["reason"], version_sent())

    return _change(report_id, "ending", EndingForm, do)


@routes.post("/verslagen/<uuid:report_id>/aanvulling")
@allow(*roles_that("report"))
def add(report_id: UUID) -> Page:
    def do(given: dict[str, Any]) -> None:
        reports.add(service.current(), principal(), report_id, given["addendum"], version_sent())

    return _change(report_id, "addendum", AddendumForm, do)


@routes.get("/dossiers/<uuid:case_id>/vragen")
@allow(*roles_that("read"))
def show_asks(case_id: UUID) -> str:
    return _asks_page(case_id, Form())


@routes.post("/dossiers/<uuid:case_id>/vragen")
@allow(*roles_that("ask"))
def ask(case_id: UUID) -> Page:
    def do(given: dict[str, Any]) -> None:
        asking.ask(service.current(), principal(), case_id, NewAsk(given["what"], answer_before=given["answer_before"]))

    done = Done(
        _("De ouders krijgen bericht. Wie vandaag al dezelfde vraag kreeg, krijgt hem niet nog eens."),
        url_for("report_pages.show_asks", case_id=case_id),
    )
    return take(parse_form(AskForm), do, lambda form: _asks_page(case_id, form), done)


def _entered(given: dict[str, Any]) -> Words:
    return Words(given["talk_on"], given["held_by"], given["text"], list(COMPARTMENTS[given["readers"]]))


def _compartment(report: Report) -> str:
    """The choice that these readers came from; of readers that no choice has, the narrowest within them."""
    return next((name for name, readers in COMPARTMENTS.items() if set(readers) == set(report.readers)), "parents_and_liaison")


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _change(report_id: UUID, name: str, schema: type[Schema], do: Callable[[dict[str, Any]], None]) -> Page:
    return take(parse_form(schema), do, lambda form: _report_page(report_id, {name: form}), _done(report_id))


def _done(report_id: UUID) -> Done:
    return Done(_("Het is vastgelegd."), url_for("report_pages.read_report", report_id=report_id))


def _report_page(report_id: UUID, sent: dict[str, Form]) -> str:
    found = reports.read(service.current(), principal(), report_id)
    forms = {name: sent.get(name, Form()) for name in _FORMS}
    return render_template(
        "cases/report.html",
        report=found.report,
        case=found.case,
        forms=forms,
        refused=sent.get("", Form()),
        failed=next(iter(sent), ""),
    )


def _new_page(case_id: UUID, form: Form) -> str:
    case, _found = reports.reports(service.current(), principal(), case_id)
    return render_template("cases/report_write.html", case=case, report=None, form=form)


def _rewrite_page(report_id: UUID, form: Form) -> str:
    found = reports.read(service.current(), principal(), report_id)
    return render_template("cases/report_write.html", case=found.case, report=found.report, form=form)


def _asks_page(case_id: UUID, form: Form) -> str:
    case, found = asking.read_asks(service.current(), principal(), case_id)
    return render_template("cases/asks.html", case=case, asks=found, form=form)
