"""Let the worker, who hears that a case has ended, withdraw the times that parents could still choose from."""

from shared.migrations import Guard

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    Guard("scheduling").grant("choices", worker="update (status, version)")
