"""What a service does with an event of a type."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from sqlalchemy.orm import Session

from shared.events.envelope import Event

Handler = Callable[[Session, Event], None]


@dataclass(frozen=True)
class Subscription:
    """`handler` runs in the consumer's transaction, under the tenancy of the event's school alone.

    `stale` says what to do with an event whose subject has already been applied at a later sequence (it was replayed from
    the dead letters): "ignore" for the latest state of something, "apply" for a fact that stands by itself.
    """

    type: str
    handler: Handler
    stale: Literal["ignore", "apply"] = "ignore"
