"""Searching: for dossiers by name or number, and in the texts of all dossiers that the caller may read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.cases.domain.accounts import School
from services.cases.domain.listing import Filters, ListedCase
from services.cases.domain.searching import Hit, Sought, check_words
from services.cases.service import CasesService
from services.cases.usecases.acting import Acting, acting
from services.cases.usecases.dossiers import find_cases
from shared.pagination import Page, PageRequest
from shared.tenancy import Principal

_NAMED = 5


@dataclass(frozen=True)
class Found:
    """The dossiers whose names fit, on the first page; and the texts."""

    named: Sequence[ListedCase]
    texts: Page[Hit]
    schools: Sequence[School]


def search(service: CasesService, who: Principal, sought: Sought, page: PageRequest) -> Page[Hit]:
    """The texts in which everything stands that was sought, newest first. Raises Invalid on `q`."""
    with acting(service, who) as act:
        words = act.work.searching.words(sought.q)
        check_words(words)
        return _texts(act, sought, words, page)


def look(service: CasesService, who: Principal, sought: Sought, page: PageRequest) -> Found:
    """For a page: names and texts in one. What is too common to look for finds nothing in texts."""
    with acting(service, who) as act:
        named = find_cases(act, Filters(q=sought.q, school_id=sought.school_id), PageRequest(_NAMED)).page.items
        words = act.work.searching.words(sought.q)
        texts: Page[Hit] = _texts(act, sought, words, page) if words else Page([])
        return Found(() if page.cursor else named, texts, act.work.staff.schools())


def schools_to_search(service: CasesService, who: Principal) -> Sequence[School]:
    """For a page on which nothing was asked yet."""
    with acting(service, who) as act:
        return act.work.staff.schools()


def _texts(act: Acting, sought: Sought, words: Sequence[str], page: PageRequest) -> Page[Hit]:
    """An excerpt is a look into the dossier: it is logged as one."""
    found = act.work.searching.find(sought, words, page)
    looked_into: dict[UUID, UUID] = {hit.case_id: hit.school_id for hit in found.items}
    act.log_reads(looked_into, "zoekresultaat")
    return found
