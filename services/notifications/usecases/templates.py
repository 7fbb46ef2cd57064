"""The texts of mail: which version goes out, how it looks, and changing it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from services.notifications.domain.kinds import KINDS, MailKind
from services.notifications.domain.languages import DUTCH, Language
from services.notifications.domain.people import ALLIANCE, Colleague, Guardian, Recipient
from services.notifications.domain.texts import differences, faults, fingerprint
from services.notifications.persistence.audit import AuditEntry
from services.notifications.persistence.templates import Version
from services.notifications.persistence.unit_of_work import Work
from services.notifications.service import NotificationsService
from services.notifications.usecases.ports import Copy
from services.notifications.usecases.program_texts import bring_in
from shared.errors import Conflict, Invalid, NotFound
from shared.pagination import PageRequest
from shared.tenancy import Principal


@dataclass(frozen=True)
class TemplateView:
    """One kind of mail: the version that goes out now, and the languages that it exists in."""

    kind: MailKind
    published: Version
    languages: Sequence[Language]


@dataclass(frozen=True)
class Changes:
    """From one version to another, line by line, of each language that differs."""

    before: int
    after: int
    lines: Mapping[str, Sequence[tuple[str, str]]]


@dataclass(frozen=True)
class Preview:
    """How a mail looks in one language, with an example's facts."""

    name: str
    version: int
    language: Language
    copy: Copy


def list_templates(service: NotificationsService, who: Principal) -> list[TemplateView]:
    """Every kind of mail, by name."""
    with service.work(who.scope) as work:
        published, known = _published(service, work), _languages(service, work)
    return [
        TemplateView(KINDS[name], version, [known[tag] for tag in KINDS[name].languages(known)])
        for name, version in sorted(published.items())
    ]


def preview(service: NotificationsService, who: Principal, name: str, language: str, number: int | None = None) -> Preview:
    """In this language, of this version or the published one. Raises NotFound, Invalid for a language without texts."""
    with service.work(who.scope) as work:
        version, known = _version(service, work, name, number), _languages(service, work)
    if language not in version.sources:
        raise Invalid({"language": ["In deze taal hebben we geen teksten."]})
    return _preview(service, version, known[language])


def previews(service: NotificationsService, who: Principal, name: str, number: int | None) -> list[Preview]:
    """The same version in all languages, Dutch first. Raises NotFound."""
    with service.work(who.scope) as work:
        version, known = _version(service, work, name, number), _languages(service, work)
    return [_preview(service, version, known[tag]) for tag in sorted(version.sources, key=lambda tag: (tag != DUTCH, tag))]


def sources(service: NotificationsService, who: Principal, name: str, number: int | None) -> Mapping[str, str]:
    """The texts of a version as they were written, to write the next from. Raises NotFound."""
    with service.work(who.scope) as work:
        return _version(service, work, name, number).sources


def changes(service: NotificationsService, who: Principal, name: str, number: int | None) -> Changes | None:
    """What this version changes of the one in use, or the one in use of the one before it. None for the first, or the same.

    Raises NotFound.
    """
    with service.work(who.scope) as work:
        version = _version(service, work, name, number)
        known = work.templates.all(name)
    other = next((each for each in known if each.state == "published" and each.version != version.version), None)
    other = other or next((each for each in known if each.version < version.version), None)
    if other is None:
        return None
    tags = sorted(version.sources, key=lambda tag: (tag != DUTCH, tag))
    lines = {tag: differences(other.sources.get(tag, ""), version.sources[tag]) for tag in tags}
    changed = {tag: each for tag, each in lines.items() if any(kind != "same" for kind, _ in each)}
    return Changes(other.version, version.version, changed) if changed else None


def decided(service: NotificationsService, who: Principal, name: str) -> Sequence[AuditEntry]:
    """Who wrote and published versions of this text, newest first; the last of them."""
    with service.work(who.scope) as work:
        return work.audit.page(PageRequest(), name).items


