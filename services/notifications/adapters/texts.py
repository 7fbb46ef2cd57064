"""The texts of mail that the package brings: a folder per language, a file per kind. A language more is a folder more."""

from __future__ import annotations

import json
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path

from services.notifications.domain.kinds import KINDS
from services.notifications.domain.languages import Language
from services.notifications.domain.texts import faults

_FOLDER = Path(__file__).parent.parent / "mail"


class BrokenLibrary(ValueError):
    """A file of the package that no mail can be made of; the message says which and why."""


@dataclass(frozen=True)
class Library:
    """Every language that mail exists in, and the package's own text of every kind in each of them."""

    languages: dict[str, Language]
    texts: dict[str, dict[str, str]]


@cache
def library(folder: Path = _FOLDER) -> Library:
    """Read and check all of it, once. Raises BrokenLibrary naming the file: a service with a broken mail does not start."""
    languages = {path.parent.name: _language(path) for path in sorted(folder.glob("*/language.json"))}
    texts = {
        name: {tag: _source(folder / tag / f"{name}.txt") for tag in kind.languages(languages)} for name, kind in KINDS.items()
    }
    for name, sources in texts.items():
        for tag, why in faults(sources, KINDS[name], languages).items():
            raise BrokenLibrary(f"{tag}/{name}.txt: {why}")
    return Library(languages, texts)


def _source(path: Path) -> str:
    if not path.exists():
        raise BrokenLibrary(f"{path.parent.name}/{path.name} is missing: every kind of mail exists in every language")
    return path.read_text()


def _language(path: Path) -> Language:
    found = json.loads(path.read_text())
    names = {field.name for field in fields(Language)} - {"tag"}
    if names != set(found):
        raise BrokenLibrary(f"{path.parent.name}/language.json: {', '.join(sorted(names ^ set(found)))}")
    return Language(tag=path.parent.name, **found)
