"""A case of a year's work: sixty things said, five versions of the story, four guardians, a timeline of more than two hundred."""

from __future__ import annotations

from uuid import UUID

import psycopg

from services.cases.usecases import texts
from services.cases.usecases.cases import NewGuardian
from services.cases.usecases.texts import NewStatement, NewStory
from tests.integration.cases.support import World, guardian_values

TIMELINE = 200
# What happened over a year is copied from what happened just now: nobody waits for two hundred transactions.
_LENGTHEN = (
    "insert into timeline (school_id, id, case_id, at, kind, actor_id, actor_name, about_id, data, readers)"
    " select school_id, gen_random_uuid(), case_id, at - number * interval '1 day', kind, actor_id, actor_name, about_id, data,"
    " readers from timeline cross join generate_series(1, 200) as number"
    " where id = (select id from timeline where case_id = %s order by at desc limit 1)"
)


def open_case(world: World) -> UUID:
    """With four guardians, and nothing in it yet."""
    return world.opens(guardians=[NewGuardian(guardian_values())] * 4).case.id


def fill(world: World, case_id: UUID) -> None:
    liaison = world.who("liaison")
    for number in range(60):
        texts.state(world.service, liaison, case_id, NewStatement("wish", f"Wens {number}."))
    for number in range(5):
        texts.write_story(world.service, liaison, case_id, NewStory(f"Versie {number}."))
    with psycopg.connect(world.database.url("admin")) as connection:
        added = connection.execute(_LENGTHEN, (case_id,)).rowcount
    assert added == TIMELINE
