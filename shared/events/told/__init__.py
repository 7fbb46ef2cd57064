"""What each service tells the others; importing this enters it all into the catalogue."""

from __future__ import annotations

from shared.events.told import of_cases, of_notifications, of_scheduling

__all__ = ["of_cases", "of_notifications", "of_scheduling"]
