"""Let answers that are kept for an Idempotency-Key be forgotten when a case is erased."""

from shared.migrations import Guard, let_answers_be_forgotten

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    let_answers_be_forgotten(Guard("scheduling"))
