"""Each service starts with only `shared`, itself and its own dependencies: a process in which nothing else can be imported."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from deploy.service.keys import main as make_keys
from shared import migrations
from tests.architecture.test_locks import ROOT, SERVICES, locked

pytestmark = pytest.mark.slow  # a process for each, which imports everything

# Runs in the other process: hides the other services, `deploy.local`, and every distribution that is not in the lock.
ALONE = """
import importlib, importlib.metadata, json, sys

service, allowed = sys.argv[1], set(json.loads(sys.argv[2]))
owners = {}
for distribution in importlib.metadata.distributions():
    name = distribution.metadata["Name"].lower().replace("_", "-").replace(".", "-")
    for file in distribution.files or ():
        owners.setdefault(file.parts[0].removesuffix(".py").split(".")[0], set()).add(name)

class Alone:
    def find_spec(self, name, path=None, target=None):
        parts = name.split(".")
        foreign_service = parts[0] == "services" and len(parts) > 1 and parts[1] != service
        foreign_part = parts[:2] in (["deploy", "local"], ["deploy", "suite"], ["deploy", "embedded"]) or parts[0] == "tests"
        owned_by = owners.get(parts[0], set())
        foreign_package = owned_by and not owned_by & allowed and parts[0] not in sys.stdlib_module_names
        if foreign_service or foreign_part or foreign_package:
            raise ModuleNotFoundError(f"{name} is hidden from {service}", name=name)

sys.meta_path.insert(0, Alone())
app = importlib.import_module(f"services.{service}.app").create_app()
from shared.messaging.transports.in_process import InProcessTransport
config = importlib.import_module(f"services.{service}.config").Config.from_env()
importlib.import_module(f"services.{service}.worker").build_worker(config, InProcessTransport([service]))
answer = app.test_client().get(f"/{service}/health/live")
assert answer.status_code == 200, answer.data
document = app.test_client().get(f"/{service}/api/openapi.json").get_json()
assert document["openapi"].startswith("3.1"), document
"""


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_starts_with_nothing_but_its_own(service: str, tmp_path: Path) -> None:
    make_keys(tmp_path / "signing.jwk", tmp_path / "public.jwks")
    url = f"postgresql://nobody@127.0.0.1:9/{service}"  # nothing answers there: a start needs no database
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(ROOT),
        **dict.fromkeys(("DATABASE_URL", "WORKER_DATABASE_URL", "RELAY_DATABASE_URL"), url),
        "PUBLIC_URL": "http://127.0.0.1:8000",
        "SECRET_KEY": "k" * 32,
        "TOKEN_KEYS_FILE": str(tmp_path / "public.jwks"),
        "SIGNING_KEY_FILE": str(tmp_path / "signing.jwk"),
        "DATA_DIR": str(tmp_path),
    }
    allowed = json.dumps(sorted(locked(ROOT / "requirements" / f"{service}.lock")))
    command = [sys.executable, "-c", ALONE, service, allowed]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("service", SERVICES)
def test_a_service_has_one_newest_migration(service: str) -> None:
    assert len(migrations.heads(service)) == 1
