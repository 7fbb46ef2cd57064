"""What the other services told: on the timeline, the dossier, and in what is to be done. Once, in order, and of this school."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from services.cases.domain.case import Case
from services.cases.events import SUBSCRIPTIONS
from services.cases.persistence.housekeeping import forget
from services.cases.usecases import dossiers, my_work, session
from services.cases.usecases.history import read_timeline
from services.cases.usecases.session import Credentials
from services.cases.worker import build_worker, housekeeping
from shared.database import Database
from shared.errors import Unauthenticated
from shared.events.catalogue import consumed_by, publishing_schema
from shared.events.envelope import Event
from shared.ids import new_id
from shared.messaging.consumer import Consumer
from shared.messaging.transports.in_process import InProcessTransport
from shared.pagination import PageRequest
from shared.tenancy import NOBODY
from tests.integration.cases.support import PASSWORD, Web, World

KINDS = ("invited", "moved", "cancelled", "answered", "concluded")


class Told:
    """The consumer of `cases`, and events to tell it."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.database = Database(world.database.sqlalchemy_url("worker"), pool_size=2)
        self.consumer = Consumer("cases", self.database, SUBSCRIPTIONS, world.clock)
        self.sequences: dict[str, int] = {}

    def tell(self, type_: str, subject: str, data: dict[str, Any], school: str = "regenboog", **more: Any) -> bytes:
        number = self.sequences[subject] = more.get("sequence", self.sequences.get(subject, 0) + 1)
        dumped = publishing_schema(type_).dump(data)
        at = more.get("at", self.world.clock.now())
        school_id = self.world.schools[school]
        body = Event(new_id(), type_, "/" + type_.split(".", maxsplit=1)[0], at, subject, school_id, number, dumped).encode()
        self.consumer.receive([body])
        return body

    def appointment(self, happened: str, case: Case, **more: Any) -> dict[str, Any]:
        starts_at: datetime = more.pop("starts_at", self.world.clock.now() + timedelta(days=2))
        data: dict[str, Any] = {
            "appointment_id": more.pop("appointment_id", new_id()),
            "case_id": case.id,
            "kind": "home_visit",
            "place": "at_home",
            "starts_at": starts_at,
            "ends_at": starts_at + timedelta(hours=1),
            "sequence": 0,
            "status": more.pop("status", "invited"),
            "host_id": more.pop("host_id", self.world.users["liaison"]),
            "participants": more.pop("participants", [{"person_id": case.guardians[0].id, "response": "awaiting"}]),
            "changed_by": more.pop("changed_by", None),
        }
        about = f"appointment/{data['appointment_id']}"
        self.tell(f"scheduling.appointment.{happened}.v1", about, data, **more)
        return data

    def message(self, happened: str, case: Case, about: UUID | None = None, **more: Any) -> None:
        data = {
            "message_id": more.pop("message_id", new_id()),
            "case_id": case.id,
            "person_id": case.guardians[0].id,
            "template": "appointment_invitation",
            "language": "tr",
            "status": happened,
            "about_id": about,
        }
        self.tell(f"notifications.message.{happened}.v1", f"message/{data['message_id']}", data, **more)

    def dossier(self, case: Case, key: str = "liaison") -> dossiers.Dossier:
        return dossiers.read_case(self.world.service, self.world.who(key), case.id, PageRequest(20))

    def happened(self, case: Case, key: str = "liaison") -> list[str]:
        found = read_timeline(self.world.service, self.world.who(key), case.id, PageRequest(50))
        return [each.kind for each in found.page.items]


@pytest.fixture
def told(world: World) -> Any:
    made = Told(world)
    yield made
    made.database.dispose()


@pytest.fixture
def case(world: World) -> Case:
    return world.opens().case


def test_every_event_for_cases_has_a_handler_and_no_handler_waits_for_nothing() -> None:
    assert {each.type for each in SUBSCRIPTIONS} == set(consumed_by("cases"))


def test_an_invitation_shows_on_the_dossier_and_the_timeline(told: Told, case: Case) -> None:
    data = told.appointment("invited", case)
    (appointment,) = told.dossier(case).appointments
    assert (appointment.id, appointment.status) == (data["appointment_id"], "invited")
    assert appointment.participants[0].response == "awaiting"
    assert told.happened(case, "ib_regenboog")[0] == "appointment_invited"


def test_a_parents_answer_shows_who_and_what(told: Told, case: Case) -> None:
    mother = case.guardians[0].id
    answered = [{"person_id": mother, "response": "another_time"}]
    data = told.appointment("invited", case)
    told.appointment("answered", case, appointment_id=data["appointment_id"], participants=answered, changed_by=mother)
    dossier = told.dossier(case)
    assert dossier.appointments[0].participants[0].response == "another_time"
    assert dossier.timeline is not None
    newest = dossier.timeline.items[0]
    assert (newest.kind, newest.data["response"]) == ("appointment_answered", "another_time")
    assert newest.data["person_id"] == str(mother)
    assert [(todo.kind, todo.person_id) for todo in dossier.todos] == [("find_another_time", mother)]


def test_a_dossier_that_is_closed_says_that_an_appointment_still_stands(told: Told, case: Case, web: Web) -> None:
    data = told.appointment("invited", case)
    said, page = "Er staat nog een afspraak.", f"/cases/dossiers/{case.id}"
    assert said not in web.browser("liaison").get(page).text
    assert web.post(f"/cases/{case.id}/phase", {"to": "closed", "reason": "Wij zijn klaar."}).status_code == 200
    assert said in web.browser("liaison").get(page).text
    told.appointment("cancelled", case, appointment_id=data["appointment_id"], status="cancelled")
    shown = web.browser("liaison").get(page).text
    assert (said in shown, "Dit dossier is afgerond." in shown) == (False, True)


