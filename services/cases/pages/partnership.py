"""What the two sides expect of each other and agree: both beside each other, and each speaking for itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from markupsafe import Markup
from marshmallow import fields, validate
from werkzeug.wrappers import Response

from services.cases import service
from services.cases.api.partnership_schemas import MOST_EXPECTATIONS, NewExpectationSchema
from services.cases.domain.agreement import WHO, Words
from services.cases.domain.expectation import ANSWERS, DIRECTIONS, Expectation
from services.cases.domain.permissions import roles_that
from services.cases.domain.readers import for_both_sides
from services.cases.domain.sides import SIDES, formulates_for, side_of
from services.cases.pages.forms import Done, Page, take, version_sent
from services.cases.pages.words import answer_word, doer_word
from services.cases.usecases import agreements, dossiers, expectations
from services.cases.usecases.agreements import NewAgreement, NewLookBack, Stance
from services.cases.usecases.expectations import NewEvaluation, NewExpectation
from shared.clock import today
from shared.errors import Failure, Message, NotFound
from shared.http.auth import principal
from shared.http.policy import allow
from shared.http.problems import status_of
from shared.http.schemas import Choice, Schema, Text
from shared.web import charts
from shared.web.flashes import flash
from shared.web.forms import Form, parse_form
from shared.web.i18n import N_, short_day_month
from shared.web.i18n import gettext as _

routes = Blueprint("partnership_pages", __name__)
_HEIGHTS = {"no": 0.0, "partly": 1.0, "yes": 2.0}
_FORMS = ("stance", "look_back", "revision", "ending")


class AgreementForm(Schema):
    what = Text(max=2000, multiline=True, required=True)
    who = Choice(*WHO, required=True)
    review_on = fields.Date(required=True)
    expectation_ids = fields.List(
        fields.UUID(),
        load_default=list,
        validate=validate.Length(max=MOST_EXPECTATIONS, error=Message("Kies hoogstens {max} verwachtingen.")),
    )
    goal_id = fields.UUID(load_default=None, allow_none=True)


class StanceForm(Schema):
    endorses = Choice("true", "false", required=True)
    note = Text(max=2000, multiline=True, load_default=None)


class LookBackForm(Schema):
    kept = Choice(*ANSWERS, required=True)
    look_back_note = Text(max=2000, multiline=True, load_default=None)


class RevisionForm(Schema):
    what = Text(max=2000, multiline=True, required=True)
    review_on = fields.Date(required=True)
    revision_reason = Text(max=1000, multiline=True, required=True)


class EndingForm(Schema):
    reason = Text(max=1000, multiline=True, required=True)


@routes.app_context_processor
def _words() -> dict[str, object]:
    return {
        "answer_word": answer_word,
        "doer_word": doer_word,
        "doer_options": lambda: [(who, doer_word(who)) for who in WHO],
        "formulates_for": formulates_for,
        "rounds_chart": rounds_chart,
        "rounds_rows": rounds_rows,
    }


@routes.get("/dossiers/<uuid:case_id>/verwachtingen")
@allow(*roles_that("formulate"))
def show_expectation(case_id: UUID) -> str:
    return _expectation_page(case_id, Form(), request.args.get("van", ""))


@routes.post("/dossiers/<uuid:case_id>/verwachtingen")
@allow(*roles_that("formulate"))
def add_expectation(case_id: UUID) -> Page:
    form = parse_form(NewExpectationSchema)
    if form.ok:
        new: NewExpectation = form.data  # type: ignore[assignment]  # made by the schema
        expectations.expect(service.current(), principal(), case_id, new)
        flash(_("De verwachting staat in het dossier."))
        return _to_case(case_id, "verwachtingen")
    return _expectation_page(case_id, form, DIRECTIONS.get(form.value("direction"), "")), 422


@routes.get("/dossiers/<uuid:case_id>/terugkijken")
@allow(*roles_that("evaluate"))
def show_look_back(case_id: UUID) -> str:
    return _look_back_page(case_id, Form())


@routes.post("/dossiers/<uuid:case_id>/terugkijken")
@allow(*roles_that("evaluate"))
def look_back_together(case_id: UUID) -> Page:
    """One sitting: what was answered is kept all at once, what was passed over is not."""
    known = expectations.expectations(service.current(), principal(), case_id)
    form = parse_form(_sitting(known))
    if not form.ok:
        return _look_back_page(case_id, form), 422
    by = side_of(principal().role) or ""
    given = {
        each.id: NewEvaluation(by, form.data[f"{each.id}-met"], form.data[f"{each.id}-note"])
        for each in known
        if form.data[f"{each.id}-met"]
    }
    if not given:
        return _look_back_page(case_id, form.refuse(Failure(_("Kies bij minstens één verwachting hoe u het ziet.")))), 422
    expectations.evaluate_all(service.current(), principal(), given)
    flash(_("Het is vastgelegd. De andere kant ziet het ook."))
    return _to_case(case_id, "verwachtingen")


@routes.get("/dossiers/<uuid:case_id>/afspraken")
@allow(*roles_that("agree"))
def show_new_agreement(case_id: UUID) -> str:
    return _new_agreement_page(case_id, Form())


@routes.post("/dossiers/<uuid:case_id>/afspraken")
@allow(*roles_that("agree"))
def propose(case_id: UUID) -> Page:
    form = parse_form(AgreementForm)
    if form.ok:
        given: dict[str, Any] = form.data
        new = NewAgreement(Words(given["what"], given["review_on"]), given["who"], given["expectation_ids"], given["goal_id"])
        try:
            made = agreements.propose(service.current(), principal(), case_id, new)
        except NotFound:
            raise
        except Failure as failure:
            return _new_agreement_page(case_id, form.refuse(failure)), status_of(failure)
        flash(_("Het voorstel staat in het dossier. Nu zeggen beide kanten of zij erachter staan."))
        return _to_agreement(made.id)
    return _new_agreement_page(case_id, form), 422


@routes.get("/afspraken/<uuid:agreement_id>")
@allow(*roles_that("read"))
def read_agreement(agreement_id: UUID) -> str:
    return _agreement_page(agreement_id, {}, "")


@routes.post("/afspraken/<uuid:agreement_id>/instemmen")
@allow(*roles_that("agree"))
def endorse(agreement_id: UUID) -> Page:
    def do(given: dict[str, Any]) -> None:
        stance = Stance(side_of(principal().role) or "", given["endorses"] == "true", given["note"])
        agreements.endorse(service.current(), principal(), agreement_id, stance, version_sent())

    return _change(agreement_id, "stance", parse_form(StanceForm), do)


@routes.post("/afspraken/<uuid:agreement_id>/terugkijken")
@allow(*roles_that("evaluate"))
def look_back(agreement_id: UUID) -> Page:
    def do(given: dict[str, Any]) -> None:
        new = NewLookBack(side_of(principal().role) or "", given["kept"], given["look_back_note"])
        agreements.look_back(service.current(), principal(), agreement_id, new, version_sent())

    return _change(agreement_id, "look_back", parse_form(LookBackForm), do)


@routes.post("/afspraken/<uuid:agreement_id>/bijstellen")
@allow(*roles_that("agree"))
def revise(agreement_id: UUID) -> Page:
    def do(given: dict[str, Any]) -> None:
        words = Words(given["what"], given["review_on"], given["revision_reason"])
        agreements.revise(service.current(), principal(), agreement_id, words, version_sent())

    return _change(agreement_id, "revision", parse_form(RevisionForm), do)


@routes.post("/afspraken/<uuid:agreement_id>/beeindigen")
@allow(*roles_that("agree"))
def end(agreement_id: UUID) -> Page:
    def do(given: dict[str, Any]) -> None:
        agreements.end(service.current(), principal(), agreement_id, given["reason"], version_sent())

    return _change(agreement_id, "ending", parse_form(EndingForm), do)


def rounds_chart(expectation: Expectation) -> Markup:
    """How both sides saw it, round after round."""
    columns = [_("ronde %(number)s", number=number + 1) for number in range(expectation.rounds)]
    series = [charts.Series(_side(side), _heights(expectation, side), side) for side in SIDES]
    scale = charts.Scale(0, 2, [(_HEIGHTS[word], answer_word(word)) for word in ANSWERS])
    return charts.lines(_("Wat beide kanten zeiden, per ronde"), columns, series, scale)


def rounds_rows(expectation: Expectation) -> list[list[str]]:
    """The same as a table."""
    found = []
    for number in range(expectation.rounds):
        said = [_of_round(expectation, side, number) for side in SIDES]
        found.append(
            [str(number + 1), *(f"{answer_word(each.met)}, {short_day_month(each.written_at)}" if each else "" for each in said)]
        )
    return found


def _heights(expectation: Expectation, side: str) -> list[float | None]:
    found = (_of_round(expectation, side, number) for number in range(expectation.rounds))
    return [_HEIGHTS[each.met] if each else None for each in found]


def _of_round(expectation: Expectation, side: str, number: int) -> Any:
    return expectation.in_round(side, number + 1)


def _side(side: str) -> str:
    return _({"parents": N_("Ouders"), "school": N_("School")}[side])


def _sitting(known: list[Expectation]) -> type[Schema]:
    """A form with two fields for every expectation."""
    parts: dict[str, Any] = {}
    for each in known:
        parts[f"{each.id}-met"] = Choice(*ANSWERS, load_default=None)
        parts[f"{each.id}-note"] = Text(max=2000, multiline=True, load_default=None)
    return Schema.from_dict(parts, name="Sitting")  # type: ignore[return-value]  # a class made at run time


def _change(agreement_id: UUID, name: str, form: Form, do: Callable[[dict[str, Any]], None]) -> Page:
    """Do it, or give the page back with everything typed still in its form."""
    done = Done(_("Het is vastgelegd."), url_for("partnership_pages.read_agreement", agreement_id=agreement_id))
    return take(form, do, lambda form: _agreement_page(agreement_id, {name: form}, name), done)


def _agreement_page(agreement_id: UUID, sent: dict[str, Form], failed: str) -> str:
    found = agreements.read_with_expectations(service.current(), principal(), agreement_id)
    forms: dict[str, Form] = {name: sent.get(name, Form()) for name in _FORMS}
    return render_template(
        "cases/agreement.html",
        agreement=found.agreement,
        case=found.case,
        about=found.expectations,
        goal=found.goal,
        forms=forms,
        failed=failed,
        side=side_of(principal().role),
        today=today(service.current().clock),
    )


def _expectation_page(case_id: UUID, form: Form, side: str) -> str:
    own = formulates_for(principal().role)
    side = side if side in own else own[0]
    dossier = dossiers.read_case(service.current(), principal(), case_id)
    known = [each for each in dossier.expectations if each.held_by == side]
    direction = next(key for key, held_by in DIRECTIONS.items() if held_by == side)
    return render_template("cases/expectation.html", case=dossier.case, form=form, side=side, held=direction, known=known)


def _look_back_page(case_id: UUID, form: Form) -> str:
    dossier = dossiers.read_case(service.current(), principal(), case_id)
    side = side_of(principal().role)
    return render_template("cases/look_back.html", case=dossier.case, form=form, side=side, expectations=dossier.expectations)


def _new_agreement_page(case_id: UUID, form: Form) -> str:
    dossier = dossiers.read_case(service.current(), principal(), case_id)
    return render_template(
        "cases/agreement_new.html",
        case=dossier.case,
        form=form,
        expectations=dossier.expectations,
        goals=[(str(each.id), each.text) for each in dossier.of_kind("goal") if for_both_sides(each.readers)],
        today=today(service.current().clock),
    )


def _to_agreement(agreement_id: UUID) -> Response:
    return redirect(url_for("partnership_pages.read_agreement", agreement_id=agreement_id), 303)


def _to_case(case_id: UUID, anchor: str) -> Response:
    return redirect(url_for("case_pages.read_case", case_id=case_id, _anchor=anchor), 303)
