"""Bring one service's database to its newest form: `python -m deploy.service.migrate cases`.

MIGRATION_DATABASE_URL is its owner's address. With ADMIN_DATABASE_URL as well, roles, database and extensions are made
first, with the passwords that stand in the service's own addresses. Safe to repeat, and to run twice at once.
"""

from __future__ import annotations

import os
import sys

from sqlalchemy.engine import make_url

from shared import migrations
from shared.provisioning import ROLES, provision

_VARIABLES = dict(
    zip(ROLES, ("MIGRATION_DATABASE_URL", "DATABASE_URL", "WORKER_DATABASE_URL", "RELAY_DATABASE_URL"), strict=True)
)


def main(service: str) -> int:
    """The exit status: 0 when done, 2 when a variable is missing."""
    needed = _VARIABLES.values() if os.environ.get("ADMIN_DATABASE_URL") else [_VARIABLES["owner"]]
    missing = [name for name in needed if not os.environ.get(name)]
    if missing:
        print(f"{service}: missing: {', '.join(missing)}", file=sys.stderr)
        return 2
    owner = make_url(os.environ[_VARIABLES["owner"]])
    if admin := os.environ.get("ADMIN_DATABASE_URL"):
        passwords = {role: make_url(os.environ[name]).password or "" for role, name in _VARIABLES.items()}
        provision(admin, service, passwords, owner.database)
    migrations.upgrade(service, owner.set(drivername="postgresql").render_as_string(hide_password=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
