"""Alembic's entry point for this service."""

from services.cases.persistence.tables import metadata
from shared.migrations import run_env

run_env(metadata)
