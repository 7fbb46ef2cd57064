"""The real topology on one machine: separate processes and databases, RabbitMQ, nginx, under a supervisor."""
