"""Texts, from a folder or from an editor: a language more is a folder more, and what is not refused can be sent."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from uuid import UUID

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from services.notifications.adapters.rendering import MailRenderer
from services.notifications.adapters.texts import BrokenLibrary, library
from services.notifications.domain.kinds import KINDS
from services.notifications.domain.people import Guardian
from services.notifications.domain.texts import faults, fingerprint
from services.notifications.usecases.ports import Template

OURS = Path(__file__).parents[3] / "services/notifications/mail"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Ours with Ukrainian beside it."""
    made = tmp_path / "mail"
    shutil.copytree(OURS, made)
    shutil.copytree(OURS / "pl", made / "uk")
    about = json.loads((made / "uk/language.json").read_text())
    (made / "uk/language.json").write_text(json.dumps(about | {"name": "Українська", "appointment": "Зустріч"}))
    return made


def test_a_language_more_is_a_folder_more(folder: Path) -> None:
    found = library(folder)
    assert set(found.languages) == set(library().languages) | {"uk"}
    sources = found.texts["appointment_invitation"]
    renderer = MailRenderer(found, "Partnerschap <afspraken@partnerschap.example>", "https://partnerschap.example")
    reader = Guardian(UUID(int=1), UUID(int=2), UUID(int=3), "Olena", "Kovalenko", "uk-UA", email="olena@voorbeeld.example")
    template = Template("appointment_invitation", 1, fingerprint(sources), sources)
    written = renderer.preview(reader, KINDS["appointment_invitation"].example, template)
    assert written.language == "uk"
    assert '<html lang="uk" dir="ltr"' in written.html
    assert "вівторок, 1 грудня" in written.text
    assert "dinsdag 1 december" in written.text, "and the Dutch below it"


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("appointment_invitation.txt", None, "uk/appointment_invitation.txt is missing"),
        ("appointment_invitation.txt", "subject: x\n\n{name}", "uk/appointment_invitation.txt: Dit moet ook"),
        ("language.json", "{}", "uk/language.json"),
    ],
)
def test_a_folder_that_lacks_something_stops_the_start(folder: Path, name: str, content: str | None, told: str) -> None:
    file = folder / "uk" / name
    if content is None:
        file.unlink()
    else:
        file.write_text(content)
    with pytest.raises(BrokenLibrary, match=told):
        library(folder)


_PIECES = st.sampled_from([
    "{name}", "{link}", "[x]({link})", "# ", "- a: b", "**", "\n\n", "\n", "<mj-raw>", "</mj-text>", "&amp;", "<!--", "]]>", "{{",
    "{%", "⟦name@nl⟧", "> ", "\u202e", "\ufffe", "subject: ",
])  # fmt: skip
_WRITTEN = st.lists(st.one_of(st.text(max_size=8), _PIECES), max_size=12).map("".join)


@given(_WRITTEN, _WRITTEN)
@example("", "\ufffe")
@example("", "</mj-text><mj-raw><script>")
def test_whatever_an_administrator_writes_is_refused_or_can_be_sent(subject: str, body: str) -> None:
    kind = KINDS["agreement_to_support"]
    sources = {"nl": f"subject: x {subject}\n\n{{name}} {{before}} {{host}} {{phone}}\n\n[Klik]({{link}})\n\n{body}"}
    if faults(sources, kind, ["nl"]):
        return
    renderer = MailRenderer(library(), "Partnerschap <afspraken@partnerschap.example>", "https://partnerschap.example")
    reader = Guardian(UUID(int=1), UUID(int=2), UUID(int=3), "<b>{host}", "Yılmaz", "nl", email="fatma@voorbeeld.example")
    written = renderer.preview(reader, kind.example, Template(kind.name, 1, fingerprint(sources), sources))
    assert not [sign for sign in ("⟦", "<mj", "<b>", "<script") if sign in written.html]
    assert not set(written.subject) & set("\r\n")
