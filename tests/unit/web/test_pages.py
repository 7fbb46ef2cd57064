"""The frame of every page, without a database: menu, language, flashes, errors, static files, the API's description."""

from __future__ import annotations

import re

import pytest
from flask import Flask, Response, g, redirect, render_template_string, request
from flask.testing import FlaskClient

from shared.http.policy import require_policies
from shared.http.problems import STATUS, TITLES
from shared.tenancy import ROLES
from shared.web.assets import assets, hashed, icons
from shared.web.docs_page import describe
from shared.web.flashes import flash
from shared.web.navigation import navigation
from shared.web.phone_numbers import phone
from shared.web.setup import init_web, slug
from shared.web.words import appointment_icon, appointment_kind, error_advice, place_name, reader_name, role_name, status_word
from tests.e2e.styleguide.app import create_app
from tests.e2e.styleguide.openapi import DOCUMENT


@pytest.fixture(scope="module")
def app() -> Flask:
    return create_app()


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def test_the_menu_knows_where_the_reader_is() -> None:
    def here(path: str, active: str = "") -> list[tuple[str, bool]]:
        return [(entry.label, entry.exact) for entry in navigation("liaison", path, active) if entry.active]

    assert here("/cases/") == [("Mijn werk", True)]
    assert here("/cases/dossiers/1/verhaal") == [("Dossiers", False)]
    assert here("/scheduling/afspraken/1") == [("Agenda", False)]
    assert here("/notifications/berichten") == [("Berichten", True)]
    assert here("/notifications/postbus/1") == [("Berichten", False)]
    assert here("/cases/inloggen") == []
    assert here("/x", "agenda") == [("Agenda", False)]


def test_who_sees_no_cases_has_no_menu_for_them() -> None:
    assert [entry.label for entry in navigation("coordinator", "/cases/")] == ["Mijn werk", "Inzicht"]


def test_every_role_has_a_name() -> None:
    assert all(role_name(role) != role for role in ROLES)
    assert reader_name("parents") == "de ouders"


def test_every_kind_of_appointment_has_a_name_an_icon_and_a_place() -> None:
    assert {appointment_icon(kind) for kind in ("home_visit", "school_meeting", "phone_call", "team_meeting", "?")} <= icons()
    assert appointment_kind("home_visit") == "Huisbezoek"
    assert place_name("at_school") == "op school"


def test_a_status_without_a_word_is_shown_as_it_is() -> None:
    assert status_word("bounced").kind == "err"
    assert status_word("iets_nieuws").text == "iets_nieuws"


def test_staff_change_the_language_by_a_link_and_come_back(client: FlaskClient) -> None:
    page = client.get("/werk?flash=1").text
    assert 'href="/cases/taal/en?naar=%2Fwerk%3Fflash%3D1"' in page
    answer = client.get("/cases/taal/en?naar=/werk")
    assert (answer.status_code, answer.location) == (303, "/werk")
    assert '<html lang="en" dir="ltr">' in client.get("/werk").text
    assert ">Log out<" in client.get("/werk").text


@pytest.mark.parametrize("target", ["https://evil.example", "//evil.example", "/\\evil.example", ""])
def test_the_language_link_leads_nowhere_else(client: FlaskClient, target: str) -> None:
    assert client.get("/cases/taal/en", query_string={"naar": target}).location == "/cases/"


def test_a_language_we_do_not_speak_is_not_found(client: FlaskClient) -> None:
    assert client.get("/cases/taal/xx").status_code == 404


def test_a_parents_page_is_right_to_left_in_arabic_and_has_no_script(client: FlaskClient) -> None:
    page = client.get("/ouder?lang=ar").text
    assert '<html lang="ar" dir="rtl">' in page
    assert "<script" not in page
    assert 'lang="ar" hreflang="ar" dir="rtl" aria-current="true"' in page
    assert '<bdi dir="ltr">010 123 45 67</bdi>' in page
    assert "13:00" in page


def test_what_is_typed_is_escaped(client: FlaskClient) -> None:
    page = client.post("/formulier", data={"first_name": '"><script>x</script>', "text": "</textarea><b>"}).text
    assert "<script>x" not in page
    assert "</textarea><b>" not in page
    assert "&#34;&gt;&lt;script&gt;" in page


def test_errors_are_beside_their_fields_and_on_top(client: FlaskClient) -> None:
    page = client.get("/formulier?fout=1").text
    assert '<a href="#born">Geboortedatum: Vul een datum in, bijvoorbeeld 24-11-2026.</a>' in page
    assert (
        'id="born" name="born" type="text" value="31 februari" aria-describedby="born-hint born-fout" aria-invalid="true"' in page
    )
    assert page.index('id="fouten"') < page.index('id="born"')


