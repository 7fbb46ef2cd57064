"""Two walls: what a school's people can reach in each table, and what the worker can."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import ProgrammingError

from services.notifications.domain.calls import Contact
from services.notifications.persistence.desk_tables import audit
from services.notifications.persistence.suppressions import SuppressionRow
from services.notifications.persistence.unit_of_work import work
from services.notifications.usecases import people
from shared.ids import new_id
from shared.tenancy import NOBODY, Scope
from tests.integration.notifications.support import KLIMOP, REGENBOOG, MemoryMailer, Post, Web, guardian, invitation

TABLES = sorted(table.name for table in audit.metadata.tables.values() if "school_id" in table.c)
# What the worker sees of all schools, and why: ids and times of what is due; ids and names to go from school to school.
WORKER_SEES_ALL = {"dispatch_queue", "schools"}


@pytest.fixture
def filled(post: Post, mailer: MemoryMailer) -> Post:
    """A row in every table, for each of two schools."""
    moved = []
    for school in (REGENBOOG, KLIMOP):
        person = guardian()
        post.knows(person, school)
        data = invitation(person)
        post.asks(data, school)
        with work(post.service.database, Scope.of_schools({school})) as opened:
            people.keep_answers(
                opened, school, data | {"participants": [{"person_id": person["person_id"], "response": "accepted"}]}
            )
            staff = {"name": "S", "first_name": "S", "role": "liaison", "email": None, "phone": None}
            people.keep_staff(opened, school, staff | {"person_id": new_id(), "valid_from": "2026-01-01", "valid_until": None})
            now = post.clock.now()
            opened.suppressions.add(SuppressionRow(new_id(), school, "a@x.example", None, "returned", None, now, now))
            opened.calls.add(Contact(new_id(), school, None, person["person_id"], "reached", now, new_id(), "S"))
        post.rows(
            "insert into audit (school_id, id, at, actor_id, actor_name, action, subject, details)"
            " values (%s, %s, now(), %s, 'S', 'message.arrived', 'x', '{}') returning id",
            school,
            new_id(),
            new_id(),
        )
        post.rows("insert into trial_modes values (%s, '{@voorbeeld.example}', now(), 'P') returning school_id", school)
        post.dispatcher(mailer).run_once()
        moved.append((data | {"method": "update", "sequence": 1}, school))
    for data, school in moved:
        post.asks(data, school)
    return post


@pytest.mark.parametrize("table", TABLES)
def test_a_school_sees_its_own_rows_and_nobody_sees_any(filled: Post, web: Web, table: str) -> None:
    database = web.app.extensions["service"].database
    count = text(f"select count(*), count(distinct school_id), min(school_id::text) from {table}")
    with database.transaction(Scope.of_schools({KLIMOP}, "liaison")) as session:
        rows, schools, school = session.execute(count).one()
    assert (rows > 0, schools, school) == (True, 1, str(KLIMOP))
    for scope in (NOBODY, Scope.of_schools([])):
        with database.transaction(scope) as session:
            assert session.execute(count).one()[0] == 0


@pytest.mark.parametrize("table", TABLES)
def test_the_worker_without_a_school_sees_only_what_it_must(filled: Post, table: str) -> None:
    with filled.service.database.transaction(NOBODY) as session:
        seen = session.execute(text(f"select count(distinct school_id) from {table}")).scalar_one()
    assert seen == (2 if table in WORKER_SEES_ALL else 0)


@pytest.mark.parametrize("audience", ["figures", "administration", "parents"])
@pytest.mark.parametrize("table", ["messages", "message_copies", "attempts", "people", "suppressions", "contacts"])
def test_who_reads_no_dossier_reads_no_mail(filled: Post, web: Web, table: str, audience: str) -> None:
    with web.app.extensions["service"].database.transaction(Scope.of_schools({KLIMOP}, audience)) as session:  # type: ignore[arg-type]  # a word
        assert session.execute(text(f"select count(*) from {table}")).scalar_one() == 0


@pytest.mark.parametrize("table", ["messages", "people", "attempts", "message_copies", "staff"])
def test_the_web_can_not_invent_rows(filled: Post, web: Web, table: str) -> None:
    database = web.app.extensions["service"].database
    with pytest.raises(ProgrammingError, match=r"permission denied"), database.transaction(NOBODY) as session:
        session.execute(text(f"insert into {table} default values"))


@pytest.mark.parametrize("statement", ["update audit set actor_name = 'X'", "delete from audit"])
def test_what_people_did_can_not_be_changed_by_anybody(filled: Post, web: Web, statement: str) -> None:
    """Neither by the web nor by the worker, whatever they see."""
    for database in (web.app.extensions["service"].database, filled.service.database):
        with pytest.raises(ProgrammingError, match=r"permission denied"), database.transaction(NOBODY) as session:
            session.execute(text(statement))


def test_only_an_administrator_puts_a_school_on_trial(filled: Post, web: Web) -> None:
    database, change = web.app.extensions["service"].database, text("update trial_modes set by_name = 'X'")
    liaison = Scope.of_schools({KLIMOP}, "liaison")
    with pytest.raises(ProgrammingError, match=r"row-level security"), database.transaction(liaison) as session:
        session.execute(change)
    with database.transaction(Scope(audience="administration")) as session:
        assert session.execute(change).rowcount == 2
