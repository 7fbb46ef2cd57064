"""A client of the JSON API as anybody could write one from the contract: standard library, no part of the product."""

from __future__ import annotations

import http.client
import json
from dataclasses import dataclass, replace
from typing import Any

PASSWORD = "demo-wachtwoord"


@dataclass(frozen=True)
class Answer:
    """What came back; `data` is the JSON, or None."""

    status: int
    data: Any
    headers: dict[str, str]


@dataclass(frozen=True)
class Client:
    """One person at one site; without a token nobody."""

    port: int
    token: str | None = None

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> Answer:
        """Status 0 when nobody answers."""
        own = {name.replace("_", "-"): text for name, text in headers.items()}
        if self.token:
            own["Authorization"] = f"Bearer {self.token}"
        if body is not None:
            own["Content-Type"] = "application/json"
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request(method, path, None if body is None else json.dumps(body), own)
            answer = connection.getresponse()
            return Answer(answer.status, _json(answer.read()), {name.lower(): value for name, value in answer.getheaders()})
        except (OSError, http.client.HTTPException):
            return Answer(0, None, {})
        finally:
            connection.close()

    def get(self, path: str) -> Answer:
        return self.call("GET", path)

    def post(self, path: str, body: Any = None, **headers: str) -> Answer:
        return self.call("POST", path, body, **headers)

    def log_in(self, email: str) -> Client:
        """The same site as one of the demo's people."""
        answer = self.post("/cases/api/v1/session", {"email": email, "password": PASSWORD})
        assert answer.status == 200, answer
        return replace(self, token=answer.data["access_token"])


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return None
