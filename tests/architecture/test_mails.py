"""Every mail exists in every language, and asks for the same values in each."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.notifications.domain.kinds import KINDS
from services.notifications.domain.texts import parse

FOLDER = Path(__file__).parents[2] / "services/notifications/mail"
LANGUAGES = sorted(path.name for path in FOLDER.iterdir() if path.is_dir())


def test_dutch_is_there_and_others_are() -> None:
    assert {"nl", "en"} <= set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_every_kind_of_mail_and_no_other(language: str) -> None:
    wanted = {name for name, kind in KINDS.items() if kind.languages([language])}
    assert {path.stem for path in (FOLDER / language).glob("*.txt")} == wanted


@pytest.mark.parametrize(
    ("language", "kind"), [(tag, name) for name, kind in sorted(KINDS.items()) for tag in kind.languages(LANGUAGES)]
)
def test_a_mail_asks_for_the_same_values_in_every_language(language: str, kind: str) -> None:
    text, dutch = (parse((FOLDER / tag / f"{kind}.txt").read_text()) for tag in (language, "nl"))
    assert text.placeholders == dutch.placeholders == KINDS[kind].placeholders
