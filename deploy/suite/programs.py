"""What the suite runs: for each service its web application and its worker, and nginx before them."""

from __future__ import annotations

import os
import signal
import string
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from deploy.local import processes
from deploy.local.ports import free_port
from deploy.local.settings import SERVICES, Unusable
from deploy.local.site import Site
from deploy.local.system import find
from deploy.suite.supervisor import Program

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "deploy" / "nginx"
GUNICORN = ROOT / "deploy" / "service" / "gunicorn.py"
NGINX_MISSING = "nginx is missing: install it (Debian, Ubuntu: apt-get install nginx)"


def nginx_path() -> str:
    """Raises Unusable with what to install."""
    found = find("nginx")
    if found is None:
        raise Unusable(NGINX_MISSING)
    return found


@dataclass(frozen=True)
class Plan:
    """Where each part listens and what it is told."""

    site: Site
    amqp_url: str
    web_ports: dict[str, int]

    @classmethod
    def make(cls, site: Site, amqp_url: str) -> Plan:
        return cls(site, amqp_url, {service: free_port() for service in SERVICES})

    def programs(self) -> Iterator[Program]:
        """In the order of starting."""
        for service in SERVICES:
            yield self._python(f"{service}-web", service, [sys.executable, "-m", "gunicorn", "-c", str(GUNICORN)])
            yield self._python(f"{service}-worker", service, [sys.executable, "-m", "deploy.service.worker", service])
        yield self._nginx()

    def heartbeat(self, service: str) -> Path:
        """Touched by the service's worker while all is well."""
        return self.site.folder.sub("suite") / f"{service}.heartbeat"

    def environment(self, service: str) -> dict[str, str]:
        """The variables of both processes of a service."""
        metrics = self.site.folder.sub("suite") / f"{service}-metrics"
        metrics.mkdir(exist_ok=True)
        return self.site.environment(
            service,
            SERVICE=service,
            AMQP_URL=self.amqp_url,
            TRUSTED_PROXIES="1",
            BIND=f"127.0.0.1:{self.web_ports[service]}",
            HEARTBEAT_FILE=str(self.heartbeat(service)),
            PROMETHEUS_MULTIPROC_DIR=str(metrics),
        )

    def forget_last_run(self) -> None:
        """Heartbeats and counts of processes that are gone."""
        for service in SERVICES:
            self.heartbeat(service).unlink(missing_ok=True)
            for each in (self.site.folder.sub("suite") / f"{service}-metrics").glob("*.db"):
                each.unlink()

    def _python(self, name: str, service: str, command: list[str]) -> Program:
        environment = _own_environment() | self.environment(service)
        return Program(name, partial(self._launch, name, command, environment))

    def _nginx(self) -> Program:
        folder = self.site.folder.sub("nginx")
        write_nginx_conf(folder, self.site.settings.port, self.web_ports)
        command = [nginx_path(), "-p", str(folder), "-c", str(folder / "nginx.conf"), "-e", "stderr"]
        return Program("nginx", partial(self._launch, "nginx", command, _own_environment()), signal.SIGQUIT)

    def _launch(self, name: str, command: list[str], environment: dict[str, str]) -> subprocess.Popen[bytes]:
        return processes.start(command, log=self.site.folder.sub("log") / f"{name}.log", environment=environment)


def _own_environment() -> dict[str, str]:
    """What a program needs that is no setting of ours."""
    kept = {
        name: value for name, value in os.environ.items() if name in ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR", "VIRTUAL_ENV")
    }
    paths = [str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return kept | {"PYTHONPATH": os.pathsep.join(paths), "PYTHONUNBUFFERED": "1"}


def write_nginx_conf(folder: Path, port: int, web_ports: dict[str, int]) -> None:
    values = {f"{service.upper()}_SERVER": f"127.0.0.1:{web_ports[service]}" for service in web_ports} | {
        "FOLDER": str(folder),
        "GATEWAY_LISTEN": f"127.0.0.1:{port}",
        "PUBLIC_SCHEME": "http",
        # On the loopback nobody stands between.
        "REAL_IP_FROM": "unix:",
        "USER_LINE": f"user {_worker_user()};" if os.geteuid() == 0 else "",
    }
    for name in ("nginx.conf", "partnerschap.conf"):
        template = string.Template((TEMPLATES / f"{name}.template").read_text())
        (folder / name).write_text(template.safe_substitute(values))


def _worker_user() -> str:
    """Debian's group of nobody is nogroup; nginx would look for one of the user's name."""
    import grp
    import pwd

    return f"nobody {grp.getgrgid(pwd.getpwnam('nobody').pw_gid).gr_name}"
