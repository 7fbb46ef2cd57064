"""The gateway's configuration, as the suite and as a container fill it in: nginx itself says whether it is one."""

from __future__ import annotations

import string
import subprocess
from pathlib import Path

import yaml

from deploy.suite.programs import TEMPLATES, nginx_path, write_nginx_conf

PORTS = {"cases": 9001, "scheduling": 9002, "notifications": 9003}


def check(conf: Path) -> None:
    command = [nginx_path(), "-t", "-q", "-p", str(conf.parent), "-c", str(conf), "-e", "stderr"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_suites_configuration_is_valid(tmp_path: Path, free_port: int) -> None:
    write_nginx_conf(tmp_path, free_port, PORTS)
    check(tmp_path / "nginx.conf")


def test_the_containers_configuration_is_valid(tmp_path: Path, free_port: int) -> None:
    write_nginx_conf(tmp_path, free_port, PORTS)
    compose = yaml.safe_load((TEMPLATES.parents[1] / "docker-compose.yml").read_text())
    # Names that only resolve among the containers, and a variable of compose.
    values = {name: str(value).split(":", maxsplit=1)[0] for name, value in compose["services"]["gateway"]["environment"].items()}
    values |= {f"{service.upper()}_SERVER": f"127.0.0.1:{port}" for service, port in PORTS.items()}
    values |= {"PUBLIC_SCHEME": "https", "REAL_IP_FROM": "10.0.0.1", "GATEWAY_LISTEN": str(free_port)}
    template = string.Template((TEMPLATES / "partnerschap.conf.template").read_text())
    (tmp_path / "partnerschap.conf").write_text(template.safe_substitute(values))
    check(tmp_path / "nginx.conf")
