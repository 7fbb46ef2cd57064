"""What parents tell, and what is written beside it: the story, wishes, strengths and goals, each with its readers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from services.cases.domain.readers import PARENTS_AND_LIAISON, SHARED, ordered, reader_of, story_readers
from services.cases.persistence.texts import Statement, Story
from services.cases.service import CasesService
from services.cases.usecases.acting import Person, acting
from shared.errors import Invalid, NotFound, Stale
from shared.ids import new_id
from shared.tenancy import Principal

_CALLED = {"wish": "wens", "strength": "kracht", "goal": "doel", "addition": "verhaal"}


@dataclass(frozen=True)
class NewStory:
    """The story as written down. `told_by`: the guardian whose words these are."""

    text: str
    shared_with_school: bool = False
    told_by: UUID | None = None


@dataclass(frozen=True)
class NewStatement:
    """A wish, a strength, a goal, or an addition to the story; without `readers`, the ones that its kind usually has."""

    kind: str
    text: str
    of: str | None = None
    readers: Sequence[str] | None = None


def write_story(
    service: CasesService, who: Principal, case_id: UUID, new: NewStory, expected_version: int | None = None
) -> Story:
    """A new version; the earlier ones stay. Raises NotFound, Invalid, and Stale when somebody wrote one meanwhile."""
    with acting(service, who) as act:
        case = act.work.cases.get(case_id, to_change=True)
        before = act.work.texts.story(case)
        version = before.version if before else 0
        if expected_version is not None and expected_version != version:
            raise Stale
        if new.told_by is not None and case.guardian(new.told_by) is None:
            raise Invalid({"told_by": ["Deze ouder hoort niet bij dit dossier."]})
        readers = story_readers(shared_with_school=new.shared_with_school)
        story = Story(version + 1, new.text, new.told_by, readers, who.user_id, who.name, act.now)
        act.work.texts.add_story(case, story)
        act.note(case, "story_written", readers=readers, version=story.version, shared=new.shared_with_school)
        act.log(case, "change", "verhaal", readers)
        return story


def read_story(service: CasesService, who: Principal, case_id: UUID) -> Story:
    """The latest version. Raises NotFound when there is none, or none for this reader: the two look the same."""
    return read_story_versions(service, who, case_id)[0]


def read_story_versions(service: CasesService, who: Principal, case_id: UUID) -> list[Story]:
    """Every version for this reader, newest first. Raises NotFound when there is none."""
    with acting(service, who) as act:
        case = act.work.cases.get(case_id)
        found = act.work.texts.story_versions(case)
        if not found:
            raise NotFound
        act.log(case, "read", "verhaal", found[0].readers)
        return found


def state(service: CasesService, who: Person, case_id: UUID, new: NewStatement) -> Statement:
    """Add one. Raises NotFound, and Invalid for readers without the writer."""
    readers = _readers(who, new)
    with acting(service, who) as act:
        case = act.work.cases.get(case_id)
        said = (new.kind, new.of, new.text, readers, who.user_id, who.name, act.now, act.guardian_id)
        statement = Statement(new_id(), *said)
        act.work.texts.add_statement(case, statement)
        act.note(case, f"{new.kind}_added", about=statement.id, readers=readers)
        act.log(case, "change", _CALLED[new.kind], readers)
        return statement


def _readers(who: Person, new: NewStatement) -> list[str]:
    """What parents tell is their own until they agree to more; a goal is shared by what it is."""
    usual = PARENTS_AND_LIAISON if new.kind in ("wish", "addition") else SHARED
    readers = ordered(new.readers if new.readers is not None else usual)
    if reader_of(who.role) not in readers:
        raise Invalid({"readers": ["U kunt niets schrijven dat u zelf niet mag lezen."]})
    return readers
