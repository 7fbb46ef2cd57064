"""Let the worker, and nobody else, delete what there is of an erased case."""

from shared.migrations import Guard

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    guard = Guard("scheduling")
    for name in ("appointments", "participants", "history", "notes", "people", "cases", "occupancy"):
        guard.grant(name, worker="select, delete")
