"""That a school tries the program stands on every page where somebody might think that a mail had left."""

from __future__ import annotations

from services.notifications import service
from services.notifications.usecases import decisions
from shared.http.auth import principal


def schools_on_trial() -> list[str]:
    """The names of the reader's schools that try the program."""
    return decisions.schools_on_trial(service.current(), principal())
