"""Ports for servers that start later: each is given once, and is free for whoever got it."""

from __future__ import annotations

import socket

from deploy.local import ports


def test_no_port_is_given_twice() -> None:
    """Of three hundred that were merely free at some moment, some are the same."""
    given = [ports.free_port() for _ in range(300)]
    assert len(set(given)) == 300


def test_a_server_gets_the_port_that_was_given_at_once() -> None:
    port = ports.free_port()
    assert not ports.is_taken(port)
    with socket.create_server(("127.0.0.1", port)):
        assert ports.is_taken(port)
