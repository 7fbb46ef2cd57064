"""Proef, Talen, Cijfers and Handelingen: what administrators decide, how mail fares, and what people did."""

from __future__ import annotations

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from markupsafe import Markup
from werkzeug.wrappers import Response as AnyResponse

from services.notifications import service
from services.notifications.api.desk_schemas import LanguageSettingSchema
from services.notifications.pages import words
from services.notifications.pages.banner import schools_on_trial
from services.notifications.usecases import decisions, figures, messages
from services.notifications.usecases.figures import Figures
from shared.errors import Conflict, Invalid, NotFound
from shared.http.auth import principal
from shared.http.pagination import page_request_of_page
from shared.http.policy import allow
from shared.web import charts
from shared.web.charts import Scale, Series
from shared.web.flashes import flash
from shared.web.forms import Form, parse_form
from shared.web.i18n import gettext as _
from shared.web.words import status_word

routes = Blueprint("decision_pages", __name__)
ADMINISTRATOR = "administrator"
_DAYS_IN_A_LINE = 31
READERS = ("school_staff", "liaison", "team_member")


@routes.context_processor
def _words() -> dict[str, object]:
    names = ("action_name", "kind_name", "fallback_options", "event_name")
    return {name: getattr(words, name) for name in names} | {"schools_on_trial": schools_on_trial}


@routes.get("/proef")
@allow(ADMINISTRATOR)
def list_trials() -> str:
    return render_template("notifications/trials.html", schools=decisions.list_schools(service.current(), principal()))


@routes.get("/proef/<uuid:school_id>")
@allow(ADMINISTRATOR)
def edit_trial(school_id: UUID) -> str:
    school = _school(school_id)
    typed = "\n".join(school.trial.allowed) if school.trial else ""
    return render_template("notifications/trial.html", school=school, form=Form.of({"allowed": typed}))


@routes.post("/proef/<uuid:school_id>")
@allow(ADMINISTRATOR)
def begin_trial(school_id: UUID) -> AnyResponse | tuple[str, int]:
    try:
        decisions.begin_trial(service.current(), principal(), school_id, request.form.get("allowed", "").splitlines())
    except Invalid as failure:
        form = Form(request.form).refuse(failure)
        return render_template("notifications/trial.html", school=_school(school_id), form=form), 422
    flash(_("De school is op proef. Alleen de adressen op de lijst krijgen berichten."))
    return redirect(url_for("decision_pages.list_trials"), 303)


@routes.post("/proef/<uuid:school_id>/stoppen")
@allow(ADMINISTRATOR)
def end_trial(school_id: UUID) -> AnyResponse:
    decisions.end_trial(service.current(), principal(), school_id)
    flash(_("De proef is voorbij. Berichten gaan weer naar de ouders."))
    return redirect(url_for("decision_pages.list_trials"), 303)


@routes.get("/talen")
@allow(ADMINISTRATOR)
def list_languages() -> str:
    return _languages()


@routes.post("/talen/<tag>")
@allow(ADMINISTRATOR)
def set_language(tag: str) -> AnyResponse | tuple[str, int]:
    form = parse_form(LanguageSettingSchema)
    if not form.ok:
        return _languages(_("Kies hoe deze taal wordt gebruikt.")), 422
    chosen = form.data
    try:
        decisions.set_language(service.current(), principal(), tag, chosen["fallback"], is_read=chosen["read_by_native"])
    except Conflict as failure:
        return _languages(_(failure.detail)), 409
    flash(_("Bewaard."))
    return redirect(url_for("decision_pages.list_languages"), 303)


@routes.get("/handelingen")
@allow("liaison", "team_member", ADMINISTRATOR)
def list_audit() -> str:
    page = decisions.list_audit(service.current(), principal(), page_request_of_page())
    return render_template("notifications/audit.html", page=page)


@routes.get("/cijfers")
@allow(*READERS)
def read_figures() -> str:
    who, form = principal(), Form.of(request.args.to_dict())
    days = int(form.value("days")) if form.value("days") in map(str, figures.PERIODS) else figures.PERIODS[0]
    found = figures.read_figures(service.current(), who, days, _uuid(form.value("school_id")))
    schools = messages.schools(service.current(), who)
    return render_template(
        "notifications/figures.html", found=found, days=days, schools=schools, form=form, periods=_periods(), drawn=_drawn(found)
    )


def _languages(wrong: str = "") -> str:
    views = decisions.list_languages(service.current(), principal())
    return render_template("notifications/languages.html", views=views, wrong=wrong)


def _periods() -> list[tuple[int, str]]:
    return [(days, _("%(count)s dagen", count=days)) for days in figures.PERIODS]


def _drawn(found: Figures) -> dict[str, Markup]:
    """The charts; the page has the same numbers as tables."""
    # By the day as long as a line can show it, then by the week.
    step = 1 if len(found.days) <= _DAYS_IN_A_LINE else 7
    parts = [found.days[first : first + step] for first in range(0, len(found.days), step)]
    every = max(1, len(parts) // 7)
    names = [f"{part[0].day.day}-{part[0].day.month}" if number % every == 0 else "" for number, part in enumerate(parts)]
    asked, sent = ([sum(getattr(each, name) for each in part) for part in parts] for name in ("total", "sent"))
    most = max([*asked, 4])
    series = [Series(_("alle"), asked, "parents"), Series(_("weg"), sent, "school")]
    scale = Scale(0, most, [(0, "0"), (most // 2, str(most // 2)), (most, str(most))])
    return {
        "days": charts.lines(_("Berichten per dag") if step == 1 else _("Berichten per week"), names, series, scale, (560, 190)),
        "statuses": _bars(_("Stand"), [(status_word(name).text, count) for name, count in found.statuses.items()]),
    }


def _bars(title: str, rows: list[tuple[str, int]]) -> Markup:
    return charts.bars(title, [(name, count, str(count), "1") for name, count in rows])


def _school(school_id: UUID) -> decisions.SchoolView:
    for each in decisions.list_schools(service.current(), principal()):
        if each.school_id == school_id:
            return each
    raise NotFound


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
