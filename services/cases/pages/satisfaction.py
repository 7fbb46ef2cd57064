"""How parents, school and child look back: what was said, and a form of a minute for each."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from flask import Blueprint, abort, render_template, url_for
from marshmallow import fields

from services.cases import service
from services.cases.domain.permissions import roles_that
from services.cases.domain.readers import COMPARTMENTS
from services.cases.domain.satisfaction import ANSWERS, QUESTIONS, Answers, compartments
from services.cases.domain.sides import side_of
from services.cases.pages import satisfaction_words
from services.cases.pages.forms import Done, Page, take
from services.cases.usecases import asking, satisfaction
from services.cases.usecases.asking import NewAsk
from services.cases.usecases.satisfaction import NewAnswers
from shared.http.auth import principal
from shared.http.policy import allow
from shared.http.schemas import Choice, Schema, Text
from shared.web.forms import Form, parse_form
from shared.web.i18n import N_
from shared.web.i18n import gettext as _

routes = Blueprint("satisfaction_pages", __name__)
_PATHS = {"ouders": "parents", "school": "school", "kind": "child"}
_TITLES = {
    "parents": N_("Wat een ouder vertelde"),
    "school": N_("Hoe het gaat volgens de school"),
    "child": N_("Hoe het gaat volgens het kind"),
}
_READERS = {
    "parents_and_liaison": N_("Deze ouder en ik"),
    "school_and_liaison": N_("De school, de ouderfunctionaris en het team"),
}


class LookBackForm(Schema):
    """One form for all three; what is asked of whom is the domain's."""

    grade = Choice(*map(str, range(1, 11)), load_default=None)
    enjoys = Choice(*ANSWERS, load_default=None)
    heard = Choice(*ANSWERS, load_default=None)
    clear = Choice(*ANSWERS, load_default=None)
    helped = Choice(*ANSWERS, load_default=None)
    remark = Text(max=2000, multiline=True, load_default=None)
    readers = Choice(*COMPARTMENTS, load_default=None)
    guardian_id = fields.UUID(load_default=None)


def answers_of(of: str, given: dict[str, Any]) -> Answers:
    """As typed, for whom it is of."""
    asked = {name: given[name] for name in QUESTIONS[of]}
    if asked.get("grade"):
        asked["grade"] = int(asked["grade"])
    return Answers(of, **asked)


@routes.app_context_processor
def _words() -> dict[str, Callable[..., object]]:
    return {
        "satisfaction_question": satisfaction_words.question,
        "satisfaction_answer": satisfaction_words.answer,
        "satisfaction_heading": satisfaction_words.heading,
        "satisfaction_options": satisfaction_words.answer_options,
        "satisfaction_grades": lambda: [(str(grade), str(grade)) for grade in range(1, 11)],
        "satisfaction_questions": lambda of: QUESTIONS[of],
    }


@routes.get("/dossiers/<uuid:case_id>/tevredenheid")
@allow(*roles_that("read"))
def show(case_id: UUID) -> str:
    found = satisfaction.read(service.current(), principal(), case_id)
    return render_template("cases/satisfaction.html", case=found.case, said=found.said, to_say=_to_say(found))


@routes.post("/dossiers/<uuid:case_id>/tevredenheid/vragen")
@allow(*roles_that("ask"))
def ask(case_id: UUID) -> Page:
    def do(_given: object) -> None:
        asking.ask(service.current(), principal(), case_id, NewAsk("satisfaction_request"))

    done = Done(_("Elke ouder krijgt een bericht met een link naar de vragen."), _url(case_id))
    return take(parse_form(Schema), do, lambda _form: show(case_id), done)


@routes.get("/dossiers/<uuid:case_id>/tevredenheid/<who>")
@allow(*roles_that("look_back_on_all"))
def show_form(case_id: UUID, who: str) -> str:
    return _form_page(case_id, _of(who), Form())


@routes.post("/dossiers/<uuid:case_id>/tevredenheid/<who>")
@allow(*roles_that("look_back_on_all"))
def say(case_id: UUID, who: str) -> Page:
    of = _of(who)

    def do(given: dict[str, Any]) -> None:
        readers = COMPARTMENTS[given["readers"]] if given["readers"] else None
        satisfaction.say(
            service.current(), principal(), case_id, NewAnswers(answers_of(of, given), readers, given["guardian_id"])
        )

    return take(
        parse_form(LookBackForm), do, lambda form: _form_page(case_id, of, form), Done(_("Het is bewaard."), _url(case_id))
    )


def _of(who: str) -> str:
    """Whose answers this form is for; nobody's else."""
    of = _PATHS.get(who, "")
    if of not in ("child", side_of(principal().role)):
        abort(404)
    return of


def _to_say(found: satisfaction.LookedBack) -> list[tuple[str, str]]:
    """Whom the reader may still write down for this moment: an address and its words."""
    heard = {(each.of, each.moment) for each in found.said}
    own = side_of(principal().role)
    mine = [path for path, of in _PATHS.items() if of in ("child", own) and (of == "parents" or (of, found.moment) not in heard)]
    return [(path, _(_TITLES[_PATHS[path]])) for path in mine if own and (found.case.child or path != "kind")]


def _form_page(case_id: UUID, of: str, form: Form) -> str:
    found = satisfaction.read(service.current(), principal(), case_id)
    words = _READERS | {"shared": N_("Ook de school en het team") if of == "parents" else N_("Ook de ouders")}
    readers = [(name, _(words[name])) for name in compartments(principal().role, of)]
    return render_template(
        "cases/satisfaction_form.html", case=found.case, of=of, form=form, title=_(_TITLES[of]), readers=readers
    )


def _url(case_id: UUID) -> str:
    return url_for("satisfaction_pages.show", case_id=case_id)
