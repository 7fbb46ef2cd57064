"""From one service's transaction to another's: outbox, relay, transport, inbox, retry, dead letters."""
