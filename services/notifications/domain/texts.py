"""The text of a mail: a small document with placeholders, written by people, never executed.

One source gives the plain text and the HTML, so that both say the same. A file begins with `subject: …`; then blocks,
parted by blank lines: `# heading`, `- Label: value` (a list of facts), `[label](link)` on a line of its own (a button),
`> …` a paragraph that makes sense on a screen alone (a letter leaves it out); anything else is a paragraph. `**…**` is
bold. `{name}` is filled in with a value that is text and nothing else: a name that looks like a placeholder, markup or a
header stays a name.
"""

from __future__ import annotations

import difflib
import hashlib
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal

from services.notifications.domain.kinds import MailKind
from shared.errors import Message

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
IN_A_SUBJECT = frozenset({"day", "subject_time", "time"})
_BUTTON = re.compile(r"\[([^\]]+)\]\(\{([a-z_]+)\}\)")
_FACT = re.compile(r"- ([^:]+): (.+)")
# A brace that holds no placeholder was meant to; the others mark what is to be filled in (`adapters.html`).
# The rest is no text: what XML knows no sign for breaks the page (XML 1.0, 2.2).
_NOT_IN_A_TEXT = re.compile("[{}⟦⟧\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


class BrokenText(ValueError):
    """A template that must not be used."""

    def __init__(self, why: Message) -> None:
        super().__init__(why)
        self.why = why


@dataclass(frozen=True, slots=True)
class Block:
    """`detail` is a fact's value or the placeholder that a button leads to."""

    kind: Literal["heading", "paragraph", "fact", "button", "online"]
    text: str
    detail: str = ""

    @property
    def placeholders(self) -> frozenset[str]:
        inside = set(PLACEHOLDER.findall(f"{self.text} {self.detail}"))
        return frozenset(inside | {self.detail} if self.kind == "button" else inside)


@dataclass(frozen=True, slots=True)
class MailText:
    """One mail in one language, not yet filled in."""

    subject: str
    blocks: tuple[Block, ...]

    @property
    def placeholders(self) -> frozenset[str]:
        parts = [frozenset(PLACEHOLDER.findall(self.subject)), *(block.placeholders for block in self.blocks)]
        return frozenset().union(*parts)

    def without(self, absent: frozenset[str]) -> MailText:
        """The text for when these values are not known: blocks that need one are left out whole."""
        return MailText(self.subject, tuple(block for block in self.blocks if not block.placeholders & absent))


def parse(source: str) -> MailText:
    """Raises BrokenText for a text without a subject or body."""
    head, _, body = source.strip().partition("\n")
    name, _, subject = head.partition(":")
    if name != "subject" or not subject.strip() or not body.strip():
        raise BrokenText(Message("Begin met 'subject:' en het onderwerp. Daarna een witregel en de tekst."))
    return MailText(subject.strip(), tuple(_blocks(body)))


def check(text: MailText, kind: MailKind) -> None:
    """Raises BrokenText unless the text uses this kind's placeholders, all of them and no other.

    The list of a kind is the border around a parent's privacy: there is no placeholder for a child or a reason. A subject
    is read on a locked screen, by whoever is near: it tells a moment, and no name, code or link.
    """
    if unknown := text.placeholders - kind.placeholders:
        raise BrokenText(Message("Dit kan het programma niet invullen: {names}.", names=_listed(unknown)))
    if missing := kind.placeholders - text.placeholders:
        raise BrokenText(Message("Dit moet ook in de tekst staan: {names}.", names=_listed(missing)))
    if telling := set(PLACEHOLDER.findall(text.subject)) - IN_A_SUBJECT:
        raise BrokenText(Message("Dit mag niet in het onderwerp: {names}.", names=_listed(telling)))
    if any(block.kind == "button" and block.detail != "link" for block in text.blocks):
        raise BrokenText(Message("Een knop kan alleen naar de link leiden."))


def faults(sources: Mapping[str, str], kind: MailKind, languages: Collection[str]) -> dict[str, Message]:
    """Why these texts may not be used, by language: there is a sound one in every language, or no parent gets any of them."""
    wanted = kind.languages(languages)
    found = {tag: Message("In deze taal hebben we geen teksten.") for tag in sources if tag not in wanted}
    found |= {tag: Message("Deze tekst ontbreekt.") for tag in wanted if tag not in sources}
    for tag in wanted:
        try:
            check(_readable(sources.get(tag, "")), kind)
        except BrokenText as error:
            found.setdefault(tag, error.why)
    return found


def _readable(source: str) -> MailText:
    """Raises BrokenText for signs that would go out as they are, or that the program uses for itself."""
    if odd := _NOT_IN_A_TEXT.findall(PLACEHOLDER.sub("", source)):
        shown = [sign if sign.isprintable() else f"U+{ord(sign):04X}" for sign in dict.fromkeys(odd)]
        raise BrokenText(Message("Deze tekens kunnen niet in een tekst: {signs}", signs=" ".join(shown)))
    return parse(source)


def _listed(names: Collection[str]) -> str:
    return ", ".join(sorted(names))


def fingerprint(sources: Mapping[str, str]) -> str:
    """A hash of the texts in all languages: kept on every mail, with the version."""
    whole = "\0".join(f"{tag}\0{source.strip()}" for tag, source in sorted(sources.items()))
    return hashlib.sha256(whole.encode()).hexdigest()


def differences(old: str, new: str) -> list[tuple[Literal["same", "gone", "new"], str]]:
    """Line by line, what became of a text."""
    signs: dict[str, Literal["same", "gone", "new"]] = {"  ": "same", "- ": "gone", "+ ": "new"}
    return [(signs[line[:2]], line[2:]) for line in difflib.ndiff(old.splitlines(), new.splitlines()) if line[:2] in signs]


def _blocks(body: str) -> list[Block]:
    blocks: list[Block] = []
    for part in re.split(r"\n\s*\n", body.strip()):
        lines = [line.strip() for line in part.splitlines()]
        facts = [_FACT.fullmatch(line) for line in lines]
        if all(facts):
            blocks += [Block("fact", fact[1], fact[2]) for fact in facts if fact]
        else:
            blocks.append(_block(" ".join(lines)))
    return blocks


def _block(text: str) -> Block:
    if text.startswith("# "):
        return Block("heading", text[2:])
    if text.startswith("> "):
        return Block("online", text[2:])
    if button := _BUTTON.fullmatch(text):
        return Block("button", button[1], button[2])
    return Block("paragraph", text)
