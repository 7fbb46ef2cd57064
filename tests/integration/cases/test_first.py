from tests.integration.cases.support import Web, World, body


def test_open(web: Web, world: World) -> None:
    answer = web.post("/cases", body(world.schools["regenboog"]), "ib_regenboog")
    assert answer.status_code == 201, answer.text
    case = answer.json["id"]
    for path in (f"/cases/{case}", "/cases", f"/cases/{case}/timeline", f"/cases/{case}/access-log", "/schools"):
        found = web.get(path)
        assert found.status_code == 200, found.text
    b = web.browser("liaison")
    for path in (
        "/cases/",
        "/cases/dossiers",
        "/cases/dossiers/nieuw",
        f"/cases/dossiers/{case}",
        f"/cases/dossiers/{case}/wijzigen",
        f"/cases/dossiers/{case}/fase",
        f"/cases/dossiers/{case}/verhaal",
        f"/cases/dossiers/{case}/wensen",
        f"/cases/dossiers/{case}/doelen",
        f"/cases/dossiers/{case}/krachten",
        f"/cases/dossiers/{case}/ouders/nieuw",
        f"/cases/dossiers/{case}/tijdlijn",
        f"/cases/dossiers/{case}/inzage",
        "/cases/inloggen",
    ):
        found = b.get(path)
        assert found.status_code in (200, 303), (path, found.text)
    assert world.told() == []
