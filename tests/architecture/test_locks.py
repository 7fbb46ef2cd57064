"""What is installed: exactly what was reviewed, from wherever one gets packages, and for a service no more than its own."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
SERVICES = ("cases", "scheduling", "notifications")
LOCKS = [ROOT / "requirements.lock", *sorted((ROOT / "requirements").glob("*.lock"))]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def locked(path: Path) -> dict[str, str]:
    """Version by name."""
    pairs = re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", path.read_text(), re.MULTILINE)
    return {canonicalize_name(name): version for name, version in pairs}


def named(*extras: str) -> list[Requirement]:
    """What pyproject.toml asks for."""
    lines = [*PROJECT["dependencies"], *(line for extra in extras for line in PROJECT["optional-dependencies"][extra])]
    return [Requirement(line) for line in lines]


@pytest.mark.parametrize("path", LOCKS, ids=lambda path: path.name)
def test_a_lock_holds_hashes_and_no_addresses(path: Path) -> None:
    text = path.read_text()
    assert "://" not in text
    assert "file:" not in text
    for entry in re.split(r"\n(?=\S)", text.strip()):
        assert "--hash=sha256:" in entry, entry.splitlines()[0]


@pytest.mark.parametrize("path", LOCKS[1:], ids=lambda path: path.name)
def test_every_lock_has_the_versions_of_the_whole(path: Path) -> None:
    whole = locked(ROOT / "requirements.lock")
    differing = {name for name, version in locked(path).items() if whole.get(name, version) != version}
    assert differing == set()


@pytest.mark.parametrize("service", SERVICES)
def test_a_services_lock_has_what_it_asks_for_and_nothing_of_the_others(service: str) -> None:
    found = locked(ROOT / "requirements" / f"{service}.lock")
    for requirement in named(service):
        assert requirement.specifier.contains(found[canonicalize_name(requirement.name)], prereleases=True)
    own = {canonicalize_name(requirement.name) for requirement in named(service)}
    foreign = {canonicalize_name(requirement.name) for requirement in named(*SERVICES, "embedded", "test", "bench")}
    assert (foreign - own) & set(found) == set()


def test_the_whole_is_up_to_date_with_the_project_file() -> None:
    found = locked(ROOT / "requirements.lock")
    for requirement in named(*PROJECT["optional-dependencies"]):
        version = found.get(canonicalize_name(requirement.name))
        assert version is not None, f"{requirement.name} is not locked: run make lock"
        assert requirement.specifier.contains(version, prereleases=True), f"{requirement} is not {version}: run make lock"
