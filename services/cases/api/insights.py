"""Figures over HTTP: of one's own dossiers, and of an alliance without small groups, also as CSV."""

from __future__ import annotations

from typing import Any

from flask import Response, request
from flask_smorest import Blueprint
from marshmallow import fields

from services.cases import service
from services.cases.api.csv_file import as_csv
from services.cases.domain.figures import Year
from services.cases.domain.permissions import roles_that
from services.cases.usecases import insights
from services.cases.usecases.insights import COLUMNS, AllianceInsight, Insight
from shared.http.auth import principal
from shared.http.policy import allow
from shared.http.schemas import Instant, Schema

routes = Blueprint("insights", __name__)
_TYPES = ("application/json", "text/csv")


class YearArgs(Schema):
    year = fields.Integer(load_default=None, metadata={"description": "In which the school year begins, on 1 August."})


class SchoolYearArgs(YearArgs):
    school_id = fields.UUID(load_default=None)


class CountSchema(Schema):
    measure = fields.String(required=True)
    of = fields.String(required=True)
    value = fields.Integer(required=True)


class InsightSchema(Schema):
    """Counts of the caller's own dossiers."""

    year = fields.Integer(required=True)
    counted_at = Instant(required=True)
    figures = fields.List(fields.Nested(CountSchema), required=True)


class FigureLineSchema(Schema):
    level = fields.String(required=True, metadata={"description": "all, team or school"})
    name = fields.String(required=True)
    cells = fields.List(
        fields.Integer(allow_none=True),
        required=True,
        metadata={"description": "Null: a small group, or one that would tell it."},
    )


class FigureTableSchema(Schema):
    measure = fields.String(required=True)
    columns = fields.List(fields.String(), required=True, metadata={"description": "The last, total, is their sum."})
    lines = fields.List(fields.Nested(FigureLineSchema), required=True)


class AllianceFiguresSchema(Schema):
    """Counts per team and per school; nothing about fewer than five, also not by subtraction."""

    year = fields.Integer(required=True)
    counted_at = Instant(required=True, allow_none=True)
    tables = fields.List(fields.Nested(FigureTableSchema), required=True)


@routes.route("/insights/school", methods=["GET"])
@allow(*roles_that("read"))
@routes.arguments(SchoolYearArgs, location="query")
@routes.response(200, InsightSchema)
def of_schools(args: dict[str, Any]) -> dict[str, Any]:
    """The dossiers of the caller's schools, or of one."""
    return _told(insights.of_schools(service.current(), principal(), _year(args), args["school_id"]))


@routes.route("/insights/caseload", methods=["GET"])
@allow("liaison")
@routes.arguments(YearArgs, location="query")
@routes.response(200, InsightSchema)
def of_caseload(args: dict[str, Any]) -> dict[str, Any]:
    """The dossiers that the caller accompanies."""
    return _told(insights.of_caseload(service.current(), principal(), _year(args)))


@routes.route("/insights/alliance", methods=["GET"])
@allow("coordinator")
@routes.arguments(YearArgs, location="query")
@routes.response(200, AllianceFiguresSchema)
def of_alliance(args: dict[str, Any]) -> Any:
    """Per team and per school, as they were last counted. `Accept: text/csv` gives a file."""
    found = insights.of_alliance(service.current(), principal(), _year(args))
    if request.accept_mimetypes.best_match(_TYPES, default=_TYPES[0]) == "text/csv":
        return csv_of(found)
    tables = [{"measure": name, "columns": columns_of(name), "lines": lines} for name, lines in found.tables.items()]
    return {"year": found.year.number, "counted_at": found.counted_at, "tables": tables}


def columns_of(measure: str) -> list[str]:
    """Of a table: what it counts, and the sum."""
    return [*COLUMNS[measure], "total"]


def csv_of(found: AllianceInsight) -> Response:
    """One line a figure; what is not shown is left empty."""
    rows = [
        [name, line.level, line.name, column, "" if cell is None else cell]
        for name, lines in found.tables.items()
        for line in lines
        for column, cell in zip(columns_of(name), line.cells, strict=True)
    ]
    return as_csv(["measure", "level", "name", "of", "value"], rows, f"cijfers-{found.year.number}.csv")


def _year(args: dict[str, Any]) -> Year | None:
    return Year(args["year"]) if args["year"] is not None else None


def _told(found: Insight) -> dict[str, Any]:
    figures = [{"measure": measure, "of": of, "value": value} for (measure, of), value in sorted(found.figures.values.items())]
    return {"year": found.year.number, "counted_at": found.counted_at, "figures": figures}
