"""Operator commands: `python -m services.notifications.cli --help`. They work with the worker's configuration."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from uuid import UUID

import click

from services.notifications.adapters import mime
from services.notifications.adapters.bounces import LARGEST, read_report
from services.notifications.adapters.mime import Letter, sender_address
from services.notifications.config import Config
from services.notifications.service import NotificationsService, build_for_worker, mailer
from services.notifications.usecases.bounces import record_bounce
from services.notifications.usecases.ports import Mail, NoAnswer, Refused
from shared.config import ConfigError
from shared.ids import new_id
from shared.messaging.parking import DeadLetter
from shared.pagination import MAX_LIMIT, PageRequest
from shared.tenancy import NOBODY


@click.group()
@click.pass_context
def cli(context: click.Context) -> None:
    """Look after the mail service."""
    try:
        context.obj = build_for_worker(Config.from_env())
    except ConfigError as error:
        raise click.ClickException(str(error)) from error
    context.call_on_close(context.obj.database.dispose)


@cli.command()
@click.argument("address")
@click.pass_obj
def test_mail(service: NotificationsService, address: str) -> None:
    """Send a mail to ADDRESS as configured, and say what the server answered."""
    way = mailer(service.config)
    try:
        click.echo(way.begin(_test_mail(service.config, address)).hand_over().answer)
    except Refused as error:
        raise click.ClickException(f"refused: {error.refusal.code or ''} {error.refusal.answer}") from error
    except NoAnswer as error:
        raise click.ClickException(f"no answer to the dot: {error}") from error
    finally:
        way.close()


@cli.command()
@click.pass_obj
def dkim_records(service: NotificationsService) -> None:
    """Print what the DNS of the sender's domain must say for the keys in DKIM_KEYS."""
    signer = service.config.signer
    if not signer.keys:
        raise click.ClickException("DKIM_KEYS names no key: mail leaves unsigned")
    for key in signer.keys:
        click.echo(key.record(signer.domain))


@cli.command()
@click.pass_obj
def bounce(service: NotificationsService) -> None:
    """Read one mail that came back from standard input, as a mail server pipes it."""
    report = read_report(sys.stdin.buffer.read(LARGEST + 1))
    click.echo("recorded" if report is not None and record_bounce(service, report) else "nothing to record")


@cli.command()
@click.pass_obj
def queue(service: NotificationsService) -> None:
    """How many mails wait, and for how long the oldest has been due."""
    with service.work(NOBODY) as work:
        waiting, oldest = work.queue.backlog()
    late = (service.clock.now() - oldest).total_seconds() if oldest else 0.0
    click.echo(f"waiting: {waiting}, the oldest due for {max(late, 0):.0f} s")


@cli.command()
@click.pass_obj
def dead_letters(service: NotificationsService) -> None:
    """List the events that could not be applied."""
    for letter in _letters(service):
        click.echo(f"{letter.id}  {letter.parked_at:%Y-%m-%d %H:%M}  {letter.type}  {letter.reason}")


@cli.command()
@click.argument("letters", nargs=-1, type=click.UUID)
@click.option("--all", "every", is_flag=True, help="Every dead letter.")
@click.pass_obj
def replay(service: NotificationsService, letters: tuple[UUID, ...], every: bool) -> None:
    """Try dead letters again: those given by id, or all of them."""
    wanted = [letter.id for letter in _letters(service)] if every else list(letters)
    with service.work(NOBODY) as work:
        done = sum(work.letters.replay(letter_id, service.clock.now()) is not None for letter_id in wanted)
    click.echo(f"replayed: {done} of {len(wanted)}")
    sys.exit(0 if done == len(wanted) else 1)


def _letters(service: NotificationsService) -> list[DeadLetter]:
    found: list[DeadLetter] = []
    request = PageRequest(MAX_LIMIT)
    while True:
        with service.work(NOBODY) as work:
            page = work.letters.page(request)
        found += page.items
        if page.next_cursor is None:
            return found
        request = PageRequest(MAX_LIMIT, page.next_cursor)


def _test_mail(config: Config, address: str) -> Mail:
    number, sender = new_id(), sender_address(config.mail_from)
    letter = Letter(
        message_id=f"{number}@{sender.rpartition('@')[2]}",
        sender=config.mail_from,
        recipient=address,
        recipient_name="",
        subject="Test",
        text="Dit is een test van Partnerschap.\n",
        html="<p>Dit is een test van Partnerschap.</p>",
        languages=("nl",),
        written_at=datetime.now(UTC),
    )
    return Mail(number, sender, address, config.signer(mime.compose(letter)))


if __name__ == "__main__":
    cli()
