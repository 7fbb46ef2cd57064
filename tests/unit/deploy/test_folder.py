"""The data folder: ours or refused, one run at a time, secrets for their owner only."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from deploy.local.folder import claimed, read
from deploy.local.settings import Unusable


def test_a_second_start_finds_the_same_keys_and_passwords(tmp_path: Path) -> None:
    with claimed(tmp_path / "data") as first:
        key = first.signing_key.read_text()
    with claimed(tmp_path / "data") as second:
        assert second.passwords == first.passwords
        assert second.secret_keys == first.secret_keys
        assert second.signing_key.read_text() == key


def test_every_role_of_every_service_has_a_password_of_its_own(tmp_path: Path) -> None:
    with claimed(tmp_path) as folder:
        passwords = [password for roles in folder.passwords.values() for password in roles.values()]
    assert len(set(passwords)) == 12


def test_what_is_secret_is_its_owners_only(tmp_path: Path) -> None:
    with claimed(tmp_path) as folder:
        modes = {path.name: path.stat().st_mode & 0o777 for path in (folder.path / "keys").iterdir()}
        assert set(modes.values()) == {0o600}
        assert (folder.path / "keys").stat().st_mode & 0o077 == 0
        assert "d" not in json.loads(folder.public_keys.read_text())["keys"][0]


def test_somebody_elses_folder_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("mine")
    with pytest.raises(Unusable, match=r"thesis\.txt"), claimed(tmp_path):
        pass
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_what_a_benchmark_left_does_not_make_it_somebody_elses(tmp_path: Path) -> None:
    (tmp_path / "bench.json").write_text("{}")
    with claimed(tmp_path):
        pass


def test_one_run_at_a_time(tmp_path: Path) -> None:
    with claimed(tmp_path), pytest.raises(Unusable, match="in use by process"), claimed(tmp_path):
        pass


def test_a_file_where_the_folder_should_be_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    with pytest.raises(Unusable, match="DATA_DIR"), claimed(tmp_path / "data"):
        pass


def test_it_is_read_while_somebody_uses_it_and_not_made_by_reading(tmp_path: Path) -> None:
    with claimed(tmp_path / "data") as used:
        assert read(tmp_path / "data") == used
    with pytest.raises(Unusable, match="holds no site"):
        read(tmp_path / "other")
    assert not (tmp_path / "other").exists()
