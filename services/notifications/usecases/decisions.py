"""What an administrator decides: how mail is written in a language that nobody has read yet, and schools that try it out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.notifications.domain.languages import Fallback, Language
from services.notifications.domain.people import ALLIANCE
from services.notifications.domain.trial import TrialMode, allow_list
from services.notifications.persistence.audit import AuditEntry
from services.notifications.persistence.settings import LanguageSetting
from services.notifications.service import NotificationsService
from shared.errors import Conflict, NotFound
from shared.pagination import Page, PageRequest
from shared.tenancy import Principal


@dataclass(frozen=True)
class LanguageView:
    """A language with what was decided about it; nothing yet means: that language first, Dutch below it."""

    language: Language
    setting: LanguageSetting | None

    @property
    def is_read(self) -> bool:
        """A native speaker has read the texts."""
        return self.language.read_by_native or (self.setting is not None and self.setting.read_at is not None)

    @property
    def fallback(self) -> Fallback:
        return self.setting.fallback if self.setting else "both"


@dataclass(frozen=True)
class SchoolView:
    """A school, and whether it tries the program."""

    school_id: UUID
    name: str
    trial: TrialMode | None


def list_languages(service: NotificationsService, who: Principal) -> list[LanguageView]:
    """All, Dutch first."""
    with service.work(who.scope) as work:
        settings = work.settings.languages()
    found = [LanguageView(each, settings.get(each.tag)) for each in service.library.languages.values()]
    return sorted(found, key=lambda view: (view.language.tag != "nl", view.language.tag))


def set_language(service: NotificationsService, who: Principal, tag: str, fallback: Fallback, *, is_read: bool) -> LanguageView:
    """Raises NotFound for a language without texts, Conflict for one that came with the program as read."""
    language = service.library.languages.get(tag)
    if language is None:
        raise NotFound
    if language.read_by_native:
        raise Conflict("Deze taal is al gelezen door een moedertaalspreker.")
    now = service.clock.now()
    with service.work(who.scope) as work:
        before = work.settings.languages().get(tag)
        read_at = (before.read_at if before and before.read_at else now) if is_read else None
        setting = LanguageSetting(tag, fallback, read_at, now, who.name)
        work.settings.save_language(setting)
        work.audit.note(who, ALLIANCE, "language.changed", tag, now, fallback=fallback, read=is_read)
    return LanguageView(language, setting)


def list_schools(service: NotificationsService, who: Principal) -> list[SchoolView]:
    """By name."""
    with service.work(who.scope) as work:
        trials = work.settings.trial_modes()
        return [SchoolView(school_id, name, trials.get(school_id)) for school_id, name in work.settings.all_schools()]


def schools_on_trial(service: NotificationsService, who: Principal) -> list[str]:
    """The names of the caller's schools that try the program: their pages say so."""
    with service.work(who.scope) as work:
        trials = work.settings.trial_modes()
        return [name for school_id, name in work.settings.all_schools() if school_id in trials] if trials else []


def begin_trial(service: NotificationsService, who: Principal, school_id: UUID, allowed: Sequence[str]) -> SchoolView:
    """From now on mail of this school goes to these addresses alone. Raises NotFound, Invalid."""
    entries, now = allow_list(allowed), service.clock.now()
    with service.work(who.scope) as work:
        name = _school(work.settings.all_schools(), school_id)
        before = work.settings.trial_modes([school_id]).get(school_id)
        trial = TrialMode(school_id, entries, before.since if before else now, who.name)
        work.settings.save_trial(trial)
        work.audit.note(who, school_id, "trial.changed" if before else "trial.begun", school_id, now, addresses=len(entries))
        return SchoolView(school_id, name, trial)


def end_trial(service: NotificationsService, who: Principal, school_id: UUID) -> SchoolView:
    """From now on mail leaves as ever; what was kept stays so until somebody sends it. Raises NotFound."""
    with service.work(who.scope) as work:
        name = _school(work.settings.all_schools(), school_id)
        if not work.settings.end_trial(school_id):
            raise NotFound
        work.audit.note(who, school_id, "trial.ended", school_id, service.clock.now())
        return SchoolView(school_id, name, None)


def list_audit(service: NotificationsService, who: Principal, page: PageRequest, subject: str | None = None) -> Page[AuditEntry]:
    """What people did, newest first."""
    with service.work(who.scope) as work:
        return work.audit.page(page, subject)


def _school(schools: Sequence[tuple[UUID, str]], school_id: UUID) -> str:
    """Its name. Raises NotFound."""
    for known, name in schools:
        if known == school_id:
            return name
    raise NotFound
