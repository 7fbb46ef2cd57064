"""Operator commands: `python -m services.cases.cli --help`. They work with the web application's configuration."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import date
from functools import wraps
from typing import Any
from uuid import UUID

import click

from services.cases.config import Config
from services.cases.domain.accounts import ROLES
from services.cases.service import CasesService, build
from services.cases.usecases import administration, retention, second_factor
from services.cases.usecases.administration import NewUser
from services.cases.worker import build_worker
from shared import migrations, observability
from shared.clock import today
from shared.config import ConfigError
from shared.errors import Failure, Invalid
from shared.messaging.transports.rabbitmq import RabbitTransport
from shared.messaging.worker import run_worker
from shared.tenancy import Scope

_DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def cli() -> None:
    """Look after the partnership record: its database, its worker, its alliances, schools and users."""


@cli.command()
def migrate() -> None:
    """Bring the database to its newest form, as its owner (MIGRATION_DATABASE_URL)."""
    url = os.environ.get("CASES_MIGRATION_DATABASE_URL") or os.environ.get("MIGRATION_DATABASE_URL")
    if not url:
        raise click.ClickException("MIGRATION_DATABASE_URL is missing")
    migrations.upgrade("cases", url)


@cli.command()
def worker() -> None:
    """Relay and apply events, until SIGTERM (AMQP_URL)."""
    config = _config()
    if config.amqp_url is None:
        raise click.ClickException("AMQP_URL: a worker process needs a broker")
    observability.configure("cases", config.log_level)
    raise SystemExit(run_worker(build_worker(config, RabbitTransport(config.amqp_url))))


def _with_service(command: Callable[..., None]) -> Callable[..., None]:
    """Gives the command a service; a refusal becomes a line."""

    @wraps(command)
    def call(**options: Any) -> None:
        service = build(_config())
        try:
            command(service, **options)
        except Invalid as error:
            lines = [f"{name}: {' '.join(texts)}" for name, texts in error.fields.items()]
            raise click.ClickException("\n".join(lines)) from error
        except Failure as error:
            raise click.ClickException(str(error)) from error
        finally:
            service.database.dispose()

    return call


def _as_administrator(command: Callable[..., None]) -> Callable[..., None]:
    return click.option("--administrator", required=True, help="E-mail of the one on whose behalf.")(command)


def _password(command: Callable[..., None]) -> Callable[..., None]:
    return click.password_option(help="Asked for when it is not given.")(command)


@cli.command()
@click.argument("name")
@click.option("--email", required=True)
@click.option("--full-name", required=True)
@_password
@_with_service
def found_alliance(service: CasesService, name: str, email: str, full_name: str, password: str) -> None:
    """Begin the alliance NAME with its first administrator."""
    first = NewUser(full_name, full_name.split(maxsplit=1)[0], "administrator", email, password)
    click.echo(administration.found_alliance(service, name, first).id)


@cli.command()
@click.argument("name")
@click.option("--brin", default=None, help="4 or 6 signs; a nursery has none.")
@_as_administrator
@_with_service
def register_school(service: CasesService, administrator: str, name: str, brin: str | None) -> None:
    """Let the school NAME take part."""
    click.echo(administration.register_school(service, _by(service, administrator), name, brin).id)


@cli.command()
@click.argument("email")
@click.option("--full-name", required=True)
@click.option("--first-name", default=None, help="The first word of the full name unless told.")
@click.option("--role", required=True, type=click.Choice(ROLES))
@click.option("--phone", default=None)
@_as_administrator
@_password
@_with_service
def create_user(service: CasesService, administrator: str, **given: Any) -> None:
    """Give EMAIL an account."""
    full_name = given["full_name"]
    new = NewUser(
        name=full_name,
        first_name=given["first_name"] or full_name.split()[0],
        role=given["role"],
        email=given["email"],
        password=given["password"],
        phone=given["phone"],
    )
    click.echo(administration.add_user(service, _by(service, administrator), new).id)


@cli.command()
@click.argument("user", type=click.UUID)
@click.argument("school", type=click.UUID)
@click.option("--since", type=_DAY, default=None, help="Today unless told.")
@click.option("--until", type=_DAY, default=None)
@_as_administrator
@_with_service
def assign(service: CasesService, administrator: str, user: UUID, school: UUID, since: Any, until: Any) -> None:
    """Let USER work for SCHOOL."""
    first = since.date() if since else today(service.clock)
    administration.assign(service, _by(service, administrator), user, school, first, _day(until))


@cli.command()
@click.argument("user", type=click.UUID)
@click.argument("school", type=click.UUID)
@click.option("--last-day", type=_DAY, default=None, help="Today unless told.")
@_as_administrator
@_with_service
def release(service: CasesService, administrator: str, user: UUID, school: UUID, last_day: Any) -> None:
    """Let USER no longer work for SCHOOL."""
    administration.release(service, _by(service, administrator), user, school, _day(last_day) or today(service.clock))


@cli.command()
@click.argument("user", type=click.UUID)
@_as_administrator
@_with_service
def deactivate(service: CasesService, administrator: str, user: UUID) -> None:
    """Shut USER's account, and end what it is logged in to."""
    administration.deactivate(service, _by(service, administrator), user)


@cli.command()
@click.option("--years", type=click.IntRange(1, 20), default=None, help="Kept after closing; as the alliance chose unless told.")
@click.option("--keep", type=click.UUID, multiple=True, help="A case to leave alone, as for a complaint that runs.")
@click.option("--for-real", is_flag=True, help="Erase them, everywhere. Without this they are only shown.")
@_as_administrator
@_with_service
def purge(service: CasesService, administrator: str, years: int | None, keep: tuple[UUID, ...], for_real: bool) -> None:
    """Show, or erase, the closed cases that were kept long enough."""
    by, found = _by(service, administrator), retention.purge if for_real else retention.expired
    cases = found(service, by, years, keep)
    for case in cases:
        click.echo(f"{case.case_id}  {case.reference}  {case.closed_at:%Y-%m-%d}")
    click.echo(f"{len(cases)} {'to be erased by the workers' if for_real else 'would be erased'}")


@cli.command()
@click.argument("user", type=click.UUID)
@_with_service
def enrol_code(service: CasesService, user: UUID) -> None:
    """Let USER log in with a code from an app as well; prints what the app reads from a QR code."""
    click.echo(administration.enrol_code(service, user))


@cli.command()
@click.argument("user", type=click.UUID)
@_as_administrator
@_with_service
def reset_code(service: CasesService, administrator: str, user: UUID) -> None:
    """Let USER log in by password alone again, after losing phone and recovery codes; what they are logged in to ends."""
    second_factor.reset(service, _by(service, administrator), user)


@cli.command()
@_as_administrator
@_with_service
def seal_codes(service: CasesService, administrator: str) -> None:
    """Seal what codes are made of with today's SECRET_KEY, for everybody; OLD_SECRET_KEY is not needed after it."""
    done, broken = second_factor.reseal_all(service, _by(service, administrator))
    click.echo(f"{done} sealed anew")
    if broken:
        raise click.ClickException(f"{broken} cannot be opened: set OLD_SECRET_KEY to the key of before, or use reset-code")


def _config() -> Config:
    try:
        return Config.from_env()
    except ConfigError as error:
        raise click.ClickException(str(error)) from error


def _by(service: CasesService, email: str) -> Scope:
    return administration.administrator(service, email)


def _day(value: Any) -> date | None:
    found: date | None = value.date() if value else None
    return found


if __name__ == "__main__":
    cli()
