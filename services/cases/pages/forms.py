"""Forms of the pages. They are checked by the API's schemas, except that a form sends all of its fields, or means none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import redirect, request
from marshmallow import fields
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response

from services.cases.api.fields import Group
from services.cases.domain.case import Case, Guardian
from services.cases.usecases.dossiers import Dossier
from shared.errors import Failure, NotFound
from shared.http.problems import status_of
from shared.http.schemas import Schema, Text
from shared.web.flashes import flash
from shared.web.forms import Form

Page = Response | str | tuple[str, int]


@dataclass(frozen=True)
class Done:
    """What to say when it is done, and where to go."""

    said: str
    to: str


def take(form: Form, do: Callable[[Any], object], again: Callable[[Form], str], done: Done) -> Page:
    """Do what the form asks with its data, or give the page back `again` with everything typed and what is wrong."""
    status = 422
    if form.ok:
        try:
            do(form.data)
        except NotFound:
            raise
        except Failure as failure:
            form, status = form.refuse(failure), status_of(failure)
        else:
            flash(done.said)
            return redirect(done.to, 303)
    return again(form), status


class ChildForm(Schema):
    first_name = Text(max=80, required=True)
    last_name = Text(max=120, required=True)
    group = Group(required=True)


class CaseForm(Schema):
    """The whole of what can be changed of a case. A coaching case has no child to change."""

    reason = Text(max=4000, multiline=True, required=True)
    planned_end_on = fields.Date(required=True)
    external_reference = Text(max=80, load_default=None)
    child = fields.Nested(ChildForm, required=True)


class CoachingForm(CaseForm):
    class Meta(CaseForm.Meta):
        exclude = ("child",)


def sent() -> Form:
    """This request's form as typed and not checked: for a button that only wants another row."""
    values: MultiDict[str, str] = MultiDict(request.form)
    values.pop("csrf_token", None)
    return Form(values)


def without_row(form: Form, name: str, number: int) -> Form:
    """The form without one row of a list; the rows after it move up."""
    kept: MultiDict[str, str] = MultiDict()
    for key, value in MultiDict(form.values).items(multi=True):
        parts = key.split("-")
        if parts[0] == name and len(parts) > 2 and parts[1].isdigit():
            row = int(parts[1])
            if row == number:
                continue
            parts[1] = str(row - 1 if row > number else row)
        kept.add("-".join(parts), value)
    return Form(kept)


def version_sent() -> int | None:
    """The version that the reader had before them when they began to type."""
    return request.form.get("version", type=int)


def case_form(case: Case) -> Form:
    values: dict[str, Any] = {"reason": case.reason, "planned_end_on": case.planned_end_on}
    values["external_reference"] = case.external_reference or ""
    return Form.of(values | ({"child": case.child.__dict__} if case.child else {}))


def guardian_form(dossier: Dossier, guardian: Guardian) -> Form:
    address = dossier.addresses.get(guardian.id)
    known = {name: value for name, value in vars(guardian).items() if not name.startswith("_")}
    return Form.of(known | ({"address": address.__dict__} if address else {}))
