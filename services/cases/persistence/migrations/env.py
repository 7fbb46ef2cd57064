"""Alembic's entry point for this service."""

from services.cases.persistence import agreement_tables, effort_tables, tables
from services.cases.persistence.columns import metadata
from shared.migrations import run_env

# Importing a module adds its tables to the one metadata that there is.
assert {tables.cases.metadata, agreement_tables.agreements.metadata, effort_tables.coaching.metadata} == {metadata}
run_env(metadata)
