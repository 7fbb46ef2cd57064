"""Alembic's entry point for this service."""

from services.cases.persistence import (
    administration_tables,
    agreement_tables,
    charge_tables,
    circle_tables,
    consent_tables,
    effort_tables,
    erasure_tables,
    figure_tables,
    life_tables,
    parent_tables,
    satisfaction_tables,
    search_tables,
    tables,
    watch_tables,
)
from services.cases.persistence.columns import metadata
from shared.migrations import run_env

# Importing a module adds its tables to the one metadata that there is.
parts = (
    tables.cases,
    agreement_tables.agreements,
    effort_tables.coaching,
    consent_tables.consents,
    erasure_tables.erasures,
    parent_tables.asks,
    administration_tables.teams,
    life_tables.changed_ends,
    charge_tables.handovers,
    circle_tables.involved,
    satisfaction_tables.satisfaction,
    search_tables.search_words,
    watch_tables.digests,
    figure_tables.figures,
)
assert {each.metadata for each in parts} == {metadata}
run_env(metadata)
