"""How parents, school and child look back: each heard once half-way and once at the end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.cases.domain.case import Case
from services.cases.domain.readers import COMPARTMENTS, ordered
from services.cases.domain.satisfaction import Answers, Satisfaction, Span, check_may_say, compartments
from services.cases.service import CasesService
from services.cases.usecases.acting import Acting, Person, acting
from shared.clock import AMSTERDAM
from shared.errors import Conflict, Invalid
from shared.ids import new_id
from shared.tenancy import Principal


@dataclass(frozen=True)
class NewAnswers:
    """What was said. `readers`: None for the narrowest; `guardian_id`: the parent who told the liaison."""

    answers: Answers
    readers: Sequence[str] | None = None
    guardian_id: UUID | None = None


@dataclass(frozen=True)
class LookedBack:
    """A case, what was said in it that the caller may read, and the moment that an answer of today belongs to."""

    case: Case
    said: Sequence[Satisfaction]
    moment: str


def say(service: CasesService, who: Person, case_id: UUID, new: NewAnswers) -> Satisfaction:
    """Raises Forbidden for another side, NotFound, Invalid naming the field, and Conflict when they were heard already."""
    check_may_say(who.role, new.answers.of)
    new.answers.check()
    with acting(service, who) as act:
        case = act.work.cases.get(case_id)
        moment, guardian_id = span_of(case).moment(act.today), _guardian(act, case, new)
        made = Satisfaction(
            id=new_id(),
            case_id=case.id,
            moment=moment,
            **vars(new.answers),
            readers=_readers(who.role, new),
            guardian_id=guardian_id,
            written_by=who.user_id,
            written_by_name=who.name,
            written_at=act.now,
        )
        if not act.work.satisfaction.add(case, made, act.today):
            raise Conflict("Dit is al ingevuld.")
        act.note(case, "satisfaction_given", about=made.id, readers=made.readers, of=made.of, moment=moment, **_told(act, made))
        act.log(case, "change", "tevredenheid", made.readers)
        return made


def read(service: CasesService, who: Principal, case_id: UUID) -> LookedBack:
    """Raises NotFound."""
    with acting(service, who) as act:
        case = act.work.cases.get(case_id)
        act.log(case, "read", "tevredenheid")
        return LookedBack(case, act.work.satisfaction.of(case), span_of(case).moment(act.today))


def span_of(case: Case) -> Span:
    """As the rules on moments need it."""
    return Span(case.opened_at.astimezone(AMSTERDAM).date(), case.planned_end_on, case.phase)


def _guardian(act: Acting, case: Case, new: NewAnswers) -> UUID | None:
    """Whose answers these are, of the parents: on their own page their own, and else whoever told the liaison. Raises Invalid."""
    if new.answers.of != "parents":
        return None
    told_by = act.guardian_id or new.guardian_id
    if told_by is None or case.guardian(told_by) is None:
        raise Invalid({"guardian_id": ["Kies wie van de ouders dit zei."]})
    return told_by


def _readers(role: str, new: NewAnswers) -> list[str]:
    allowed = [COMPARTMENTS[name] for name in compartments(role, new.answers.of)]
    readers = tuple(ordered(new.readers)) if new.readers is not None else allowed[0]
    if readers not in allowed:
        raise Invalid({"readers": ["Deze lezers samen kan niet. Kies een van de mogelijkheden."]})
    return list(readers)


def _told(act: Acting, made: Satisfaction) -> dict[str, str]:
    """Which parent it was about, where staff wrote it down: what is told of one is not told to the other."""
    return {"person_id": str(made.guardian_id)} if made.guardian_id and act.guardian_id is None else {}
