"""Reports of talks: written, put to the parents, reacted to, added to."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from services.cases.domain.case import Case
from services.cases.domain.readers import ordered, reader_of
from services.cases.domain.report import Report, Words, check_day
from services.cases.domain.sides import check_speaks_for
from services.cases.service import CasesService
from services.cases.usecases.acting import Acting, Person, acting
from services.cases.usecases.asking import NewAsk, ask_parents, may_be_asked
from shared.errors import Invalid
from shared.ids import new_id
from shared.tenancy import Principal


@dataclass(frozen=True)
class NewReaction:
    """A side's say of a report; `remarks` where it sees something differently."""

    by: str
    approves: bool
    remarks: str | None = None


@dataclass(frozen=True)
class InFull:
    """A report with the case it is of."""

    report: Report
    case: Case


def write(service: CasesService, who: Principal, case_id: UUID, words: Words) -> Report:
    """A draft. Raises NotFound, and Invalid naming the field."""
    with acting(service, who) as act:
        case = act.work.cases.get(case_id)
        check_day(words.talk_on, act.today)
        known = vars(_checked(act, case, words))
        report = Report(
            case.school_id, new_id(), case.id, **known, written_by=who.user_id, written_by_name=who.name, written_at=act.now
        )
        act.work.reports.add(report)
        _keep_trace(act, case, report, "report_written")
        return report


def reports(service: CasesService, who: Principal, case_id: UUID) -> tuple[Case, list[Report]]:
    """Of one case, the latest talk first, as far as the caller may read them. Raises NotFound."""
    with acting(service, who) as act:
        case = act.work.cases.get(case_id)
        act.log(case, "read", "verslag")
        return case, act.work.reports.of(case)


def read(service: CasesService, who: Principal, report_id: UUID) -> InFull:
    """Raises NotFound."""
    with acting(service, who) as act:
        report = act.work.reports.get(report_id)
        case = act.work.cases.get(report.case_id)
        act.log(case, "read", "verslag", report.readers)
        return InFull(report, case)


def rewrite(service: CasesService, who: Principal, report_id: UUID, words: Words, expected: int | None = None) -> Report:
    """Change a draft. Raises NotFound, Stale, Conflict, Invalid."""
    with acting(service, who) as act:
        report, case = _to_change(act, report_id, expected)
        report.rewrite(_checked(act, case, words), act.today)
        act.work.reports.save(report)
        act.log(case, "change", "verslag", report.readers)
        return report


def present(service: CasesService, who: Principal, report_id: UUID, expected: int | None = None) -> Report:
    """Put it to the parents; each who has a say is asked by mail. Raises NotFound, Stale, Conflict."""
    with acting(service, who) as act:
        report, case = _to_change(act, report_id, expected)
        report.present([each.id for each in may_be_asked(case)], act.now)
        act.work.reports.save(report)
        _keep_trace(act, case, report, "report_presented" if report.awaiting else "report_finished")
        if report.awaiting:
            ask_parents(service, act, case, NewAsk("report_to_check", about_id=report.id))
        return report


def react(service: CasesService, who: Person, report_id: UUID, new: NewReaction, expected: int | None = None) -> Report:
    """The parents' say: their own, or written down by the liaison. Raises Forbidden, NotFound, Stale, Conflict, Invalid."""
    if new.by != "parents":
        raise Invalid({"by": ["Alleen de ouders geven hun akkoord op een verslag."]})
    check_speaks_for(who.role, new.by)
    with acting(service, who) as act:
        report, case = _to_change(act, report_id, expected)
        made = report.react(act.said(new.by, new.remarks), new.approves, act.now)
        act.work.reports.add_reaction(report, made, who.user_id)
        act.work.reports.save(report)
        _keep_trace(act, case, report, "report_approved" if new.approves else "report_remarked")
        return report


def finish(service: CasesService, who: Principal, report_id: UUID, reason: str, expected: int | None = None) -> Report:
    """Wait no longer for the parents. Raises NotFound, Stale, Conflict."""
    with acting(service, who) as act:
        report, case = _to_change(act, report_id, expected)
        report.finish(reason, act.now)
        act.work.reports.save(report)
        _keep_trace(act, case, report, "report_finished")
        return report


def add(service: CasesService, who: Principal, report_id: UUID, text: str, expected: int | None = None) -> Report:
    """Add to a final report. Raises NotFound, Stale, Conflict."""
    with acting(service, who) as act:
        report, case = _to_change(act, report_id, expected)
        made = report.add(text, who.name, act.now)
        act.work.reports.add_addendum(report, made, who.user_id)
        act.work.reports.save(report)
        _keep_trace(act, case, report, "report_added_to")
        return report


def _checked(act: Acting, case: Case, words: Words) -> Words:
    """With the readers in their order, and the name of whoever held the talk. Raises Invalid."""
    if reader_of(act.who.role) not in words.readers:
        raise Invalid({"readers": ["U kunt niets schrijven dat u zelf niet mag lezen."]})
    if words.appointment_id is not None and not act.work.planning.is_of(case.school_id, case.id, words.appointment_id):
        raise Invalid({"appointment_id": ["Deze afspraak hoort niet bij dit dossier."]})
    return Words(words.talk_on, _holder(act, case, words.held_by), words.text, ordered(words.readers), words.appointment_id)


def _holder(act: Acting, case: Case, held_by: str) -> str:
    """The name of a colleague given by id; any other text is a name itself. Raises Invalid for an id of nobody here."""
    try:
        wanted = UUID(held_by)
    except ValueError:
        return held_by
    found = act.work.staff.place(case.school_id)
    names = found[1] if found else {}
    if wanted not in names:
        raise Invalid({"held_by": ["Deze persoon werkt niet voor deze school."]})
    return names[wanted]


def _to_change(act: Acting, report_id: UUID, expected: int | None) -> tuple[Report, Case]:
    report = act.work.reports.get(report_id, to_change=True)
    report.expect(expected)
    return report, act.work.cases.get(report.case_id)


def _keep_trace(act: Acting, case: Case, report: Report, kind: str) -> None:
    act.note(case, kind, about=report.id, readers=report.readers, talk_on=report.talk_on.isoformat())
    act.log(case, "change", "verslag", report.readers)
