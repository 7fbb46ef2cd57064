"""Who may call a route. Every view says so with `allow` or `public`; an application with a silent view does not start."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from flask import Flask

from shared.tenancy import ROLES

View = TypeVar("View", bound=Callable[..., Any])
_ATTRIBUTE = "route_policy"


@dataclass(frozen=True)
class Policy:
    """The roles that may call, or why everybody may."""

    roles: frozenset[str]
    public_because: str | None = None


def allow(*roles: str) -> Callable[[View], View]:
    """Only logged-in people with one of these roles."""
    unknown = set(roles) - ROLES
    if unknown or not roles:
        raise ValueError(f"unknown roles: {unknown or 'none given'}")
    return _mark(Policy(frozenset(roles)))


def staff() -> Callable[[View], View]:
    """Every logged-in member of staff, whatever the role."""
    return _mark(Policy(ROLES))


def public(because: str) -> Callable[[View], View]:
    """Everybody, without a login; the reason is shown in the list of routes."""
    return _mark(Policy(frozenset(), because))


def policy_of(view: Callable[..., Any]) -> Policy | None:
    """What the view declares."""
    policy = getattr(view, _ATTRIBUTE, None)
    return policy if isinstance(policy, Policy) else None


def require_policies(app: Flask) -> None:
    """Raises RuntimeError naming every endpoint that does not say who may call it."""
    silent = [endpoint for endpoint, view in app.view_functions.items() if policy_of(view) is None]
    if silent:
        raise RuntimeError(f"routes without a policy: {', '.join(sorted(silent))}")


def _mark(policy: Policy) -> Callable[[View], View]:
    def decorate(view: View) -> View:
        setattr(view, _ATTRIBUTE, policy)
        return view

    return decorate
