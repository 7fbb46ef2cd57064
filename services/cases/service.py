"""The composition root: the one place where the service's parts are put together."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import cast

from flask import current_app

from services.cases.adapters.links import EnrolmentKeys, InvitationLinks, ParentLinks
from services.cases.adapters.passwords import Passwords
from services.cases.adapters.recovery_codes import RecoveryCodes
from services.cases.adapters.seal import Seal
from services.cases.config import Config
from services.cases.persistence.unit_of_work import Work, work
from shared.clock import Clock, SystemClock
from shared.database import Database
from shared.identity import TokenIssuer
from shared.tenancy import Scope


@dataclass(frozen=True)
class CasesService:
    """What the use cases work with."""

    config: Config
    database: Database
    clock: Clock
    issuer: TokenIssuer
    passwords: Passwords
    links: ParentLinks

    @property
    def invitation_links(self) -> InvitationLinks:
        return InvitationLinks(self.config.secret_key)

    @property
    def enrolment_keys(self) -> EnrolmentKeys:
        return EnrolmentKeys(self.config.secret_key)

    @property
    def recovery_codes(self) -> RecoveryCodes:
        return RecoveryCodes(self.config.secret_key)

    @property
    def seal(self) -> Seal:
        keys = (self.config.secret_key, self.config.old_secret_key)
        return Seal([key for key in keys if key])

    @contextmanager
    def work(self, scope: Scope) -> Iterator[Work]:
        """One transaction with this scope."""
        with work(self.database, scope) as opened:
            yield opened


def build(config: Config, clock: Clock | None = None) -> CasesService:
    """The service as configured."""
    key = json.loads(config.signing_key_file.read_text())
    database = Database(config.database_url, pool_size=config.pool_size)
    return CasesService(config, database, clock or SystemClock(), TokenIssuer(key), Passwords(), ParentLinks(config.secret_key))


def current() -> CasesService:
    """The service of the running request."""
    return cast(CasesService, current_app.extensions["service"])
