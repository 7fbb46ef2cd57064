"""Worker processes that are killed, that kill themselves, and that are asked to stop."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from tests.resilience.messaging.conftest import Victim
from tests.rig import Rig
from tests.waiting import eventually, stretched

StartVictim = Callable[..., Victim]
# The shortest that a supervisor grants by default (Docker's) before it kills.
GRACE_SECONDS = 10


def test_kill_9_in_mid_batch_loses_and_doubles_nothing(rig: Rig, start_victim: StartVictim) -> None:
    rig.publish(*range(400))
    for seen in (0, 60, 150):
        victim = start_victim(seconds=0.004)
        eventually(partial(in_the_middle, rig, seen))
        victim.send_signal(signal.SIGKILL)
        victim.wait()
    start_victim()
    eventually(lambda: len(rig.effects()) >= 400)
    assert rig.values() == list(range(400))
    assert rig.parked() == []


def in_the_middle(rig: Rig, more_than: int) -> bool:
    """A batch's transaction is open: its worker has written effects that nobody else sees yet."""
    busy = "state = 'idle in transaction' and usename = 'cases_worker' and query like 'insert into effects%'"
    ((count,),) = rig.query(f"select count(*) from pg_stat_activity where datname = current_database() and {busy}")
    return bool(count) and len(rig.effects()) >= more_than


def test_an_event_that_kills_its_worker_is_set_apart_and_its_neighbours_go_on(rig: Rig, start_victim: StartVictim) -> None:
    """With hundreds prefetched, all of them are delivered and lost again each time; only the one is to blame."""
    for subject in (1, 2, 3):
        rig.publish(*range(subject * 100, subject * 100 + 40), subject=subject)
    starts = 0
    victim: Victim | None = None
    until = time.monotonic() + 180
    expected = {*range(100, 107), *range(200, 240), *range(300, 340)}
    while set(rig.values()) != expected:
        assert time.monotonic() < until, f"after {starts} starts: {rig.values()}"
        if victim is None or victim.poll() is not None:
            victim, starts = start_victim(dies_on=107), starts + 1
        time.sleep(0.05)
    assert starts <= 9, "three deliveries, and then its own few attempts"
    assert len(rig.values()) == len(expected)
    states = {state for state, _ in rig.parked()}
    assert states == {"waiting"}, "nobody's dead letter"
    assert len(rig.parked()) == 33, "the one, and those of its subject behind it"


def test_sigterm_ends_a_worker_in_time_and_doubles_nothing(rig: Rig, start_victim: StartVictim) -> None:
    rig.publish(*range(30))
    victim = start_victim(seconds=0.05)
    eventually(lambda: in_the_middle(rig, 0))
    victim.send_signal(signal.SIGTERM)
    assert victim.wait(stretched(GRACE_SECONDS)) == 0
    start_victim()
    eventually(lambda: len(rig.effects()) >= 30)
    assert rig.values() == list(range(30))


def test_sigterm_does_not_wait_for_a_handler_that_hangs(rig: Rig, start_victim: StartVictim) -> None:
    rig.publish(1)
    victim = start_victim(seconds=600)
    eventually(lambda: in_the_middle(rig, 0))
    victim.send_signal(signal.SIGTERM)
    victim.wait(stretched(GRACE_SECONDS))
    start_victim()
    eventually(lambda: rig.values() == [1])


def test_a_worker_that_turns_has_a_pulse(rig: Rig, start_victim: StartVictim, tmp_path: Path) -> None:
    start_victim()
    heartbeat = tmp_path / "heartbeat"
    eventually(heartbeat.exists)
    first = heartbeat.stat().st_mtime
    eventually(lambda: heartbeat.stat().st_mtime > first)
