"""An operator's command at a site of `make run` or `make suite` that runs: `python -m deploy.local.operate cases --help`.

It reads the same variables as they do: PORT and DATA_DIR, or the same DATABASE_URL.
"""

from __future__ import annotations

import importlib
import os
import sys

from deploy.local import folder, postgres
from deploy.local.settings import Settings, Unusable
from deploy.local.site import Site

_WITH_COMMANDS = ("cases", "notifications")


def main(service: str = "", *arguments: str) -> int:
    """The command's own exit status; 2 when there is no such site or service."""
    try:
        if service not in _WITH_COMMANDS:
            raise Unusable(f"say first which service: {' or '.join(_WITH_COMMANDS)}")
        os.environ.update(_running(Settings.from_env()).environment(service))
    except Unusable as error:
        print(f"Partnerschap cannot do that: {error}", file=sys.stderr)
        return 2
    commands = importlib.import_module(f"services.{service}.cli").cli
    commands(arguments, prog_name=service)  # ends the process
    return 0


def _running(settings: Settings) -> Site:
    """Raises Unusable where no site was started, or its database server is not at work."""
    found = folder.read(settings.data_dir)
    try:
        admin_url = settings.database_url or postgres.address(found.path / "postgres")
    except postgres.Failed as error:
        raise Unusable(str(error)) from error
    return Site(settings, found, admin_url, server=None, fresh=False)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
