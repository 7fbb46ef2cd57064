"""The pages in Chromium, wide and narrow: nothing that axe objects to, nothing that runs off, nothing said in the console."""

from __future__ import annotations

import logging
import os
import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page
from werkzeug.serving import make_server

from services.notifications.adapters.mailbox import FileMailer
from shared.clock import FixedClock
from shared.ids import new_id
from shared.tenancy import Role
from tests.integration.notifications.support import REGENBOOG, MemoryMailer, Post, Web, make_web, refused

pytestmark = pytest.mark.browser

WIDTHS = (1280, 390)
PAGES: list[tuple[Role, str]] = [
    ("liaison", "/notifications/berichten"),
    ("liaison", "/notifications/berichten?status=aandacht"),
    ("liaison", "/notifications/berichten?status=expired"),
    ("liaison", "/notifications/berichten/{message}"),
    ("school_staff", "/notifications/berichten/{failed}"),
    ("liaison", "/notifications/adressen"),
    ("liaison", "/notifications/storingen"),
    ("liaison", "/notifications/teksten"),
    ("administrator", "/notifications/teksten/appointment_invitation"),
    ("administrator", "/notifications/teksten/appointment_invitation/wijzigen"),
    ("administrator", "/notifications/teksten"),
    ("administrator", "/notifications/teksten/appointment_invitation?versie=2"),
    ("administrator", "/notifications/adressen"),
    ("administrator", "/notifications/talen"),
    ("administrator", "/notifications/proef"),
    ("administrator", "/notifications/proef/{school}"),
    ("administrator", "/notifications/handelingen"),
    ("liaison", "/notifications/bellijst"),
    ("liaison", "/notifications/bellijst/{person}"),
    ("liaison", "/notifications/bellijst/{person}/brief"),
    ("liaison", "/notifications/cijfers"),
    ("liaison", "/notifications/handelingen"),
    ("liaison", "/notifications/postbus"),
    ("liaison", "/notifications/postbus/{message}"),
]


@pytest.fixture
def site(post: Post, tmp_path: Path) -> Iterator[Web]:
    """A demo with one mail that left and one that failed."""
    post.invites(language="ar")
    post.dispatcher(FileMailer(post.service.config.mail_folder)).run_once()
    mailer = MemoryMailer(before_the_dot=[refused(550, about_this_mail=True)])
    post.invites(first_name="Mehmet")
    post.dispatcher(mailer).run_once()
    post.invites(first_name="Samir", channel="phone", language="ar", interpreter_needed=True)
    post.dispatcher(mailer).run_once()
    made = make_web(post, tmp_path, demo=True)
    _decide(made)
    yield made
    made.app.extensions["service"].database.dispose()


def _keep_picture(page: Page, name: str) -> None:
    """For a person to look at: `LOOK=<folder>`."""
    if folder := os.environ.get("LOOK"):
        page.screenshot(path=f"{folder}/{re.sub('[^a-z0-9]+', '-', name)}.png", full_page=True)


def _decide(web: Web) -> None:
    """A school on trial, a new version of a text, a failure: each page has something to show."""
    client, bearer = web.app.test_client(), web.bearer("administrator", ())
    client.put(f"/notifications/api/v1/trial-modes/{REGENBOOG}", json={"allowed": ["@school.example"]}, headers=bearer)
    path = "/notifications/api/v1/templates/appointment_invitation/versions"
    versions = client.get(path, headers=bearer).json
    assert versions is not None
    sources = versions["items"][0]["sources"]
    sources["nl"] = sources["nl"].replace("Een afspraak met u", "Wij willen u spreken")
    assert client.post(path, json={"sources": sources}, headers=bearer).status_code == 201
    web.post.rows(
        "insert into parked_events"
        " (id, school_id, type, subject, sequence, body, state, attempts, reason, parked_at, next_attempt_at)"
        " values (%s, %s, 'cases.parents.asked.v1', 'ask/1', 1, '', 'dead', 8, 'KeyError', now(), now()) returning id",
        new_id(),
        REGENBOOG,
    )


@contextmanager
def opened(site: Web, chromium: Browser, role: Role, width: int) -> Iterator[tuple[Page, str]]:
    """A page with somebody logged in, and the site's address; what the console says is collected and must be nothing."""
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = make_server("127.0.0.1", 0, site.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    url, said = f"http://127.0.0.1:{server.port}", list[str]()
    context = chromium.new_context(viewport={"width": width, "height": 900}, locale="nl-NL")
    context.add_cookies([{"name": "session", "value": site.token(role, REGENBOOG), "url": url}])
    try:
        page = context.new_page()
        page.on("console", lambda message: said.append(message.text))
        yield page, url
        # What the test's own tools try to run inside a mail's frame is stopped there, as it should be.
        assert [each for each in said if not each.startswith("Blocked script execution")] == []
    finally:
        context.close()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.mark.parametrize("width", WIDTHS)
def test_every_page_can_be_used_by_everybody(site: Web, post: Post, chromium: Browser, width: int) -> None:
    message, failed, called = post.messages()
    ids = {"message": message["id"], "failed": failed["id"], "person": called["person_id"], "school": REGENBOOG}
    for role in sorted({role for role, _ in PAGES}):
        with opened(site, chromium, role, width) as (page, url):
            page.clock.set_fixed_time(post.clock.now())  # else the page thinks that the login ends
            for path in (path.format(**ids) for owner, path in PAGES if owner == role):
                answer = page.goto(url + path)
                assert answer is not None
                assert (path, answer.status) == (path, 200)
                found = Axe().run(page).response["violations"]
                assert (path, [(each["id"], [node["target"] for node in each["nodes"]]) for each in found]) == (path, [])
                _keep_picture(page, f"{width}-{path}")
                assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path


def test_a_parent_opens_the_reply_page_from_the_demos_postbox(site: Web, post: Post, chromium: Browser) -> None:
    assert isinstance(post.clock, FixedClock)
    with opened(site, chromium, "liaison", 390) as (page, url):
        page.context.clear_cookies()
        page.context.route("http://127.0.0.1:8000/**", lambda route: route.fulfill(body="<title>antwoord</title>"))
        page.goto(f"{url}/notifications/postbus")
        page.get_by_role("link", name="موعد").click()
        with page.expect_popup() as popup:
            page.frame_locator("iframe").get_by_role("link", name="أرسلوا جوابكم").click()
        popup.value.wait_for_load_state()
        assert popup.value.url == "http://127.0.0.1:8000/scheduling/reply/geheim-token"
        assert popup.value.title() == "antwoord"
