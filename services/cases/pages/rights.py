"""Rechtenoverzicht: who may what, to be looked at once a year."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from services.cases import service
from services.cases.domain.rights import REMARKS
from services.cases.usecases import rights
from services.cases.usecases.rights import Overview
from shared.http.auth import principal
from shared.http.policy import allow
from shared.web.csv_file import csv_file
from shared.web.flashes import flash
from shared.web.i18n import N_, short_day
from shared.web.i18n import gettext as _
from shared.web.words import role_name

routes = Blueprint("rights_pages", __name__)
_REMARKS = {
    "never_used": N_("nooit gebruikt"),
    "unused": N_("lang niet gebruikt"),
    "without_code": N_("zonder code"),
    "ending": N_("loopt af"),
    "without_school": N_("zonder school"),
}
assert set(_REMARKS) == set(REMARKS)


@routes.get("/beheer/rechten")
@allow("administrator")
def show() -> str:
    found, remark = _overview(), request.args.get("let_op", "")
    return render_template(
        "cases/administration/rights.html",
        found=found,
        rights=found.with_remark(remark if remark in REMARKS else ""),
        remark=remark if remark in REMARKS else "",
        remarks=[(each, remark_name(each), found.count(each)) for each in REMARKS],
        remark_name=remark_name,
    )


@routes.get("/beheer/rechten.csv")
@allow("administrator")
def download() -> Response:
    found = _overview()
    columns = (_("Naam"), _("E-mailadres"), _("Rol"), _("School"), _("Vanaf"), _("Tot en met"), _("Laatst ingelogd"))
    rows = [
        (
            right.user.name,
            right.user.email,
            role_name(right.user.role),
            found.school_name(right),
            right.assignment.valid_from if right.assignment else "",
            right.assignment.valid_until if right.assignment else "",
            short_day(right.used.last_login_at) if right.used and right.used.last_login_at else "",
            ", ".join(remark_name(each) for each in right.remarks),
        )
        for right in found.rights
    ]
    return csv_file(f"rechten-{found.today:%Y-%m-%d}.csv", (*columns, _("Let op")), rows)


@routes.post("/beheer/rechten")
@allow("administrator")
def review() -> AnyResponse:
    rights.review(service.current(), principal().scope)
    flash(_("Vastgelegd dat u dit overzicht hebt nagekeken."))
    return redirect(url_for("rights_pages.show"), 303)


def remark_name(remark: str) -> str:
    """What stands out."""
    return _(_REMARKS[remark])


def _overview() -> Overview:
    return rights.overview(service.current(), principal().scope)
