"""The yearly overview of rights: who may what, at which school, since when; and that somebody looked at it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.cases.domain.rights import Right, Used, review_is_due, rights_of
from services.cases.persistence.audit import Act
from services.cases.persistence.invitations import Facts
from services.cases.service import CasesService
from services.cases.usecases import colleagues
from services.cases.usecases.audit import note
from shared.tenancy import Scope


@dataclass(frozen=True)
class Overview:
    """By name. `reviewed`: when somebody last said that it was looked at, if ever."""

    rights: list[Right]
    school_names: dict[UUID, str]
    reviewed: Act | None
    due: bool
    today: date

    def school_name(self, right: Right) -> str:
        return self.school_names.get(right.assignment.school_id, "") if right.assignment else ""

    def count(self, remark: str) -> int:
        """How many people it is said of."""
        return len({right.user.id for right in self.rights if remark in right.remarks})

    def with_remark(self, remark: str) -> list[Right]:
        return [right for right in self.rights if not remark or remark in right.remarks]


def overview(service: CasesService, by: Scope) -> Overview:
    """As many queries for a thousand people as for one."""
    found, now = colleagues.read_all(service, by), service.clock.now()
    with service.work(by) as work:
        reviewed = work.audit.last("rights_reviewed")
    rights = [
        right for each in found.people for right in rights_of(each.user, _used(each.facts), each.assignments, now, found.today)
    ]
    names = {school.id: school.name for school in found.schools}
    return Overview(rights, names, reviewed, review_is_due(reviewed.at if reviewed else None, now), found.today)


def review(service: CasesService, by: Scope) -> None:
    """Say that it was looked at; with what there was to see, for who asks later."""
    found = overview(service, by)
    counts = Counter(remark for right in found.rights for remark in right.remarks)
    with service.work(by) as work:
        note(service, work, "rights_reviewed", rights=len(found.rights), remarks=dict(counts))


def _used(facts: Facts | None) -> Used | None:
    return Used(facts.made_at, facts.last_login_at, facts.totp_since) if facts else None
