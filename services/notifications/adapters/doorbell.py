"""Woken by NOTIFY when something is to be sent; a poll is the safety net under it."""

from __future__ import annotations

import time

import psycopg

CHANNEL = "dispatch"


class PostgresDoorbell:
    """Listens on a connection of its own, opened anew when it was lost."""

    def __init__(self, url: str) -> None:
        self._url = url.replace("postgresql+psycopg://", "postgresql://", 1)
        self._connection: psycopg.Connection[tuple[object, ...]] | None = None

    def wait(self, seconds: float) -> None:
        try:
            next(iter(self._listening().notifies(timeout=seconds, stop_after=1)), None)
        except psycopg.Error:
            self.close()
            time.sleep(min(seconds, 1.0))

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()
        self._connection = None

    def _listening(self) -> psycopg.Connection[tuple[object, ...]]:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self._url, autocommit=True, connect_timeout=5)
            self._connection.execute(f"listen {CHANNEL}")
        return self._connection
