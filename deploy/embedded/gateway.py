"""What nginx does in the suite: the first segment of the path chooses the service, which keeps the whole path."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

if TYPE_CHECKING:
    from flask import Flask


class Gateway:
    """A WSGI application of WSGI applications, by name; the first of them answers what is nobody's."""

    def __init__(self, apps: Mapping[str, Flask]) -> None:
        self._apps: dict[str, WSGIApplication] = dict(apps)
        self._start = next(iter(apps))

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/":
            start_response("303 See Other", [("Location", f"/{self._start}/"), ("Content-Length", "0")])
            return []
        app = self._apps.get(path.split("/", 2)[1]) or self._apps[self._start]
        return app(environ, start_response)
