"""Who else is involved with a family, and how the child sees it: each for the readers that were chosen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from services.cases.domain.case import Case
from services.cases.domain.child_view import ChildView, check_heard
from services.cases.domain.circles import chosen_by
from services.cases.domain.involved import Involved
from services.cases.service import CasesService
from services.cases.usecases.acting import acting
from shared.ids import new_id
from shared.tenancy import Principal


@dataclass(frozen=True)
class NewInvolved:
    """`values`: fields of Involved; without `readers`, the narrowest that the writer has."""

    values: Mapping[str, Any]
    readers: Sequence[str] | None = None


@dataclass(frozen=True)
class NewChildView:
    """Without `heard_by` the writer heard the child; without `readers`, the narrowest that the writer has."""

    heard_on: date
    form: str
    text: str
    heard_by: str | None = None
    readers: Sequence[str] | None = None


def involve(service: CasesService, who: Principal, case_id: UUID, new: NewInvolved) -> Involved:
    """Raises NotFound, and Invalid naming the field."""
    readers = chosen_by(who.role, new.readers)
    with acting(service, who) as act:
        case = act.work.cases.get(case_id)
        made = Involved(
            new_id(), **new.values, readers=readers, written_by=who.user_id, written_by_name=who.name, written_at=act.now
        )
        made.check()
        act.work.circle.add_involved(case, made)
        act.note(case, "involved_added", about=made.id, readers=readers, part=made.part)
        act.log(case, "change", "betrokkene", readers)
        return made


def change_involved(
    service: CasesService,
    who: Principal,
    key: tuple[UUID, UUID],
    values: Mapping[str, Any],
    expected_version: int | None = None,
) -> tuple[Case, Involved]:
    """`key`: the case's id, and theirs. Raises NotFound, Stale, and Invalid naming the field."""
    with acting(service, who) as act:
        case = act.work.cases.get(key[0])
        found = act.work.circle.one_involved(case, key[1])
        found.change(values, expected_version)
        act.work.circle.keep_involved(case, found)
        act.note(case, "involved_changed", about=found.id, readers=found.readers, part=found.part)
        act.log(case, "change", "betrokkene", found.readers)
        return case, found


def read_involved(service: CasesService, who: Principal, case_id: UUID) -> tuple[Case, list[Involved]]:
    """Those whom the caller may read of. Raises NotFound."""
    with acting(service, who) as act:
        case = act.work.cases.get(case_id)
        act.log(case, "read", "betrokkene")
        return case, act.work.circle.involved(case)


def hear_child(service: CasesService, who: Principal, case_id: UUID, new: NewChildView) -> ChildView:
    """Add what the child said; what was said before stays. Raises NotFound, Conflict, and Invalid naming the field."""
    readers = chosen_by(who.role, new.readers)
    with acting(service, who) as act:
        case = act.work.cases.get(case_id)
        check_heard(case, new.heard_on, act.today)
        heard_by = new.heard_by or who.name
        made = ChildView(new_id(), new.heard_on, heard_by, new.form, new.text, readers, who.user_id, who.name, act.now)
        act.work.circle.add_child_view(case, made)
        act.note(case, "child_heard", about=made.id, readers=readers, heard_on=made.heard_on.isoformat())
        act.log(case, "change", "stem van het kind", readers)
        return made


def read_child_views(service: CasesService, who: Principal, case_id: UUID) -> tuple[Case, list[ChildView]]:
    """Those that the caller may read, the latest first. Raises NotFound."""
    with acting(service, who) as act:
        case = act.work.cases.get(case_id)
        act.log(case, "read", "stem van het kind")
        return case, act.work.circle.child_views(case)
