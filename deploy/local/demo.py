"""The demo data, loaded on a site's first start. What they are is `deploy.demo.seed`'s."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from deploy.local.settings import SERVICES
from deploy.local.site import Site


def load(site: Site, services: Callable[[], dict[str, Any]]) -> None:
    """Give `seed` the composition root of each service, by name; their workers run meanwhile, so events travel.

    Interrupted, it begins anew at the next start.
    """
    if not (site.settings.demo and site.fresh):
        return
    from deploy.demo.seed import seed  # a later start does without

    seed(services())
    site.folder.demo_begun.unlink()


def build_services(site: Site, **more: str) -> dict[str, Any]:
    """The composition root of each service, as this site configures it."""
    return {service: _build(service, site.environment(service, **more)) for service in SERVICES}


def _build(service: str, environment: dict[str, str]) -> Any:
    config = importlib.import_module(f"services.{service}.config").Config
    return importlib.import_module(f"services.{service}.service").build(config.from_env(environment))
