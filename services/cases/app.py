"""The web application of `cases`: wiring only."""

from __future__ import annotations

from flask import Flask

from services.cases.api import (
    account,
    administration,
    cases,
    charge,
    circle,
    consents,
    efforts,
    emergency,
    erasure,
    exports,
    guardians,
    insights,
    lifecycle,
    partnership,
    reports,
    retention,
    rights,
    satisfaction,
    searching,
    session,
    teams,
    texts,
)
from services.cases.config import Config
from services.cases.pages import account as account_pages
from services.cases.pages import administration as administration_pages
from services.cases.pages import cases as case_pages
from services.cases.pages import charge as charge_pages
from services.cases.pages import circle as circle_pages
from services.cases.pages import consents as consent_pages
from services.cases.pages import efforts as effort_pages
from services.cases.pages import emergency as emergency_pages
from services.cases.pages import going_there, invitation, login, my_work, parents, people
from services.cases.pages import guardians as guardian_pages
from services.cases.pages import insights as insight_pages
from services.cases.pages import lifecycle as lifecycle_pages
from services.cases.pages import partnership as partnership_pages
from services.cases.pages import reports as report_pages
from services.cases.pages import retention as retention_pages
from services.cases.pages import rights as rights_pages
from services.cases.pages import satisfaction as satisfaction_pages
from services.cases.pages import searching as search_pages
from services.cases.pages import texts as text_pages
from services.cases.service import CasesService, build
from shared.http.app import ServiceApp, create_service_app

API = (
    session.routes,
    cases.routes,
    lifecycle.routes,
    charge.routes,
    circle.routes,
    guardians.routes,
    texts.routes,
    partnership.routes,
    reports.routes,
    satisfaction.routes,
    emergency.routes,
    efforts.routes,
    consents.routes,
    erasure.routes,
    exports.routes,
    account.routes,
    administration.routes,
    teams.routes,
    searching.routes,
    insights.routes,
    retention.routes,
    rights.routes,
)
PAGES = (
    login.routes,
    my_work.routes,
    case_pages.routes,
    lifecycle_pages.routes,
    charge_pages.routes,
    circle_pages.routes,
    guardian_pages.routes,
    going_there.routes,
    text_pages.routes,
    partnership_pages.routes,
    report_pages.routes,
    effort_pages.routes,
    consent_pages.routes,
    satisfaction_pages.routes,
    emergency_pages.routes,
    parents.routes,
    account_pages.routes,
    administration_pages.routes,
    people.routes,
    invitation.routes,
    search_pages.routes,
    insight_pages.routes,
    retention_pages.routes,
    rights_pages.routes,
)


def create_app(config: Config | None = None, service: CasesService | None = None) -> Flask:
    """The application. Raises ConfigError when the environment is not usable."""
    built = service or build(config or Config.from_env())
    return create_service_app(
        ServiceApp(
            config=built.config,
            database=built.database,
            clock=built.clock,
            service=built,
            title="Cases: the partnership record",
            api=API,
            pages=PAGES,
        )
    )
