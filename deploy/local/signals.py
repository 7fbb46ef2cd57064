"""Stopping when asked."""

from __future__ import annotations

import signal


def stop_on_signals() -> None:
    """SIGTERM and SIGINT unwind the main thread, once: what is open is closed in order, however far the start has come."""

    def unwind(*_: object) -> None:
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, signal.SIG_IGN)
        raise SystemExit(0)

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, unwind)
