"""The table of figures: what the worker counted of each school and school year, for whoever sees figures and no dossiers."""

from __future__ import annotations

import sqlalchemy as sa

from services.cases.persistence.columns import at, metadata, school

figures = sa.Table(
    "figures",
    metadata,
    school(),
    sa.Column("year", sa.Integer, primary_key=True, autoincrement=False, comment="in which the school year began"),
    sa.Column("measure", sa.Text, primary_key=True),
    sa.Column("of", sa.Text, primary_key=True),
    sa.Column("value", sa.BigInteger, nullable=False),
    at("counted_at"),
    sa.ForeignKeyConstraint(["school_id"], ["schools.school_id"]),
)
