"""Alembic's entry point for this service."""

from services.cases.persistence import agreement_tables, tables
from shared.migrations import run_env

# The same metadata holds both: importing the second module has added its tables.
assert agreement_tables.agreements.metadata is tables.cases.metadata
run_env(tables.cases.metadata)