def test_every_error_link_points_to_something(client: FlaskClient) -> None:
    page = client.get("/formulier?fout=1").text
    ids = set(re.findall(r'\bid="([^"]+)"', page))
    assert set(re.findall(r'href="#([^"]+)"', page)) <= ids
    assert {each for names in re.findall(r'aria-describedby="([^"]+)"', page) for each in names.split()} <= ids
    assert set(re.findall(r'<label for="([^"]+)"', page)) <= ids
    assert len(re.findall(r'\bid="', page)) == len(ids)


@pytest.mark.parametrize("status", sorted({*STATUS.values(), *TITLES} - {405, 415}))
@pytest.mark.parametrize("query", ["", "?uit=1"])
def test_every_failure_has_a_page_in_plain_dutch(client: FlaskClient, status: int, query: str) -> None:
    page = client.get(f"/fout/{status}{query}").text
    assert TITLES[status] in page
    assert error_advice(status) in page
    assert "Traceback" not in page


def _with_flash() -> Flask:
    app = Flask("flashes", static_folder=None)
    app.config["SECRET_KEY"] = "x"
    app.before_request(lambda: setattr(g, "principal", None))
    init_web(app, "cases")

    @app.post("/doe")
    def do() -> Response:
        flash("De uitnodiging is <verstuurd>.")
        flash("Let op.", "warn")
        return redirect("/toon")  # type: ignore[return-value]  # werkzeug's own type

    @app.get("/toon")
    def show() -> str:
        return render_template_string("{% for each in flashes() %}[{{ each.kind }}:{{ each.text }}]{% endfor %}")

    return app


def test_a_flash_is_shown_once() -> None:
    client = _with_flash().test_client()
    shown = client.post("/doe", follow_redirects=True).text
    assert shown == "[ok:De uitnodiging is &lt;verstuurd&gt;.][warn:Let op.]"
    assert client.get("/toon").text == ""


@pytest.mark.parametrize("value", ["x", "WyJhIl0.x.y", "a" * 3000])
def test_a_forged_flash_is_not_shown(value: str) -> None:
    client = _with_flash().test_client()
    client.set_cookie("melding", value)
    assert client.get("/toon").text == ""


def test_static_files_are_kept_for_ever_and_sent_small(client: FlaskClient) -> None:
    path = f"/cases/static/{hashed('css/app.css')}"
    answer = client.get(path, headers={"Accept-Encoding": "gzip"})
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Encoding"] == "gzip"
    assert answer.headers["Vary"] == "Accept-Encoding"
    assert answer.mimetype == "text/css"
    plain = client.get(path)
    assert "Content-Encoding" not in plain.headers
    assert plain.data == assets()[hashed("css/app.css")].body
    again = client.get(path, headers={"If-None-Match": plain.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.parametrize("name", ["css/app.css", "../assets.py", "css/../../assets.py", "%2e%2e/setup.py", "fonts"])
def test_nothing_but_the_hashed_files_is_served(client: FlaskClient, name: str) -> None:
    assert client.get(f"/cases/static/{name}").status_code == 404


def test_every_route_says_who_may_call_it() -> None:
    app = Flask("routes", static_folder=None)
    init_web(app, "scheduling")
    require_policies(app)
    with app.test_request_context("/"):
        assert request.path == "/"


def test_an_operation_is_described_with_fields_roles_and_an_example() -> None:
    groups = describe(DOCUMENT)
    assert list(groups) == ["Dossiers", "API"]
    listing, opening, erasing = groups["Dossiers"]
    assert listing.roles == ["liaison", "school_staff"]
    assert [(each.name, each.place, each.text) for each in listing.parameters] == [
        ("limit", "query", "minimum 1, maximum 200"),
        ("phase", "query", "referred · closed"),
    ]
    fields = {each.name: each for each in opening.fields}
    assert fields["guardians[].email"].kind == "string, email | null"
    assert fields["child.first_name"].required
    assert '"planned_end_on": "2027-06-30"' in opening.example
    assert '"guardians": [' in listing.answers[0].example
    assert erasing.parameters[0].required


def test_a_schema_that_holds_itself_ends() -> None:
    tree = {"type": "object", "properties": {"children": {"type": "array", "items": {"$ref": "#/components/schemas/Tree"}}}}
    body = {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Tree"}}}}
    document = {"paths": {"/x": {"post": {"requestBody": body, "responses": {}}}}, "components": {"schemas": {"Tree": tree}}}
    (operation,) = describe(document)["API"]
    assert len(operation.fields) < 10


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        ("+31612345678", "06 12 34 56 78"),
        ("06-12345678", "06 12 34 56 78"),
        ("+31101234567", "010 123 45 67"),
        ("0701234567", "070 123 45 67"),
        ("+31180123456", "0180 123 456"),
        ("+3225012345", "+3225012345"),
        ("112", "112"),
    ],
)
def test_phone_numbers_as_people_read_them(number: str, shown: str) -> None:
    assert phone(number) == shown


def test_slugs() -> None:
    assert slug("Wat verwachten we van élkaar?") == "wat-verwachten-we-van-elkaar"
    assert slug("العربية") == "deel"
