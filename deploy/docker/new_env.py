#!/usr/bin/env python3
"""Print an environment file for docker compose with a fresh secret in every place that wants one. Standard library only."""

from __future__ import annotations

import secrets

SERVICES = ("CASES", "SCHEDULING", "NOTIFICATIONS")
KINDS = ("OWNER_PASSWORD", "APP_PASSWORD", "WORKER_PASSWORD", "RELAY_PASSWORD", "SECRET_KEY")
SECRETS = ("POSTGRES_PASSWORD", "RABBITMQ_PASSWORD", *(f"{service}_{kind}" for service in SERVICES for kind in KINDS))
TO_FILL_IN = """\
# Keep this file to yourself: who has it has everything.
# Where people reach the site; its scheme once more, and the address of the proxy that ends TLS.
PUBLIC_URL=https://partnerschap.example
PUBLIC_SCHEME=https
REAL_IP_FROM=127.0.0.1
# Where mail goes, and the mailbox that parents can answer to.
SMTP_URL=smtps://user:password@mail.example:465
MAIL_FROM=Partnerschap <afspraken@partnerschap.example>
"""

if __name__ == "__main__":
    print(TO_FILL_IN, *(f"{name}={secrets.token_hex(32)}" for name in SECRETS), sep="\n")