def list_versions(service: NotificationsService, who: Principal, name: str) -> list[Version]:
    """Newest first. Raises NotFound."""
    with service.work(who.scope) as work:
        _version(service, work, name, None)
        return work.templates.all(name)


def languages(service: NotificationsService, name: str) -> list[Language]:
    """Those that this kind of mail is written in."""
    return [service.library.languages[tag] for tag in KINDS[name].languages(service.library.languages)]


def draft(service: NotificationsService, who: Principal, name: str, sources: Mapping[str, str]) -> Version:
    """A new version, not yet in use. Raises NotFound, Invalid when a language is missing or its text is not sound."""
    if name not in KINDS:
        raise NotFound
    sources = {tag: text.replace("\r\n", "\n").strip() for tag, text in sources.items()}
    if wrong := faults(sources, KINDS[name], service.library.languages):
        raise Invalid({f"sources.{tag}": [why] for tag, why in wrong.items()})
    now = service.clock.now()
    with service.work(who.scope) as work:
        work.templates.lock(name)
        _version(service, work, name, None)
        number = work.templates.all(name)[0].version + 1
        version = Version(name, number, fingerprint(sources), dict(sources), "edited", "draft", now, str(who.user_id))
        work.templates.add(version)
        work.audit.note(who, ALLIANCE, "template.drafted", name, now, version=number)
        return version


def publish(service: NotificationsService, who: Principal, name: str, number: int) -> Version:
    """This version goes out from now on; publishing an older one rolls back. Raises NotFound, Conflict."""
    with service.work(who.scope) as work:
        work.templates.lock(name)
        version = _version(service, work, name, number)
        if version.state == "published":
            raise Conflict("Deze versie is al in gebruik.")
        _refuse_outdated(service, version)
        now = service.clock.now()
        work.templates.publish(name, number, now, str(who.user_id))
        work.audit.note(who, ALLIANCE, "template.published", name, now, version=number)
        return _version(service, work, name, number)


def _preview(service: NotificationsService, version: Version, language: Language) -> Preview:
    kind = KINDS[version.name]
    copy = service.renderer.preview(_example_reader(kind, language.tag), kind.example, version.template)
    return Preview(version.name, version.version, language, copy)


def _languages(service: NotificationsService, work: Work) -> dict[str, Language]:
    """Each as read by a native speaker when it came so with the program, or an administrator said so since."""
    read = {each.tag for each in work.settings.languages().values() if each.read_at is not None}
    return {tag: replace(each, read_by_native=True) if tag in read else each for tag, each in service.library.languages.items()}


def _refuse_outdated(service: NotificationsService, version: Version) -> None:
    """A text from before a language or a placeholder was added may not come back."""
    for tag, why in faults(version.sources, KINDS[version.name], service.library.languages).items():
        raise Conflict("Deze versie past niet meer: %(why)s", why=f"{tag}: {why}")


def _published(service: NotificationsService, work: Work) -> dict[str, Version]:
    found = work.templates.published()
    if set(found) != set(KINDS):
        # The worker enters the texts when it starts; a page may be asked for before that.
        bring_in(work, service.library.texts, service.clock.now())
        found = work.templates.published()
    return {name: version for name, version in found.items() if name in KINDS}


def _version(service: NotificationsService, work: Work, name: str, number: int | None) -> Version:
    published = _published(service, work)
    if name not in published:
        raise NotFound
    if number is None:
        return published[name]
    version = next((each for each in work.templates.all(name) if each.version == number), None)
    if version is None:
        raise NotFound
    return version


def _example_reader(kind: MailKind, language: str) -> Recipient:
    nobody = UUID(int=0)
    if kind.to == "staff":
        return Colleague(nobody, nobody, "Samira Bakkali", "medewerker@voorbeeld.example", language)
    return Guardian(nobody, nobody, nobody, "Fatma", "Yılmaz", language, email="ouder@voorbeeld.example")
