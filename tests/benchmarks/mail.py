"""Mail: one dispatcher, with all that it promises, beside a bare loop over `smtplib` that promises nothing. In turns.

Every mail is an invitation in Turkish with the Dutch below it: text, HTML and calendar part, some 16 kB, signed with Ed25519.
The mail server is a process of its own on this machine, which reads each mail to its dot and throws it away.

- dispatcher: rows that are due → mails that are `sent` in the database, with their tries, copies and events. PostgreSQL
  with fsync; every `handing_over` is committed before its dot, every `sent` after it.
- loop: the same mails by the same renderer with the same signature, made and sent one by one over one connection of
  `smtplib` (`sendmail`, which sends the dot along with the body). Nothing is read from or written to a database.
- loop, made before: as the loop, of mails that were made and signed beforehand: what SMTP alone takes.

On two cores that others use too, the time of the processor says more than that of the wall: it is given for both, of this
process with all its threads (PostgreSQL and the mail server have theirs beside it).

And what the queue costs: taking a batch with a thousand due and with a hundred thousand.
"""

from __future__ import annotations

import logging
import smtplib
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any

import psycopg
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from services.notifications.adapters.signing import DkimKey
from services.notifications.adapters.smtp import SmtpServer
from services.notifications.domain.limits import Rate
from services.notifications.service import dispatcher
from services.notifications.usecases.dispatch import Dispatcher
from services.notifications.usecases.outgoing import Outgoing
from services.notifications.usecases.ports import Mail
from shared import observability
from shared.clock import FixedClock
from shared.tenancy import NOBODY
from tests.benchmarks._places import own_server
from tests.conftest import NOW
from tests.infrastructure import Databases
from tests.integration.notifications.support import Post, make_config, make_service

_MAILS, _TURNS = 400, 5
_WANTED_RATE, _WANTED_SHARE, _WANTED_GROWTH = 100.0, 0.6, 3.0
_SCHOOLS = 20
_FREE = Rate.read("1000000/s")


@dataclass
class Contender:
    """Mails a second, and milliseconds of the processor for each, turn by turn."""

    send: Callable[[], int]
    rates: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)

    def turn(self) -> None:
        begin, used = time.perf_counter(), time.process_time()
        mails = self.send()
        self.rates.append(mails / (time.perf_counter() - begin))
        self.processor.append((time.process_time() - used) / mails * 1000)

    @property
    def rate(self) -> float:
        return statistics.median(self.rates)

    @property
    def milliseconds(self) -> float:
        return statistics.median(self.processor)


def run(out: dict[str, list[dict[str, Any]]]) -> None:
    """Some two minutes on two quiet cores."""
    with own_server() as databases, sink() as port, logs(databases.folder / "log"):
        out["mail"] = _sending(databases, port)
        out["mail_queue"] = _queue(databases)


@contextmanager
def logs(path: Path) -> Iterator[None]:
    """As in production: one JSON object a line."""
    observability.configure("notifications")
    (handler,) = logging.getLogger().handlers
    assert isinstance(handler, logging.StreamHandler)
    with path.open("w") as file:
        before = handler.setStream(file)
        yield
        handler.setStream(before)


