"""docker-compose.yml, checked as far as that goes without an engine: its form, its facts, and what it leaves to chance."""

from __future__ import annotations

import importlib
import re
import runpy
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from deploy.service import gunicorn_variables
from shared.config import ServiceConfigSchema

ROOT = Path(__file__).parents[2]
FILE = ROOT / "docker-compose.yml"
SERVICES = ("cases", "scheduling", "notifications")
ONE_SHOT = {"keys", "demo-data", *(f"{service}-migrate" for service in SERVICES)}
INTERPOLATION = re.compile(r"(?<!\$)\$\{([A-Z_]+)(:?[?-][^}]*)?\}")


@cache
def compose() -> dict[str, Any]:
    return dict(yaml.safe_load(FILE.read_text()))


def parts() -> dict[str, dict[str, Any]]:
    return dict(compose()["services"])


def variables(text: str) -> dict[str, str]:
    """Every ${NAME…} with what follows the name."""
    return {match[1]: match[2] or "" for match in INTERPOLATION.finditer(text)}


def test_it_follows_the_compose_specification() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.compose-spec", str(FILE)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_must_run_is_there() -> None:
    web_and_workers = {name for service in SERVICES for name in (service, f"{service}-worker", f"{service}-migrate")}
    assert set(parts()) == web_and_workers | {"postgres", "rabbitmq", "keys", "gateway", "mail", "demo-data"}
    assert parts()["postgres"]["image"].startswith("postgres:18")
    assert parts()["rabbitmq"]["image"].startswith("rabbitmq:4")


@pytest.mark.parametrize("name", sorted(parts()))
def test_an_image_is_pinned(name: str) -> None:
    image = parts()[name]["image"]
    assert image.startswith("partnerschap/") or re.fullmatch(r"[a-z0-9/-]+:v?\d+\.\d+(\.\d+)?(-alpine)?", image), image


@pytest.mark.parametrize("name", sorted(set(parts()) - ONE_SHOT))
def test_what_keeps_running_says_whether_it_is_well_and_is_restarted(name: str) -> None:
    assert parts()[name]["healthcheck"]["test"][0] == "CMD"
    assert parts()[name]["restart"] == "unless-stopped"


@pytest.mark.parametrize("name", sorted(parts()))
def test_what_it_waits_for_can_become_so(name: str) -> None:
    for other, how in parts()[name].get("depends_on", {}).items():
        expected = "service_completed_successfully" if other in ONE_SHOT else "service_healthy"
        assert how["condition"] == expected, other
        assert "profiles" not in parts()[other] or "profiles" in parts()[name]


@pytest.mark.parametrize("service", SERVICES)
def test_nothing_starts_before_its_database_is_migrated_and_its_key_is_there(service: str) -> None:
    for name in (service, f"{service}-worker"):
        assert {f"{service}-migrate", "keys", "rabbitmq"} <= set(parts()[name]["depends_on"])
    assert "postgres" in parts()[f"{service}-migrate"]["depends_on"]


def test_no_secret_stands_in_the_file_or_has_a_default() -> None:
    secrets = {name: rest for name, rest in variables(FILE.read_text()).items() if re.search("PASSWORD|SECRET|SMTP", name)}
    assert len(secrets) == 18
    assert set(secrets.values()) == {":?"}
    for name, part in parts().items():
        for variable, value in part.get("environment", {}).items():
            if re.search("PASS|SECRET", variable) and value is not None:
                assert INTERPOLATION.fullmatch(str(value)), f"{name}: {variable}"
            if "://" in str(value) and "@" in str(value):
                assert re.search(r":\$\{[A-Z_]+:\?\}@", str(value)), f"{name}: {variable}"


def test_both_environment_files_give_what_is_required(capsys: pytest.CaptureFixture[str]) -> None:
    required = {name for name, rest in variables(FILE.read_text()).items() if rest == ":?"}
    runpy.run_path(str(ROOT / "deploy/docker/new_env.py"), run_name="__main__")
    fresh = _names(capsys.readouterr().out)
    assert required <= fresh
    assert required <= _names((ROOT / "deploy/docker/demo.env").read_text())


