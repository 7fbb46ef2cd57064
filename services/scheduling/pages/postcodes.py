"""The table of where postcodes are, that an administrator brings for the whole alliance."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, render_template, request

from services.scheduling import service
from services.scheduling.adapters import postcode_file
from services.scheduling.usecases import postcodes
from services.scheduling.usecases.postcodes import ImportedPostcodes
from shared.errors import Invalid
from shared.http.app import takes_up_to
from shared.http.auth import principal
from shared.http.policy import allow
from shared.web.forms import Form

routes = Blueprint("postcodes", __name__, url_prefix="/postcodes")


@routes.get("")
@allow("administrator")
def show() -> str:
    return _page(Form())


@routes.post("")
@allow("administrator")
@takes_up_to(postcode_file.MAX_BYTES)
def replace_all() -> Any:
    """Replace the table; the answer says what was left out, line by line."""
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise Invalid({"file": ["Kies een bestand."]})
        with sent.stream as file:
            content = file.read()
        done = postcodes.replace_all(service.current(), principal(), content)
    except Invalid as failure:
        return _page(Form().refuse(failure)), 422
    return _page(Form(), done)


def _page(form: Form, imported: ImportedPostcodes | None = None) -> str:
    count = postcodes.count(service.current(), principal())
    return render_template("scheduling/postcodes.html", form=form, imported=imported, count=count)
