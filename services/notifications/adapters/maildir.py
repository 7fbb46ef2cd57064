"""Mail that a local mail server put into a maildir (D. J. Bernstein, 1995): read once, then moved to `cur`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path


def new_mails(folder: Path, largest: int, most: int = 100) -> Iterator[tuple[Path, bytes]]:
    """Those that nobody has read, oldest first; each stays new until `seen` is called, so a crash reads it again.

    Of one that is too large, no more is read than tells so.
    """
    waiting = sorted((folder / "new").glob("*"), key=lambda path: path.name)
    for path in waiting[:most]:
        with path.open("rb") as file:
            yield path, file.read(largest + 1)


def seen(path: Path) -> None:
    """It has been dealt with."""
    read = path.parent.parent / "cur"
    read.mkdir(exist_ok=True)
    path.replace(read / f"{path.name}:2,S")