@contextmanager
def sink() -> Iterator[int]:
    """The port of a mail server in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks._mail_sink"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        yield int(process.stdout.readline())
    finally:
        process.kill()
        process.wait()
        process.stdout.close()


def _sending(databases: Databases, port: int) -> list[dict[str, Any]]:
    post = _post(databases, port)
    hands = dispatcher(post.service)
    mails = _claimed(post, hands)
    ours = Contender(lambda: _dispatch(hands))
    loop = Contender(lambda: _loop(port, (_made(hands, each) for each in mails)))
    made_before = Contender(partial(_loop, port, [_made(hands, each) for each in mails]))
    _fill(post, _MAILS)
    ours.send()  # warms up
    for _ in range(_TURNS):
        _fill(post, _MAILS)
        for contender in (ours, loop, made_before):
            contender.turn()
    assert post.rows("select count(*) from messages where status = 'sent'")[0]["count"] == _MAILS * (_TURNS + 1)
    hands.close()
    post.service.database.dispose()
    share = statistics.median(mine / other for mine, other in zip(ours.rates, loop.rates, strict=True))
    return [
        {"what": "dispatcher, mails/s", "measured": ours.rate, "target": _WANTED_RATE, "reached": ours.rate >= _WANTED_RATE},
        {
            "what": "share of the loop, %",
            "measured": share * 100,
            "target": _WANTED_SHARE * 100,
            "reached": share >= _WANTED_SHARE,
        },
        {"what": "loop, mails/s", "measured": loop.rate},
        {"what": "loop, mails made before, mails/s", "measured": made_before.rate},
        {"what": "dispatcher, lowest and highest turn", "measured": f"{min(ours.rates):.0f} to {max(ours.rates):.0f}"},
        {"what": "dispatcher, processor ms a mail", "measured": ours.milliseconds},
        {"what": "loop, processor ms a mail", "measured": loop.milliseconds},
    ]


def _post(databases: Databases, port: int) -> Post:
    """The service as it is configured for production: signatures, limits (never reached here), sixteen connections."""
    key = databases.folder / "dkim.pem"
    key.write_bytes(Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    database = databases("notifications")
    config = make_config(
        database,
        databases.folder,
        smtp_url=SmtpServer(host="127.0.0.1", port=port),
        dkim_keys=(DkimKey.from_file("bench", Path(key)),),
        school_limit=_FREE,
        domain_limits={"*": _FREE},
    )
    service = make_service(config, FixedClock(NOW))
    return Post(replace(service, renderer=replace(service.renderer, sign=config.signer)), database)


def _fill(post: Post, count: int) -> None:
    """So many invitations, spread over the schools, as the use case writes them."""
    if not post.rows("select 1 from messages limit 1"):
        post.invites(language="tr")
    with psycopg.connect(post.database.url("admin")) as connection:
        connection.execute("update messages set status = 'queued' where status = 'sending'")
        connection.execute("delete from dispatch_queue")
        psycopg.ClientCursor(connection).execute(_COPIES, {"count": count, "schools": _SCHOOLS, "due": post.clock.now()})


_COPIES = """
    create temporary table new as
      select ('00000000-0000-7000-8000-' || lpad((number %% %(schools)s + 1)::text, 12, '0'))::uuid as school_id,
        gen_random_uuid() as id, gen_random_uuid() as person_id, number from generate_series(1, %(count)s) as number;
    insert into people
        (school_id, person_id, case_id, first_name, last_name, language, email, phone, channel, interpreter_needed)
      select new.school_id, new.person_id, case_id, first_name, last_name, language,
        'ouder' || number || '@voorbeeld.example', phone, channel, interpreter_needed
      from new, (select * from people limit 1) as person;
    insert into messages
        (school_id, id, person_id, about_id, sequence, template, dedup_key, facts, status, language, attempts, created_at,
          expires_at)
      select new.school_id, new.id, new.person_id, about_id, sequence, template, gen_random_uuid()::text,
        first.facts, 'queued', language, 0, created_at, expires_at
      from new, (select * from messages where facts ? 'reply_token' order by id limit 1) as first;
    insert into dispatch_queue (school_id, message_id, due_at, urgency) select school_id, id, %(due)s, 30 from new;
    drop table new
"""


def _claimed(post: Post, hands: Dispatcher) -> list[Outgoing]:
    """Mails for the loops: never sent by the dispatcher."""
    _fill(post, _MAILS)
    _, claimed = replace(hands, batch=_MAILS).claim()
    assert len(claimed) == _MAILS
    return claimed


def _dispatch(hands: Dispatcher) -> int:
    while hands.run():
        pass
    return _MAILS


def _made(hands: Dispatcher, outgoing: Outgoing) -> Mail:
    return hands.renderer.render(outgoing.message, outgoing.recipient, outgoing.template, hands.clock.now()).mail


def _loop(port: int, mails: Iterable[Mail]) -> int:
    with smtplib.SMTP("127.0.0.1", port) as connection:
        for mail in mails:
            connection.sendmail(mail.sender, mail.recipient, mail.content)
    return _MAILS


def _queue(databases: Databases) -> list[dict[str, Any]]:
    """Milliseconds to take a batch of 64, by two workers at once, with few and with many due."""
    few, many = (_taking(databases, count) for count in (1_000, 100_000))
    return [
        {"what": "take 64 of 1,000 due, ms", "measured": few},
        {"what": "take 64 of 100,000 due, ms", "measured": many},
        {"what": "growth", "measured": many / few, "target": _WANTED_GROWTH, "reached": many / few <= _WANTED_GROWTH},
    ]


def _taking(databases: Databases, count: int) -> float:
    database = databases("notifications")
    service = make_service(make_config(database, databases.folder), FixedClock(NOW))
    post = Post(service, database)
    _fill(post, count)

    def take() -> list[float]:
        found = []
        for _ in range(7):
            begin = time.perf_counter()
            with service.work(NOBODY) as opened:
                opened.queue.line_up(NOW)
            with service.work(NOBODY) as opened:
                opened.queue.take(NOW + timedelta(hours=1), 64)
            found.append((time.perf_counter() - begin) * 1000)
        return found

    while _is_more(post):
        pass
    with psycopg.connect(database.url("admin"), autocommit=True) as connection:
        connection.execute("vacuum analyze dispatch_queue")
    with ThreadPoolExecutor(2) as workers:
        found = [worker.result() for worker in [workers.submit(take) for _ in range(2)]]
    service.database.dispose()
    return statistics.median(chain.from_iterable(found))


def _is_more(post: Post) -> bool:
    with post.service.work(NOBODY) as opened:
        return opened.queue.line_up(NOW)
