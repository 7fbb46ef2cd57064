"""The gateway before services that only echo: what it passes on, what it answers itself."""

from __future__ import annotations

import gzip
import http.client
import json
import threading
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server
from wsgiref.types import StartResponse, WSGIEnvironment

import pytest

from deploy.local import processes
from deploy.local.ports import free_port, wait_for_port
from deploy.suite.programs import nginx_path, write_nginx_conf

LONG = b"body { color: black }\n" * 200


def echo(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """What reached the service."""
    if "/static/" in environ["PATH_INFO"]:
        start_response("200 OK", [("Content-Type", "text/css"), ("Cache-Control", "no-store")])
        return [LONG]
    headers = {name[5:].replace("_", "-").lower(): value for name, value in environ.items() if name.startswith("HTTP_")}
    said: dict[str, Any] = {"path": environ["PATH_INFO"], "query": environ["QUERY_STRING"], "headers": headers}
    start_response("200 OK", [("Content-Type", "application/json")])
    return [json.dumps(said).encode()]


class Silent(WSGIRequestHandler):
    """Without a line a request."""

    def log_message(self, *_: object) -> None:
        """Nothing."""


@dataclass(frozen=True)
class Gateway:
    """nginx, and what stands behind /cases; behind the other prefixes nothing does."""

    port: int

    def ask(self, path: str, method: str = "GET", body: bytes | None = None, **headers: str) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
            answer = connection.getresponse()
            return answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read()
        finally:
            connection.close()

    def echoed(self, path: str, **headers: str) -> dict[str, Any]:
        status, _, body = self.ask(path, "GET", None, **headers)
        assert status == 200
        return dict(json.loads(body))


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    folder = tmp_path_factory.mktemp("nginx")
    server: WSGIServer = make_server("127.0.0.1", 0, echo, handler_class=Silent)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port, nobody = free_port(), free_port()
    write_nginx_conf(folder, port, {"cases": server.server_port, "scheduling": nobody, "notifications": nobody})
    command = [nginx_path(), "-p", folder, "-c", folder / "nginx.conf", "-e", "stderr"]
    nginx = processes.start(command, log=folder / "log")
    assert wait_for_port(port, 10), (folder / "log").read_text()
    yield Gateway(port)
    processes.end(nginx)
    server.shutdown()
    server.server_close()


def test_a_service_gets_the_whole_path(gateway: Gateway) -> None:
    said = gateway.echoed("/cases/dossiers/a%20b?q=x&page=2")
    assert (said["path"], said["query"]) == ("/cases/dossiers/a b", "q=x&page=2")


def test_the_root_leads_to_the_start_page(gateway: Gateway) -> None:
    status, headers, _ = gateway.ask("/")
    assert (status, headers["location"]) == (303, "/cases/")


def test_who_asks_is_who_connects_whatever_they_claim(gateway: Gateway) -> None:
    headers = gateway.echoed("/cases/", X_Forwarded_For="6.6.6.6", X_Forwarded_Proto="https", X_Forwarded_Host="evil.example")[
        "headers"
    ]
    assert headers["x-forwarded-for"] == "127.0.0.1"
    assert headers["x-forwarded-proto"] == "http"
    assert headers["x-forwarded-host"] == headers["host"] == f"127.0.0.1:{gateway.port}"


def test_a_request_id_is_passed_on_and_a_strange_one_replaced(gateway: Gateway) -> None:
    assert gateway.echoed("/cases/", X_Request_ID="abcdef0123456789")["headers"]["x-request-id"] == "abcdef0123456789"
    for strange in ("", "short", "a b" * 5, "x" * 65, "drop;table0"):
        made = gateway.echoed("/cases/", X_Request_ID=strange)["headers"]["x-request-id"]
        assert made != strange
        assert len(made) == 32


def test_too_large_a_body_is_refused_as_a_problem(gateway: Gateway) -> None:
    status, headers, body = gateway.ask("/cases/api/v1/cases", "POST", b"x" * (1024 * 1024 + 1))
    assert (status, headers["content-type"]) == (413, "application/problem+json")
    assert json.loads(body)["status"] == 413


def test_a_body_of_a_mebibyte_is_passed_on(gateway: Gateway) -> None:
    status, _, _ = gateway.ask("/cases/api/v1/cases", "POST", b"x" * (1024 * 1024))
    assert status == 200


def test_a_service_that_is_away_is_a_503_in_the_askers_form(gateway: Gateway) -> None:
    status, headers, body = gateway.ask("/scheduling/api/v1/appointments")
    assert (status, headers["content-type"], headers["retry-after"]) == (503, "application/problem+json", "5")
    assert json.loads(body)["status"] == 503
    status, headers, body = gateway.ask("/scheduling/agenda")
    assert (status, headers["content-type"]) == (503, "text/html; charset=utf-8")
    assert b'lang="nl"' in body


def test_hashed_files_are_kept_for_ever_and_compressed(gateway: Gateway) -> None:
    _, headers, body = gateway.ask("/cases/static/css/app.0123456789.css", Accept_Encoding="gzip")
    assert headers["cache-control"] == "public, max-age=31536000, immutable"
    assert headers["content-encoding"] == "gzip"
    assert gzip.decompress(body) == LONG


def test_pages_are_not_compressed(gateway: Gateway) -> None:
    """A page holds a CSRF token beside what a stranger can choose (BREACH)."""
    _, headers, _ = gateway.ask("/cases/dossiers", Accept_Encoding="gzip")
    assert "content-encoding" not in headers


def test_no_address_of_a_request_is_logged(gateway: Gateway, tmp_path_factory: pytest.TempPathFactory) -> None:
    gateway.ask("/cases/secret-of-a-parent")
    gateway.ask("/scheduling/reply/secret-of-a-parent")
    logs = [path.read_text() for path in tmp_path_factory.getbasetemp().glob("nginx*/log")]
    assert logs
    assert not any("secret-of-a-parent" in log for log in logs)
