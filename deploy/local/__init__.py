"""Private nodes of PostgreSQL and RabbitMQ on this machine's loopback, for `make run`, `make suite` and the tests."""
