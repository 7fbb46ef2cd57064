"""Who may import what, and how the code is written: the tools' findings are failures."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLAIN = ("shared.errors", "shared.ids", "shared.events", "shared.clock")


def run(*command: str) -> None:
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def imported(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text())))
    plain = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    return plain | {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}


@pytest.mark.parametrize("path", sorted(ROOT.glob("services/*/domain/**/*.py")), ids=lambda path: str(path.relative_to(ROOT)))
def test_the_domain_is_the_standard_library_and_four_plain_modules(path: Path) -> None:
    own = f"services.{path.relative_to(ROOT).parts[1]}.domain"
    foreign = [
        name
        for name in imported(path)
        if name.split(".")[0] not in sys.stdlib_module_names and not name.startswith((own, *PLAIN))
    ]
    assert foreign == []


def test_the_borders_between_the_parts_hold() -> None:
    run(str(Path(sys.executable).with_name("lint-imports")), "--no-cache")


def test_the_linter_finds_nothing() -> None:
    run(sys.executable, "-m", "ruff", "check", "--quiet", ".")


def test_everything_is_formatted() -> None:
    run(sys.executable, "-m", "ruff", "format", "--check", "--quiet", ".")


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_the_types_hold() -> None:
    run(sys.executable, "-m", "mypy")
