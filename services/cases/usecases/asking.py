"""Asking guardians something: each gets a mail with a link to their own page, and what it says stays on the page."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from services.cases.adapters.links import AskLink
from services.cases.domain.asks import LINK_WORKS, NOT_AGAIN_WITHIN, Ask, is_news
from services.cases.domain.case import Case, Guardian
from services.cases.domain.disclosure import gets_the_record
from services.cases.service import CasesService
from services.cases.usecases.acting import Acting, acting
from shared.errors import Conflict, Invalid
from shared.ids import new_id
from shared.messaging.outbox import NewEvent
from shared.tenancy import Principal


@dataclass(frozen=True)
class NewAsk:
    """`guardian_ids`: None asks all who may have a say. `about_id`: the agreement or report that gives rise to it."""

    what: str
    guardian_ids: Collection[UUID] | None = None
    answer_before: date | None = None
    about_id: UUID | None = None


def ask(service: CasesService, who: Principal, case_id: UUID, new: NewAsk) -> list[Ask]:
    """Ask again, or something of one's own accord; who was asked the same today already is not asked twice.

    Raises NotFound, Conflict for a closed case, and Invalid naming the field.
    """
    with acting(service, who) as act:
        case = act.work.cases.get(case_id)
        if case.closed:
            raise Conflict("Dit dossier is afgerond.")
        if new.answer_before is not None and new.answer_before < act.today:
            raise Invalid({"answer_before": ["Kies een dag die nog komt."]})
        have_a_say = {each.id for each in may_be_asked(case)}
        if new.guardian_ids is not None and not have_a_say.issuperset(new.guardian_ids):
            raise Invalid({"guardian_ids": ["Deze ouder kan dit niet gevraagd worden."]})
        made = ask_parents(service, act, case, new)
        act.log(case, "change", "vraag aan ouders")
        return made


def read_asks(service: CasesService, who: Principal, case_id: UUID) -> tuple[Case, list[Ask]]:
    """A case, and what was asked in it, newest first. Raises NotFound."""
    with acting(service, who) as act:
        case = act.work.cases.get(case_id)
        act.log(case, "read", "vraag aan ouders")
        return case, act.work.asks.of(case)


def may_be_asked(case: Case) -> list[Guardian]:
    """Who has a say: not a parent without custody, who is told of important things by other ways."""
    return [each for each in case.guardians if gets_the_record(each)]


def ask_parents(service: CasesService, act: Acting, case: Case, new: NewAsk) -> list[Ask]:
    """Within the act that gives rise to it: who is told, is told of what is kept."""
    earlier = act.work.asks.of(case, act.now - NOT_AGAIN_WITHIN)
    wanted = [each for each in may_be_asked(case) if new.guardian_ids is None or each.id in new.guardian_ids]
    made = [
        _ask(act, case, guardian, new)
        for guardian in wanted
        if is_news(new.what, [each for each in earlier if _reached(each, guardian)], act.now)
    ]
    if made:
        act.work.publish(*(_told(service, act, case, each) for each in made))
    return made


def _reached(ask: Ask, guardian: Guardian) -> bool:
    """It was put to this guardian, where they still read their mail."""
    return ask.guardian_id == guardian.id and guardian.is_still_reached_as(ask.asked_at)


def _ask(act: Acting, case: Case, guardian: Guardian, new: NewAsk) -> Ask:
    ask = Ask(
        school_id=case.school_id,
        id=new_id(),
        case_id=case.id,
        guardian_id=guardian.id,
        what=new.what,
        about_id=new.about_id,
        asked_by_name=act.who.name,
        asked_at=act.now,
        expires_at=act.now + LINK_WORKS,
        answer_before=new.answer_before,
    )
    act.work.asks.add(ask)
    return ask


def _told(service: CasesService, act: Acting, case: Case, ask: Ask) -> NewEvent:
    told = {
        "ask_id": ask.id,
        "case_id": ask.case_id,
        "person_id": ask.guardian_id,
        "what": ask.what,
        "token": service.links.token(AskLink(ask.school_id, ask.id, ask.guardian_id)),
        "answer_before": ask.answer_before,
        "host_id": case.assigned_to,
    }
    return NewEvent("cases.parents.asked.v1", ask.school_id, told, act.now)