def test_moving_and_cancelling_replace_what_was_known(told: Told, case: Case, world: World) -> None:
    data = told.appointment("invited", case)
    later = world.clock.now() + timedelta(days=5)
    told.appointment("moved", case, appointment_id=data["appointment_id"], starts_at=later)
    assert [each.starts_at for each in told.dossier(case).appointments] == [later]
    told.appointment("cancelled", case, appointment_id=data["appointment_id"], status="cancelled")
    assert told.dossier(case).appointments == []
    assert told.happened(case)[:3] == ["appointment_cancelled", "appointment_moved", "appointment_invited"]


def test_after_the_visit_the_story_is_to_be_written(told: Told, case: Case, world: World) -> None:
    data = told.appointment("invited", case, starts_at=world.clock.now() - timedelta(hours=3))
    assert [todo.kind for todo in told.dossier(case).todos] == ["conclude", "get_acquainted"]
    held = {"appointment_id": data["appointment_id"], "starts_at": data["starts_at"], "status": "held"}
    told.appointment("concluded", case, **held)
    assert [todo.kind for todo in told.dossier(case).todos] == ["write_story"]


def test_the_same_event_again_does_nothing_twice(told: Told, case: Case) -> None:
    data = told.appointment("invited", case)
    about = f"appointment/{data['appointment_id']}"
    body = told.tell("scheduling.appointment.moved.v1", about, data)
    told.consumer.receive([body])
    told.consumer.receive([body])
    assert told.happened(case).count("appointment_moved") == 1


def test_a_late_older_one_changes_nothing(told: Told, case: Case, world: World) -> None:
    data = told.appointment("invited", case)
    about, later = f"appointment/{data['appointment_id']}", world.clock.now() + timedelta(days=9)
    moved = data | {"starts_at": later, "ends_at": later + timedelta(hours=1)}
    told.tell("scheduling.appointment.moved.v1", about, moved, sequence=5)
    told.tell("scheduling.appointment.moved.v1", about, data, sequence=4)
    assert told.dossier(case).appointments[0].starts_at == later


@pytest.mark.parametrize("after", ["sent", "settled"])
@pytest.mark.parametrize("happened", ["failed", "suppressed"])
def test_whom_a_message_did_not_reach_is_to_be_called_until_they_know(told: Told, case: Case, happened: str, after: str) -> None:
    data = told.appointment("invited", case)
    told.message(happened, case, data["appointment_id"])
    dossier = told.dossier(case)
    assert dossier.appointments[0].participants[0].delivery == happened
    assert [todo.kind for todo in dossier.todos] == ["call_to_tell"]
    told.world.clock.advance(timedelta(minutes=1))
    told.message(after, case, data["appointment_id"])
    assert [todo.kind for todo in told.dossier(case).todos] == ["no_answer"]
    assert told.happened(case)[:2] == [f"message_{after}", f"message_{happened}"]


def test_an_older_delivery_does_not_undo_a_newer_one(told: Told, case: Case, world: World) -> None:
    data = told.appointment("invited", case)
    told.message("sent", case, data["appointment_id"])
    told.message("failed", case, data["appointment_id"], at=world.clock.now() - timedelta(hours=1))
    assert told.dossier(case).appointments[0].participants[0].delivery == "sent"


def test_a_message_about_no_case_is_of_no_interest(told: Told, case: Case) -> None:
    before = told.happened(case)
    data = {"message_id": new_id(), "case_id": None, "person_id": new_id(), "template": "x", "language": "nl", "status": "sent"}
    told.tell("notifications.message.sent.v1", f"message/{data['message_id']}", data)
    assert told.happened(case) == before


def test_an_event_of_one_school_cannot_touch_another_schools_case(told: Told, case: Case) -> None:
    before = told.happened(case)
    told.appointment("invited", case, school="klimop")
    told.message("sent", case, school="klimop")
    assert told.happened(case) == before
    assert told.world.rows("select * from parked_events") == []
    assert told.world.rows("select * from appointments") == []


def test_what_waits_is_gathered_over_all_cases_most_pressing_first(told: Told, case: Case, world: World) -> None:
    other = world.opens().case
    mother = other.guardians[0].id
    told.appointment("answered", other, participants=[{"person_id": mother, "response": "another_time"}], changed_by=mother)
    mine = my_work.my_work(world.service, world.who("liaison"))
    assert [(todo.kind, todo.case_id) for todo in mine.todos] == [("find_another_time", other.id), ("get_acquainted", case.id)]
    assert mine.guardian_names[mother] == "Elif Yılmaz"
    assert [each.id for each in mine.cases] == [other.id, case.id]


def test_what_is_over_is_forgotten(told: Told, world: World) -> None:
    who = session.log_in(world.service, Credentials("liaison@demo.example", PASSWORD, "10.0.0.1")).principal
    session.log_out(world.service, who)
    with pytest.raises(Unauthenticated):
        session.log_in(world.service, Credentials("liaison@demo.example", "fout", "10.0.0.1"))
    later = world.clock.now() + timedelta(days=60)
    with told.database.transaction(NOBODY) as opened:
        forget(opened, later)
    for table in ("login_failures", "revocations"):
        assert world.rows(f"select * from {table}") == []


def test_the_worker_has_its_own_loop_for_that(world: World, told: Told) -> None:
    worker = build_worker(world.service.config, InProcessTransport(["cases"]), world.clock)
    assert set(worker.loops) == {"housekeeping", "handovers", "digests", "figures", "retention"}
    assert callable(housekeeping(told.database, world.clock))
