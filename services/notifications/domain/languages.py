"""Languages of mail: which one a parent gets, and how it is written."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

DUTCH = "nl"
Fallback = Literal["both", "alone", "dutch"]
# What colleagues are written in; the pages that their mails lead to exist in no other.
STAFF_LANGUAGES = (DUTCH, "en")


@dataclass(frozen=True, eq=False)
class Language:
    """One language that mail exists in. `read_by_native` is false until a native speaker has read its texts."""

    tag: str
    name: str
    direction: Literal["ltr", "rtl"]
    read_by_native: bool
    day_pattern: str
    subject_time_pattern: str
    appointment: str
    places: Mapping[str, str]
    answers: Mapping[str, str]
    footer: str
    by_phone: str

    @property
    def is_right_to_left(self) -> bool:
        return self.direction == "rtl"


def chosen(wanted: str, available: Collection[str]) -> str:
    """The language to write in: as asked, else its base (`ar-MA` → `ar`, RFC 4647 lookup), else Dutch."""
    tag = wanted.strip().replace("_", "-")
    while tag:
        for language in available:
            if language.lower() == tag.lower():
                return language
        tag = tag.rpartition("-")[0]
    return DUTCH


def order_of(language: str, fallback: Fallback = "both") -> tuple[str, ...]:
    """What stands in one mail: the parent's language first, Dutch below it for whoever helps them read.

    `fallback` is what an administrator chose for a language that no native speaker has read yet.
    """
    if language == DUTCH or fallback == "dutch":
        return (DUTCH,)
    return (language,) if fallback == "alone" else (language, DUTCH)
