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

PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_BUTTON = re.compile(r"\[([^\]]+)\]\(\{([a-z_]+)\}\)")
_FACT = re.compile(r"- ([^:]+): (.+)")


class BrokenText(ValueError):
    """A template that must not be used; the message says where and why."""


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
        raise BrokenText("a text begins with 'subject: …', then a blank line and the body")
    return MailText(subject.strip(), tuple(_blocks(body)))


def check(text: MailText, kind: MailKind) -> None:
    """Raises BrokenText unless the text uses this kind's placeholders, all of them and no other.

    The list of a kind is the border around a parent's privacy: there is no placeholder for a child or a reason.
    """
    if unknown := text.placeholders - kind.placeholders:
        raise BrokenText(f"unknown placeholders: {', '.join(sorted(unknown))}")
    if missing := kind.placeholders - text.placeholders:
        raise BrokenText(f"missing placeholders: {', '.join(sorted(missing))}")
    if set(PLACEHOLDER.findall(text.subject)) & kind.optional:
        raise BrokenText("a subject cannot hold what may be absent")


def check_all(sources: Mapping[str, str], kind: MailKind, languages: Collection[str]) -> None:
    """Raises BrokenText unless there is a sound text in every language of this kind: no parent gets half of a change."""
    if odd := set(sources) ^ set(kind.languages(languages)):
        raise BrokenText(f"{kind.name}: {', '.join(sorted(odd))}: every language, and no other")
    for tag, source in sources.items():
        try:
            check(parse(source), kind)
        except BrokenText as error:
            raise BrokenText(f"{tag}/{kind.name}: {error}") from error


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
