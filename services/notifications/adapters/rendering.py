"""From a message's facts to a mail: texts chosen, filled in, laid out, and put into one envelope."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from urllib.parse import unquote

from services.notifications.adapters import html, mime, plain
from services.notifications.adapters.calendar import Entry, calendar_part
from services.notifications.adapters.passages import Passage, passage
from services.notifications.adapters.return_path import return_path
from services.notifications.adapters.texts import Library
from services.notifications.adapters.values import values_of
from services.notifications.domain.addresses import domain_of
from services.notifications.domain.appointment import AppointmentFacts
from services.notifications.domain.kinds import Facts
from services.notifications.domain.languages import chosen, order_of
from services.notifications.domain.message import Message
from services.notifications.domain.people import Recipient
from services.notifications.domain.texts import MailText, parse
from services.notifications.usecases.ports import Copy, Mail, Rendered, Template

_CUT = "…"
_LONGEST_SUBJECT = 200


@dataclass(frozen=True)
class MailRenderer:
    """Writes mail in the name of `sender` (`Name <address>`); links lead to `public_url`.

    `sign` adds the domain's signature. What comes back goes to an address of its own under `bounce_address`, if there is one.
    """

    library: Library
    sender: str
    public_url: str
    sign: Callable[[bytes], bytes] = bytes
    bounce_address: str | None = None

    def language_for(self, wanted: str) -> str:
        return chosen(wanted, self.library.languages)

    def render(self, message: Message, recipient: Recipient, template: Template, now: datetime) -> Rendered:
        sender = mime.sender_address(self.sender)
        address = recipient.mailbox if message.kind.by_mail_alone else recipient.address
        facts = message.kind.facts(message.facts)
        words = self._words(recipient, facts, template, facts.secret(self.public_url))
        letter = mime.Letter(
            message_id=f"{message.id}.{message.school_id}@{domain_of(sender)}",
            sender=self.sender,
            recipient=address,
            recipient_name=recipient.name,
            subject=words.subject,
            text=words.text,
            html=words.html,
            languages=self._order(recipient, template),
            written_at=now,
            calendar=self._calendar(message, facts, address, words.language, now),
        )
        back_to = return_path(self.bounce_address, message.id, message.school_id) if self.bounce_address else sender
        mail = Mail(message.id, back_to, address, self.sign(mime.compose(letter)))
        return Rendered(mail, self._words(recipient, facts, template, _CUT))

    def preview(self, recipient: Recipient, facts: Facts, template: Template) -> Copy:
        """The words as they would get them, with a link that leads nowhere."""
        return self._words(recipient, facts, template, unquote(facts.secret(self.public_url)))

    def passages(self, recipient: Recipient, facts: Facts, template: Template) -> list[Passage]:
        """The same words without what needs a screen: to be said on the phone, or printed."""
        found = []
        for tag in self._order(recipient, template):
            language = self.library.languages[tag]
            values = {"name": recipient.name, **values_of(facts, language, "")}
            absent = frozenset(name for name, value in values.items() if not value)
            found.append(passage(language, _text(template.sources[tag]), values, absent))
        return found

    def _order(self, recipient: Recipient, template: Template) -> tuple[str, ...]:
        """The languages of what they get: as an administrator chose for one that no native speaker has read yet."""
        tag = self.language_for(recipient.language)
        read = self.library.languages[tag].read_by_native
        return order_of(tag, "both" if read else template.fallbacks.get(tag, "both"))

    def _words(self, recipient: Recipient, facts: Facts, template: Template, secret: str) -> Copy:
        tags = self._order(recipient, template)
        tag = tags[0]
        languages = tuple(self.library.languages[each] for each in tags)
        values: dict[str, Mapping[str, str]] = {
            each.tag: {"name": recipient.name, **values_of(facts, each, secret)} for each in languages
        }
        absent = frozenset(name for name, value in values[tag].items() if not value)
        texts = tuple(_text(template.sources[each]).without(absent) for each in tags)
        name = mime.sender_name(self.sender)
        page = html.compiled(tuple(zip(tags, texts, strict=True)), languages, name)
        parts = [(language, text, values[language.tag]) for language, text in zip(languages, texts, strict=True)]
        subject = plain.filled(texts[0].subject, values[tag])[:_LONGEST_SUBJECT]
        return Copy(subject, tag, plain.plain_text(parts, name), html.filled(page, values))

    def _calendar(self, message: Message, facts: Facts, address: str, tag: str, now: datetime) -> tuple[str, bytes] | None:
        method = message.kind.calendar
        if method is None or not isinstance(facts, AppointmentFacts):
            return None
        language = self.library.languages[tag]
        entry = Entry(
            method=method,
            appointment_id=facts.appointment_id,
            sequence=facts.sequence,
            starts_at=facts.starts_at,
            ends_at=facts.ends_at,
            summary=language.appointment,
            location=language.places[facts.place],
            organizer=mime.sender_address(self.sender),
            attendee=address,
            made_at=now,
        )
        return method, calendar_part(entry)


@lru_cache(maxsize=256)
def _text(source: str) -> MailText:
    return parse(source)
