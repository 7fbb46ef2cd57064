"""Decisions have a number of their own, so that what refers to one finds it."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DECISIONS = sorted(path.name for path in (ROOT / "docs/decisions").glob("0*.md"))


def test_numbers_follow_each_other_and_stand_above_the_text() -> None:
    assert [name[:4] for name in DECISIONS] == [f"{number:04}" for number in range(1, len(DECISIONS) + 1)]
    for number, name in enumerate(DECISIONS, 1):
        assert (ROOT / "docs/decisions" / name).read_text().startswith(f"# {number}. "), name


def test_every_decision_that_is_named_is_there() -> None:
    code = [path for folder in ("services", "shared", "deploy") for path in (ROOT / folder).rglob("*.py")]
    places = [*ROOT.glob("*.md"), *ROOT.glob("docs/*.md"), *ROOT.glob("services/*/README.md"), *code]
    named = {found for path in places for found in re.findall(r"docs/decisions/(\d{4})", path.read_text())}
    assert named <= {name[:4] for name in DECISIONS}
