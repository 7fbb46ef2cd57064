"""Two ways from relay to consumer, behind one small interface: RabbitMQ, and within one process."""
