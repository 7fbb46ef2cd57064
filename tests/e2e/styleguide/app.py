"""A small application with the web face and nothing else: no database, no service."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

from flask import Flask, Response, g, render_template, request
from jinja2 import ChoiceLoader, FileSystemLoader

from shared.http.app import CONTENT_SECURITY_POLICY
from shared.http.problems import DETAILS, TITLES
from shared.ids import new_id
from shared.tenancy import Principal
from shared.web.assets import icons
from shared.web.docs_page import describe
from shared.web.flashes import Flash
from shared.web.forms import Form
from shared.web.i18n import gettext, speak
from shared.web.setup import init_web
from shared.web.week import Item, Week, colours_of, week_of
from tests.e2e.styleguide.openapi import DOCUMENT

MONDAY = date(2026, 11, 23)
SCHOOLS = ["De Akker", "De Regenboog", "Het Kompas", "De Wissel"]
# As a service's own page would say it; these words are not in the catalogs.
REPLY = {
    "nl": {
        "title": "Past deze afspraak u?",
        "place": "Bij u thuis",
        "accept": "Ja, ik kom",
        "another": "Een andere tijd kiezen",
        "decline": "Nee, ik kan niet",
        "how": "Hoe gaat het?",
        "note": "Wilt u iets erbij zeggen? Dat mag ook in uw eigen taal.",
        "kept": "Uw antwoord is bewaard.",
    },
    "ar": {
        "title": "هل يناسبكم هذا الموعد؟",
        "place": "عندكم في البيت",
        "accept": "نعم، سأحضر",
        "another": "اختيار وقت آخر",
        "decline": "لا، لا أستطيع",
        "how": "كيف تسير الأمور؟",
        "note": "هل تريدون إضافة شيء؟ يمكنكم الكتابة بلغتكم.",
        "kept": "حُفظ جوابكم.",
    },
}
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def create_app() -> Flask:
    app = Flask("styleguide", static_folder=None)
    app.config.update(SECRET_KEY="styleguide", DEMO=False, TEMPLATES_AUTO_RELOAD=True)
    app.before_request(_log_in)
    init_web(app, "cases")
    assert app.jinja_env.loader is not None
    own = FileSystemLoader(Path(__file__).parent / "templates")
    app.jinja_env.loader = ChoiceLoader([own, app.jinja_env.loader])
    app.after_request(_guard)
    _pages(app)
    return app


def _log_in() -> None:
    if "uit" in request.args or request.path == "/ouder":
        g.principal = None
        return
    schools = frozenset([new_id()])
    expires = datetime.now(UTC) + timedelta(seconds=int(request.args.get("nog", 3600)))
    g.principal = Principal(UUID(int=1), "Samira Bouzid", "liaison", schools, UUID(int=2), NOW, expires)


def _guard(response: Response) -> Response:
    response.headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY
    return response


def _pages(app: Flask) -> None:
    @app.get("/")
    def everything() -> str:
        return render_template("styleguide.html", **_shown(), icons=sorted(icons()))

    @app.route("/formulier", methods=["GET", "POST"])
    def form() -> str:
        sent = Form(request.form) if request.method == "POST" else Form()
        return render_template("form.html", form=_with_errors() if "fout" in request.args else sent)

    @app.get("/dossier")
    def dossier() -> str:
        return render_template("dossier.html", **_shown())

    @app.get("/werk")
    def work() -> str:
        flashes = [Flash("De uitnodiging is verstuurd.")] if "flash" in request.args else []
        return render_template("work.html", flashes=lambda: flashes)

    @app.get("/scheduling/agenda")
    def agenda() -> str:
        return render_template("agenda.html", week=_week(), colours=colours_of(SCHOOLS).items())

    @app.get("/ouder")
    def parent() -> str:
        tag = request.args.get("lang", "nl")
        speak(tag)
        links = [(each, f"/ouder?lang={each}") for each in ("nl", "tr", "ar", "pl", "en")]
        return render_template("reply.html", language_links=links, texts=REPLY.get(tag, REPLY["nl"]), **_shown())

    @app.get("/docs")
    def docs() -> str:
        return render_template("api_docs.html", title="Dossiers", document=describe(DOCUMENT))

    @app.get("/fout/<int:status>")
    def error(status: int) -> str:
        detail = gettext(DETAILS.get(status, "Dit lukt niet."))
        return render_template("error.html", status=status, title=gettext(TITLES[status]), detail=detail, errors={})


def _shown() -> dict[str, Any]:
    return {
        "starts_at": datetime(2026, 11, 24, 12, 0, tzinfo=UTC),
        "ends_at": datetime(2026, 11, 24, 13, 0, tzinfo=UTC),
        "form": Form(),
        "wrong": _with_errors(),
        "week": _week(),
        "colours": colours_of(SCHOOLS).items(),
    }


def _with_errors() -> Form:
    values = {
        "first_name": "Aylin",
        "born": "31 februari",
        "starts_at-date": "2026-11-24",
        "starts_at-time": "25 uur",
        "language": "tr",
    }
    errors = {
        "last_name": ["Vul dit in."],
        "born": ["Vul een datum in, bijvoorbeeld 24-11-2026."],
        "starts_at-time": ["Vul een tijd in, bijvoorbeeld 13:00."],
        "custody": ["Kies wat er klopt."],
        "text": ["Vul dit in."],
    }
    return Form(values, errors)


def _week() -> Week:
    colours = colours_of(SCHOOLS)

    def item(day: int, start: str, end: str, title: str, school: str = "", **more: Any) -> Item:
        def at(clock: str) -> datetime:
            return datetime.fromisoformat(f"2026-11-{23 + day}T{clock}:00+01:00")

        detail = more.pop("detail", school)
        href = "" if more.get("travel") else "/afspraak"
        return Item(at(start), at(end), title, detail, href, colours.get(school, 0), **more)

    items = [
        item(0, "09:00", "10:30", "Huisbezoek Yılmaz", "De Akker", detail="De Akker · tolk Turks"),
        item(0, "10:30", "10:55", "Reistijd 25 min", travel=True),
        item(0, "11:00", "12:00", "OAT-overleg", "De Regenboog", detail="De Regenboog · lokaal IB"),
        item(0, "14:00", "15:00", "Gesprek op school, Kowalska", "De Regenboog", waiting=True),
        item(1, "08:30", "09:30", "Coaching team groep 4", "Het Kompas"),
        item(1, "13:00", "14:00", "Gesprek op school, Yılmaz", "De Akker", waiting=True),
        item(1, "13:30", "14:30", "Evaluatie Haddad", "De Akker", detail="De Akker · online"),
        item(2, "09:00", "10:00", "Huisbezoek Nowak", "Het Kompas"),
        item(3, "09:30", "10:30", "Kennismaking De Jong", "De Wissel"),
        item(3, "11:00", "12:30", "Huisbezoek El Amrani", "De Wissel", detail="De Wissel · tolk Arabisch"),
        item(3, "15:00", "16:00", "Evaluatie Demir", "De Regenboog", cancelled=True),
        item(4, "09:00", "11:00", "Verslagen bijwerken", detail="Kantoor"),
    ]
    return week_of(MONDAY, items, date(2026, 11, 24), notes={})


if __name__ == "__main__":
    create_app().run(port=8765)
