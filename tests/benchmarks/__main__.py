"""`python -m tests.benchmarks [NAME…]`: every benchmark, or those named; a table each, and all as JSON in $DATA_DIR/bench.json.

A benchmark is a module or package beside this one with `run(out)`, which puts a list of rows into `out` under its name.
"""

from __future__ import annotations

import importlib
import json
import os
import pkgutil
import sys
from pathlib import Path
from typing import Any

import tests.benchmarks

Rows = list[dict[str, Any]]


def main(wanted: list[str]) -> int:
    """Zero when every figure that has a target reaches it."""
    out: dict[str, Rows] = {}
    for name in sorted(module.name for module in pkgutil.iter_modules(tests.benchmarks.__path__)):
        if name.startswith("_") or (wanted and name not in wanted):
            continue
        run = getattr(importlib.import_module(f"tests.benchmarks.{name}"), "run", None)
        if run is not None:
            run(out)
    for section, rows in out.items():
        print(f"\n{section}\n{table(rows)}")  # noqa: T201  # the table is the answer
    file = Path(os.environ.get("DATA_DIR", "var")) / "bench.json"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(out, indent=2) + "\n")
    print(f"\nwritten to {file}")  # noqa: T201
    return 1 if any(row.get("reached") is False for rows in out.values() for row in rows) else 0


def table(rows: Rows) -> str:
    """The rows in columns, as wide as need be."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    lines = [names, *([_cell(row.get(name)) for name in names] for row in rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(names))]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip() for line in lines)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "NO"
    return f"{value:,.1f}" if isinstance(value, float) else str(value)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
