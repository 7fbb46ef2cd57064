"""Every page that a link leads to opens, for whoever is shown the link; and nobody is shown one that does not."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from http.client import HTTPConnection
from urllib.parse import urljoin, urlsplit

import pytest

from tests.api_client import Client
from tests.sites import Site

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.xdist_group("main-road-embedded")]
PEOPLE = ["regenboog", "ouderfunctionaris", "contactpersoon", "coordinator", "beheer"]
_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|20\d\d-W?\d\d(-\d\d)?")
_LINK = re.compile(r'<a\b[^>]*?\bhref="([^"#]+)')
_EACH = 3  # pages of one kind that are opened: the first of a list are enough


@pytest.mark.parametrize("name", PEOPLE)
def test_every_link_that_is_shown_opens(name: str, sites: Callable[[str], Site]) -> None:
    site = sites("embedded")
    token = Client(site.port).log_in(f"{name}@demo.example").token
    assert token
    opened = walk(site, token)
    assert len(opened) >= 3
    assert {path: status for path, status in opened.items() if status not in (200, 302, 303)} == {}


def walk(site: Site, token: str) -> dict[str, int]:
    """Each path that was opened, from the start page on, and its status."""
    todo, opened, kinds = ["/cases/"], dict[str, int](), dict[str, int]()
    while todo:
        path = todo.pop(0)
        kind = _ID.sub("<id>", path)
        if path in opened or kinds.get(kind, 0) >= _EACH:
            continue
        kinds[kind] = kinds.get(kind, 0) + 1
        opened[path], page = get(site, path, token)
        todo += [found for link in _LINK.findall(page) if (found := own(site, path, unescape(link)))]
    return opened


def own(site: Site, path: str, link: str) -> str:
    """The path of a link within this site; "" for any other. A language that is chosen changes no page."""
    parts = urlsplit(urljoin(f"{site.url}{path}", link))
    if parts.netloc != urlsplit(site.url).netloc or "/taal/" in parts.path or "cursor=" in parts.query:
        return ""
    return parts.path + (f"?{parts.query}" if parts.query else "")


def get(site: Site, path: str, token: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", site.port, timeout=30)
    try:
        connection.request("GET", path, headers={"Cookie": f"session={token}", "Accept": "text/html"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    finally:
        connection.close()
