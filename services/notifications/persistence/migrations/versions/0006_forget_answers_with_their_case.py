"""Let answers that are kept for an Idempotency-Key be forgotten when a case is erased."""

from shared.migrations import Guard, let_answers_be_forgotten

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    let_answers_be_forgotten(Guard("notifications"))