def _names(text: str) -> set[str]:
    return {line.split("=", 1)[0] for line in text.splitlines() if "=" in line and not line.startswith("#")}


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_is_told_only_what_it_reads(service: str) -> None:
    schema = importlib.import_module(f"services.{service}.config").Config.schema
    known = set(schema().fields) | set(gunicorn_variables())
    required = {name for name, field in schema().fields.items() if field.required}
    for name in (service, f"{service}-worker"):
        given = named_by(service, name)
        assert given <= known, name
        assert required <= given, name
    migrating = named_by(service, f"{service}-migrate") - {"MIGRATION_DATABASE_URL", "ADMIN_DATABASE_URL"}
    assert migrating <= known


@pytest.mark.parametrize("service", SERVICES)
def test_whatever_can_be_set_reaches_its_container(service: str) -> None:
    """A variable that a README explains and that no container gets would be set in vain."""
    fields = set(importlib.import_module(f"services.{service}.config").Config.schema().fields)
    # Mail of containers leaves by SMTP_URL: there are no files of it.
    assert fields - {"DATA_DIR"} <= named_by(service, f"{service}-worker")


def named_by(service: str, part: str) -> set[str]:
    """The variables of a container as the service knows them: with its name before it or not."""
    return {name.removeprefix(f"{service.upper()}_") for name in parts()[part]["environment"]}


def test_the_demo_is_told_what_all_three_read_and_is_only_loaded_when_asked() -> None:
    part = parts()["demo-data"]
    assert part["profiles"] == parts()["mail"]["profiles"] == ["demo"]
    for service in SERVICES:
        config = importlib.import_module(f"services.{service}.config").Config
        config.from_env({name: filled_in(str(value)) for name, value in part["environment"].items() if value is not None})


def filled_in(value: str) -> str:
    """As compose does from the demo's own file."""
    lines = (ROOT / "deploy/docker/demo.env").read_text().splitlines()
    given = dict(line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return INTERPOLATION.sub(lambda match: given.get(match[1]) or match[2].removeprefix(":-"), value)


def test_the_shared_variables_are_the_configurations() -> None:
    assert set(compose()["x-common"]) <= set(ServiceConfigSchema().fields)


def test_only_cases_can_read_the_signing_key() -> None:
    holders = {name for name, part in parts().items() if any("signing-key" in each for each in part.get("volumes", ()))}
    assert holders == {"keys", "cases", "cases-worker", "demo-data"}


def test_databases_and_broker_are_reached_from_inside_alone() -> None:
    assert compose()["networks"]["inside"]["internal"] is True
    for name in ("postgres", "rabbitmq"):
        assert parts()[name]["networks"] == ["inside"]
        assert "ports" not in parts()[name]
    for name, part in parts().items():
        assert all(port.startswith("127.0.0.1:") for port in part.get("ports", ())), name


def test_every_file_and_volume_it_names_exists() -> None:
    for name, part in parts().items():
        for volume in part.get("volumes", ()):
            source = volume.split(":")[0]
            assert (ROOT / source).exists() if source.startswith(".") else source in compose()["volumes"], name
        if build := part.get("build"):
            assert (ROOT / build["dockerfile"]).exists()
            assert name == "demo-data" or (ROOT / "requirements" / f"{build['args']['SERVICE']}.lock").exists()


def test_the_image_is_made_of_what_is_sent_to_its_build() -> None:
    sent = [
        line[1:].split("*")[0].rstrip("/") for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")
    ]
    files = [ROOT / "deploy/docker" / name for name in ("Dockerfile", "demo.Dockerfile")]
    lines = [line for file in files for line in file.read_text().splitlines()]
    copied = [line.split()[1] for line in lines if line.startswith("COPY") and "--from" not in line]
    for path in copied:
        assert any(path.startswith(each) for each in sent), path
        assert all((ROOT / path.replace("${SERVICE}", service)).exists() for service in SERVICES), path


def test_the_image_runs_as_nobody_in_particular_and_says_whether_it_is_well() -> None:
    text = (ROOT / "deploy/docker/Dockerfile").read_text()
    assert re.search(r"^USER 10001$", text, re.MULTILINE)
    assert re.search(r"^HEALTHCHECK ", text, re.MULTILINE)
    assert "--require-hashes" in text


def test_the_gateways_template_is_given_every_name_in_it() -> None:
    template = (ROOT / "deploy/nginx/partnerschap.conf.template").read_text()
    wanted = set(re.findall(r"\$\{([A-Z_]+)\}", "\n".join(line for line in template.splitlines() if not line.startswith("#"))))
    assert wanted == set(parts()["gateway"]["environment"])
