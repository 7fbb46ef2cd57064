"""Static files under names that hold their contents' hash, so that browsers may keep them for ever.

Read once at start. The stylesheet is written in parts, for people, and served as one file without comments and spare
spaces. Text is kept compressed beside it, for when no gateway does that.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FOLDER = Path(__file__).parent / "static"
STYLESHEET = "css/app.css"
# In this order: a later part overrules an earlier one.
_STYLE_PARTS = ("tokens", "base", "page", "components", "forms", "week", "parent", "charts", "media")
_COMPRESSED = {".css", ".js", ".svg"}
mimetypes.add_type("font/woff2", ".woff2")
mimetypes.add_type("text/javascript", ".js")


@dataclass(frozen=True)
class Asset:
    """One file as it is sent; `compressed` is its gzip form when that is worth having."""

    body: bytes
    content_type: str
    compressed: bytes | None = None


def hashed(name: str) -> str:
    """The served path of `css/app.css`. Raises KeyError for a file that is not there."""
    return _served()[name]


@cache
def assets() -> dict[str, Asset]:
    """Every file by the path that it is served under."""
    return {_served()[name]: _asset(name, body) for name, body in _bodies().items()}


@cache
def icons() -> frozenset[str]:
    """The names of the icons in the sprite."""
    return frozenset(re.findall(r'<symbol id="([a-z-]+)"', (FOLDER / "icons/sprite.svg").read_text()))


def stylesheet() -> str:
    """All parts as one, small: comments and spaces that mean nothing are gone."""
    text = "".join((FOLDER / f"css/{part}.css").read_text() for part in _STYLE_PARTS)
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text)
    return re.sub(r"\s*([{};,>])\s*", r"\1", text).replace(";}", "}").replace(": ", ":").strip()


@cache
def _bodies() -> dict[str, bytes]:
    found = {name: (FOLDER / name).read_bytes() for name in _file_names()}
    styles = stylesheet()
    for name, body in found.items():
        if name.startswith(("fonts/", "icons/")):
            styles = styles.replace(f"../{name}", f"../{_with_hash(name, body)}")
    return {**found, STYLESHEET: styles.encode()}


def _file_names() -> list[str]:
    """Everything but the parts of the stylesheet."""
    names = (path.relative_to(FOLDER).as_posix() for path in sorted(FOLDER.rglob("*")) if path.is_file())
    return [name for name in names if not name.startswith("css/")]


@cache
def _served() -> dict[str, str]:
    return {name: _with_hash(name, body) for name, body in _bodies().items()}


def _with_hash(name: str, body: bytes) -> str:
    stem, _, ending = name.rpartition(".")
    return f"{stem}.{hashlib.sha256(body).hexdigest()[:10]}.{ending}"


def _asset(name: str, body: bytes) -> Asset:
    kind = mimetypes.guess_type(name)[0] or "application/octet-stream"
    small = gzip.compress(body, 9, mtime=0) if Path(name).suffix in _COMPRESSED else None
    return Asset(body, f"{kind}; charset=utf-8" if kind.startswith("text/") else kind, small)
