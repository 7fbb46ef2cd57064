"""Demo data, made through the use cases: `seed` is all that others need."""

from services.cases.demo.seeding import DemoCases, seed

__all__ = ["DemoCases", "seed"]
