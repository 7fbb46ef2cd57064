"""The catalogs: find every text that people read, bring `translations/<language>/messages.po` up to date, say what is missing.

    python -m shared.web.translate update     after changing a text
    python -m shared.web.translate check      what `make test` asks: everything in English, every placeholder kept

A new language: make its folder, run `update`, fill in. Nothing is compiled: a catalog is read when it is first used.
English has everything; other languages have what parents read, and show Dutch where a text is still empty.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Any

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from shared.web.i18n import FOLDER

ROOT = Path(__file__).parents[2]
COMPLETE = "en"
_SOURCES = ("shared", "services")
# For operators and programmers: English already, or the names of events.
_NOT_FOR_READERS = re.compile(r"shared/(config|events/|messaging/|provisioning)|/(config|cli|demo)\.py$")
# What a parent can see: the reply page, the parts it is made of, and what may go wrong on it.
_PARENTS_READ = re.compile(
    r"shared/web/templates/(parent|error)\.html|shared/(errors|http/problems|web/i18n)\.py|/reply[^/]*\.(html|py)$|scheduling/domain/(appointment|choice)\.py"
    r"|cases/parents/[^/]*\.html|cases/pages/(parents|access_words|satisfaction_words)\.py|cases/domain/(asks|satisfaction)\.py|cases/usecases/(visits|own_page|satisfaction)\.py"
)
_PARENTS_READ_TOO = {
    "van %(start)s tot %(end)s uur",
    "Er klopt iets niet",
    "Dit lukt nu niet",
    "hoeft niet",
    "Leesbaar voor:",
    "de ouders",
    "de school",
    "de ouderfunctionaris",
    "het team",
    "Dit verslag is nu niet ter controle.",
    "Deze tijd is net bezet geraakt. Kies een andere tijd.",
    "U hebt al gereageerd op dit verslag.",
    "Schrijf op wat u anders ziet.",
    "Deze afspraak is beëindigd.",
    "Nog niet iedereen heeft gezegd of hij erachter staat. Terugkijken kan daarna.",
    "Uw verhaal is te lang geworden. Maak dit korter.",
    "Goed",
    "Gaat wel",
    "Niet goed",
    "Vul dit in.",
    "Haal de onzichtbare tekens weg.",
    "Maak dit korter: hoogstens {maximum} tekens.",
    "Dit klopt niet.",
    "Dit formulier kwam van een andere website.",
    "Ga terug, laad de pagina opnieuw en probeer het nog eens.",
    "Controleer het adres. Misschien is het verplaatst of verwijderd.",
    "Maak uw tekst korter en probeer het opnieuw.",
    "Ga terug en verbeter wat er niet klopt.",
    "Wacht een paar minuten en probeer het dan opnieuw.",
    "Lukt het over vijf minuten nog niet? Bel dan de persoon met wie u contact hebt.",
}
_MARKERS = {"_": 1, "gettext": 1, "N_": 1, "ngettext": 2, "Message": 1, "ValidationError": 1}
_FAILURES = {
    "Failure",
    "NotFound",
    "Forbidden",
    "Conflict",
    "Stale",
    "Gone",
    "Unauthenticated",
    "Unavailable",
    "TooManyAttempts",
    "Invalid",
}
_TABLE = re.compile(r"(TITLES|DETAILS|MESSAGES|TEXTS|LABELS|NAMES|WORDS)$")
_SENTENCE = re.compile(r"[A-Z].* .*[.?]$", re.DOTALL)
_PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|\{\w+\}")
_HEADER = "# {language} texts of Partnerschap. Msgids are Dutch.{note}\n"
_UNREAD = " Not yet read by a native speaker."

Found = tuple[str | tuple[str, str], str]


@cache
def extract(root: Path = ROOT) -> dict[str | tuple[str, str], list[str]]:
    """Every text (or pair of one and many) with the files that it stands in."""
    texts: dict[str | tuple[str, str], list[str]] = {}
    for text, path in sorted(_all(root), key=lambda found: (found[1], str(found[0]))):
        places = texts.setdefault(text, [])
        if path not in places:
            places.append(path)
    return texts


def update(language: str) -> Catalog:
    """The language's catalog with today's texts; what is no longer said is dropped, what is translated stays."""
    old, new = _read(language), Catalog(locale=language, project="Partnerschap", charset="utf-8")
    new.header_comment = _HEADER.format(language=language, note="" if language == COMPLETE else _UNREAD).rstrip()
    for text, places in extract().items():
        if language != COMPLETE and text not in _PARENTS_READ_TOO and not any(map(_PARENTS_READ.search, places)):
            continue
        new.add(text, _kept(old, text), [(place, 1) for place in places])
    return new


def _kept(old: Catalog, text: str | tuple[str, str]) -> Any:
    """What was said until now; nothing when a text got forms for one and many, or lost them."""
    known = old.get(text if isinstance(text, str) else text[0])
    return known.string if known and isinstance(known.string, str) == isinstance(text, str) else None


def write(language: str, catalog: Catalog) -> None:
    """Save it, without line numbers and dates: a change in the file is a change in a text."""
    out = BytesIO()
    write_po(out, catalog, width=120, include_lineno=False, omit_header=True, sort_by_file=True)
    path = FOLDER / language / "messages.po"
    path.parent.mkdir(exist_ok=True)
    header = f'msgid ""\nmsgstr "Content-Type: text/plain; charset=utf-8\\n"\n"Plural-Forms: {catalog.plural_forms}\\n"\n\n'
    path.write_text(f"{catalog.header_comment}\n{header}" + out.getvalue().decode().rstrip() + "\n")


def problems() -> list[str]:
    """What is missing or wrong in any catalog, one line each."""
    found = []
    for path in sorted(FOLDER.iterdir()):
        if path.is_dir():
            catalog = update(path.name)
            for message in catalog:
                found += [f"{path.name}: {message.id!r}: {trouble}" for trouble in _troubles(message, path.name) if message.id]
    return found


def _troubles(message: Message, language: str) -> Iterator[str]:
    ids = message.id if isinstance(message.id, tuple | list) else [message.id]
    said = _said(message)
    if not all(said):
        if language == COMPLETE:
            yield "not translated"
        return
    wanted = {sign for text in ids for sign in _PLACEHOLDER.findall(text)}
    for text in said:
        extra = set(_PLACEHOLDER.findall(text)) ^ wanted
        # A plural form may leave its number out: Arabic has words for one and two.
        if extra and not (len(said) > 1 and extra <= {"%(count)s"}):
            yield f"placeholders differ: {', '.join(sorted(extra))}"


def _said(message: Message) -> list[str]:
    said = message.string
    return [text or "" for text in said] if isinstance(said, tuple | list) else [said or ""]


def _read(language: str) -> Catalog:
    path = FOLDER / language / "messages.po"
    if not path.exists():
        return Catalog(locale=language)
    with path.open("rb") as source:
        return read_po(source, locale=language)


def _all(root: Path) -> Iterator[Found]:
    trees = {
        path.relative_to(root).as_posix(): ast.parse(path.read_text())
        for folder in _SOURCES
        for path in (root / folder).rglob("*.py")
    }
    failures = _failures(trees.values())
    for place, tree in trees.items():
        if not _NOT_FOR_READERS.search(place):
            yield from ((text, place) for text in _Texts(failures).of(tree))
    for folder in _SOURCES:
        for path in (root / folder).rglob("templates/**/*.html"):
            yield from _of_template(path, path.relative_to(root).as_posix())


def _of_template(path: Path, place: str) -> Iterator[Found]:
    options = {"trim_blocks": "true", "lstrip_blocks": "true", "silent": "false"}
    with path.open("rb") as source:
        for _, _, text, _ in babel_extract(source, ("_", "gettext", "ngettext"), [], options):
            # A call has one text, or a tuple of its arguments, of which those that are not texts are None.
            said = [text] if isinstance(text, str) else [each for each in text or () if each]
            if said:
                yield (said[0] if len(said) == 1 else (said[0], said[1])), place


def _failures(trees: Iterable[ast.Module]) -> set[str]:
    """The names of all classes of failure: theirs and those that services derive from them."""
    bases = {
        node.name: {getattr(base, "id", getattr(base, "attr", "")) for base in node.bases}
        for tree in trees
        for node in ast.walk(tree)
        if isinstance(node, ast.ClassDef)
    }
    found = set(_FAILURES)
    while more := {name for name, parents in bases.items() if parents & found} - found:
        found |= more
    return found


class _Texts(ast.NodeVisitor):
    """The texts for people in one module: marked ones, what failures say, and tables of texts."""

    def __init__(self, failures: set[str]) -> None:
        self._failures = failures
        self._found: list[str | tuple[str, str]] = []

    def of(self, tree: ast.Module) -> list[str | tuple[str, str]]:
        self.visit(tree)
        return self._found

    def visit_Call(self, node: ast.Call) -> None:
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        if name == "ngettext":
            self._pair(node)
        elif name in _MARKERS and node.args:
            self._take(node.args[0])
        elif name in self._failures:
            for each in [*node.args, *(keyword.value for keyword in node.keywords if keyword.arg == "detail")]:
                self._take(each)
        for keyword in node.keywords:
            if keyword.arg in ("error", "error_messages"):
                self._take(keyword.value)
        self.generic_visit(node)

    def visit_Assign(self, node: ast.Assign) -> None:
        self._assigned(node.targets[0], node.value)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        if node.value is not None:
            self._assigned(node.target, node.value)

    def _assigned(self, target: ast.expr, value: ast.expr) -> None:
        name = getattr(target, "id", getattr(target, "attr", ""))
        sentence = isinstance(value, ast.Constant) and isinstance(value.value, str) and _SENTENCE.match(value.value)
        if name in ("default_detail", "default_error_messages", "error_messages") or (
            name.isupper() and (_TABLE.search(name) or sentence)
        ):
            self._take(value)
        self.visit(value)

    def _pair(self, node: ast.Call) -> None:
        one, many = node.args[:2]
        if isinstance(one, ast.Constant) and isinstance(many, ast.Constant):
            self._found.append((str(one.value), str(many.value)))

    def _take(self, node: ast.expr) -> None:
        """A text, or every text in a list or among a table's values."""
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.strip():
            self._found.append(node.value)
        elif isinstance(node, ast.Dict):
            for value in node.values:
                self._take(value)
        elif isinstance(node, ast.List | ast.Tuple):
            for value in node.elts:
                self._take(value)
        elif isinstance(node, ast.IfExp):
            self._take(node.body)
            self._take(node.orelse)


@click.group(help=__doc__)
def main() -> None:
    """The command's entry."""


@main.command("update")
def _update() -> None:
    """Bring every catalog up to date with the texts in the tree."""
    for path in sorted(FOLDER.iterdir()):
        if path.is_dir():
            catalog = update(path.name)
            write(path.name, catalog)
            missing = sum(1 for message in catalog if message.id and not all(_said(message)))
            click.echo(f"{path.name}: {len(catalog)} texts, {missing} not translated")


@main.command("check")
def _check() -> None:
    """List what is missing or wrong; ends with status 1 when anything is."""
    found = problems()
    click.echo("\n".join(found) or "complete")
    raise SystemExit(bool(found))


if __name__ == "__main__":
    main()
