"""A browser, and the styleguide's application on a port of its own."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from playwright.sync_api import Browser, BrowserContext
from werkzeug.serving import make_server

from tests.e2e.styleguide.app import create_app


@dataclass(frozen=True)
class Site:
    """Where the pages are, and the browser to look with."""

    url: str
    browser: Browser

    def context(self, width: int = 1280, **options: object) -> BrowserContext:
        return self.browser.new_context(viewport={"width": width, "height": 900}, locale="nl-NL", base_url=self.url, **options)  # type: ignore[arg-type]  # passed on as given


@pytest.fixture(scope="session")
def site(chromium: Browser) -> Iterator[Site]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, create_app(), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield Site(f"http://127.0.0.1:{server.port}", chromium)
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
