"""Mail that a local mail server put into a maildir (D. J. Bernstein, 1995): read once, then gone, or in `cur` for a while.

What comes back names parents and quotes what they were sent: no copy of it outlives its use.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path


def new_mails(folder: Path, largest: int, most: int = 100) -> Iterator[tuple[Path, bytes]]:
    """Those that nobody has read, oldest first; each stays new until it is dealt with, so a crash reads it again.

    Of one that is too large, no more is read than tells so.
    """
    waiting = sorted((folder / "new").glob("*"), key=lambda path: path.name)
    for path in waiting[:most]:
        with path.open("rb") as file:
            yield path, file.read(largest + 1)


def done_with(path: Path) -> None:
    """Nobody needs it any more."""
    path.unlink(missing_ok=True)


def seen(path: Path) -> None:
    """It was read, and is kept for a person to look at."""
    read = path.parent.parent / "cur"
    read.mkdir(exist_ok=True)
    path.replace(read / f"{path.name}:2,S")


def forget_seen(folder: Path, before: datetime) -> None:
    """What was put there before goes, looked at or not."""
    for path in (folder / "cur").glob("*"):
        if path.stat().st_mtime < before.timestamp():
            path.unlink(missing_ok=True)
