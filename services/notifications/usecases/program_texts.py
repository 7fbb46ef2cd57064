"""The texts that the program brings, entered as versions like any other."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from services.notifications.domain.texts import fingerprint
from services.notifications.persistence.templates import Version
from services.notifications.persistence.unit_of_work import Work


def bring_in(work: Work, texts: Mapping[str, Mapping[str, str]], now: datetime) -> None:
    """Enter the program's own texts where they are new. What people edited and published stays in force beside them."""
    for name, sources in sorted(texts.items()):
        work.templates.lock(name)
        known = work.templates.all(name)
        own = next((version for version in known if version.origin == "package"), None)
        if own is not None and own.hash == fingerprint(sources):
            continue
        number = known[0].version + 1 if known else 1
        work.templates.add(Version(name, number, fingerprint(sources), sources, "package", "draft", now))
        if not any(version.origin == "edited" and version.state == "published" for version in known):
            work.templates.publish(name, number, now, None)
