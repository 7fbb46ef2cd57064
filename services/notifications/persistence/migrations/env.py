"""Alembic's entry point for this service."""

from services.notifications.persistence.desk_tables import audit
from shared.migrations import run_env

run_env(audit.metadata)
