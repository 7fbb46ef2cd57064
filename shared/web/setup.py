"""Everything that is web, installed into one service's application."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Flask, Response, abort, current_app, request
from jinja2 import ChoiceLoader, PackageLoader, StrictUndefined
from markupsafe import Markup
from werkzeug.local import LocalProxy

from shared.http.auth import csrf_token, principal_or_none, safe_target
from shared.http.policy import public
from shared.web import flashes, i18n, words
from shared.web.assets import assets, hashed, icons
from shared.web.forms import input_type, query_with
from shared.web.navigation import navigation
from shared.web.phone_numbers import phone, phone_digits

_YEAR = 31536000


def init_web(app: Flask, service: str) -> None:
    """Install templates, filters, globals, flashes and static files."""
    app.jinja_options = {**app.jinja_options, "undefined": StrictUndefined}
    app.jinja_env.loader = ChoiceLoader(_loaders(service))
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(i18n.gettext, i18n.ngettext, newstyle=False)  # type: ignore[attr-defined]  # added by the extension
    app.jinja_env.filters.update(_filters())
    app.jinja_env.globals.update(_globals(service))
    flashes.install(app)
    app.register_blueprint(_routes(), url_prefix=f"/{service}")


def _loaders(service: str) -> list[PackageLoader]:
    shared = PackageLoader("shared.web", "templates")
    try:
        return [PackageLoader(f"services.{service}.pages", "templates"), shared]
    except (ValueError, ModuleNotFoundError):
        return [shared]  # a service without pages of its own


def _filters() -> dict[str, Any]:
    return {
        "day": i18n.day,
        "day_month": i18n.day_month,
        "short_day": i18n.short_day,
        "short_day_month": i18n.short_day_month,
        "weekday": i18n.weekday,
        "day_name": i18n.day_name,
        "month_name": i18n.month_name,
        "time": i18n.time_of_day,
        "date_time": i18n.date_time,
        "until": i18n.until,
        "iso": i18n.iso,
        "local_day": i18n.local_day,
        "local": i18n.local,
        "duration": i18n.duration,
        "language_name": i18n.language_name,
        "own_language_name": i18n.own_language_name,
        "phone": phone,
        "phone_digits": phone_digits,
        "slug": slug,
    }


def _globals(service: str) -> dict[str, Any]:
    return {
        "_": i18n.gettext,
        "appointment_icon": words.appointment_icon,
        "appointment_kind": words.appointment_kind,
        "asset_url": lambda name: f"/{service}/static/{hashed(name)}",
        "csrf_token": csrf_token,
        "demo": LocalProxy(lambda: bool(current_app.config.get("DEMO"))),
        "direction": i18n.direction,
        "error_advice": words.error_advice,
        "flashes": flashes.flashes,
        "icon_svg": _icons(service),
        "input_type": input_type,
        "language_link": lambda tag: f"/{service}/taal/{tag}?{_here()}",
        "locale": i18n.language,
        "navigation": navigation,
        "place_name": words.place_name,
        "principal": LocalProxy(principal_or_none),
        "query_with": query_with,
        "reader_name": words.reader_name,
        "role_name": words.role_name,
        "staff_languages": i18n.STAFF_LANGUAGES,
        "status_word": words.status_word,
    }


def slug(text: str) -> str:
    """An id for an element, made of a title: `wat-verwachten-we`."""
    plain = unicodedata.normalize("NFKD", str(text)).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "deel"


def _icons(service: str) -> Callable[[str, str], Markup]:
    """Icons of the sprite under this service's address. Raises KeyError for one that is not there: a first test finds it."""

    @lru_cache(maxsize=512)  # a label may hold a name
    def icon_svg(name: str, label: str = "") -> Markup:
        if name not in icons():
            raise KeyError(f"no icon {name!r}")
        named = Markup('role="img" aria-label="{}"').format(label) if label else Markup('aria-hidden="true"')
        drawing = Markup('<svg class="icon icon--{0}" viewBox="0 0 24 24" {1} focusable="false"><use href="{2}#{0}"/></svg>')
        return drawing.format(name, named, f"/{service}/static/{hashed('icons/sprite.svg')}")

    return icon_svg


def _here() -> str:
    return urlencode({"naar": request.full_path.rstrip("?")}) if request.method == "GET" else ""


def _routes() -> Blueprint:
    routes = Blueprint("web", __name__)

    @routes.get("/static/<path:name>")
    @public("stylesheets, fonts and icons are the same for everybody")
    def static(name: str) -> Response:
        asset = assets().get(name)
        if asset is None:
            abort(404)
        zipped = asset.compressed is not None and request.accept_encodings.quality("gzip") > 0
        response = Response(asset.compressed if zipped else asset.body, content_type=asset.content_type)
        if zipped:
            response.headers["Content-Encoding"] = "gzip"
        response.headers["Vary"] = "Accept-Encoding"
        response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
        response.set_etag(name + ("-gzip" if zipped else ""))
        response.make_conditional(request)
        return response

    @routes.get("/taal/<code>")
    @public("choosing a language needs no account")
    def choose_language(code: str) -> Response:
        if code not in i18n.STAFF_LANGUAGES:
            abort(404)
        response = Response(status=303, headers={"Location": safe_target(request.args.get("naar")) or "/cases/"})
        response.set_cookie(i18n.LANGUAGE_COOKIE, code, max_age=_YEAR, samesite="Lax", httponly=True, secure=request.is_secure)
        return response

    return routes
