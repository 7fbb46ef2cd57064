"""A connection to RabbitMQ whose loop is turned by the thread that uses it.

pika's BlockingConnection waits for every confirm by itself, which binds a publisher to some hundreds of messages a second;
its SelectConnection wants a thread to live in. This is the second, driven like the first: the loop turns only while there is
something to wait for.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pika
import pika.exceptions
from pika.adapters.select_connection import IOLoop, SelectConnection
from pika.channel import Channel

_CONNECT_SECONDS = 10.0
_CLOSE_SECONDS = 1.0


class LinkLost(Exception):
    """The connection, or a channel of it, is gone; the message names how."""


class _Channel(Channel):  # type: ignore[misc]  # pika publishes no types
    """Closes without cancelling its consumers first, as pika's own channel does.

    A single active consumer that is cancelled makes way for the next one at once, before what it holds is back at the queue's
    head: the next would get the newer messages before the older. A channel that just closes gives back and makes way in one.
    """

    def basic_cancel(self, consumer_tag: str = "", callback: Callable[..., Any] | None = None) -> None:
        """Nothing: who wants no more closes the link."""


class _Connection(SelectConnection):  # type: ignore[misc]  # pika publishes no types
    def _create_channel(self, channel_number: int, on_open_callback: Callable[[Channel], Any] | None) -> Channel:
        return _Channel(self, channel_number, on_open_callback)


class Link:
    """One connection and its channels. Not to be shared between threads, `wake` excepted."""

    def __init__(self, parameters: pika.ConnectionParameters) -> None:
        """Raises LinkLost when there is no connection within ten seconds."""
        self._failure: str | None = None
        self._open = False
        self._loop = IOLoop()
        self._loop.activate_poller()
        self._connection = _Connection(
            parameters,
            on_open_callback=self._on_open,
            on_open_error_callback=lambda _connection, error: self.fail(_told(error)),
            on_close_callback=lambda _connection, reason: self.fail(_told(reason)),
            custom_ioloop=self._loop,
        )
        try:
            self._await(lambda: self._open, "no connection")
        except LinkLost:
            self.close()
            raise

    def channel(self) -> Channel:
        """A new channel. Raises LinkLost; from then on whatever closes the channel fails the link."""
        opened: list[Channel] = []
        self._connection.channel(on_open_callback=opened.append)
        self._await(lambda: bool(opened), "no channel")
        opened[0].add_on_close_callback(lambda _channel, reason: self.fail(_told(reason)))
        return opened[0]

    def settle(self, channel: Channel) -> None:
        """Wait until all that was asked on this channel is done: it works in order, so one answer tells. Raises LinkLost."""
        answered: list[object] = []
        channel.basic_qos(callback=answered.append)
        self._await(lambda: bool(answered), "no answer")

    def turn(self, until: Callable[[], Any], seconds: float) -> bool:
        """Turn the loop until the condition holds (True) or the time is over (False). Raises LinkLost."""
        self._spin(lambda: self._failure is not None or until(), seconds)
        if self._failure is not None:
            raise LinkLost(self._failure)
        return bool(until())

    def fail(self, reason: str) -> None:
        """From now on every turn raises; the first reason stands."""
        self._failure = self._failure or reason

    def wake(self) -> None:
        """From any thread: have `turn` look at its condition again."""
        self._loop.add_callback_threadsafe(lambda: None)

    def close(self) -> None:
        """Say goodbye if there is still somebody to say it to, a second at most, and give back all that was held."""
        if not (self._connection.is_closed or self._connection.is_closing):
            self._connection.close()
        self._spin(lambda: self._connection.is_closed, _CLOSE_SECONDS)
        self._loop.deactivate_poller()
        self._loop.close()

    def _on_open(self, _connection: object) -> None:
        self._open = True

    def _spin(self, until: Callable[[], Any], seconds: float) -> None:
        end = time.monotonic() + seconds
        alarm = self._loop.call_later(seconds, lambda: None)
        while not until():
            self._loop.poll()
            self._loop.process_timeouts()
            if time.monotonic() >= end:
                break
        self._loop.remove_timeout(alarm)

    def _await(self, condition: Callable[[], Any], otherwise: str) -> None:
        if not self.turn(condition, _CONNECT_SECONDS):
            raise LinkLost(otherwise)


def _told(reason: object) -> str:
    """The broker's own words where it said something (they name queues, never contents), else the kind of failure."""
    return str(getattr(reason, "reply_text", None) or type(reason).__name__)
