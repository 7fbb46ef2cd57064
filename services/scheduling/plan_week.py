"""`python -m services.scheduling.plan_week`: solve one week, apart, so that it can be bounded and ended.

In: one line of JSON, `{"week": …, "seed": …}`. Out: a line for each bit of progress, and the solution as the last.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from dataclasses import asdict
from typing import Any

from services.scheduling.adapters.week_solver import CpSatSolver
from services.scheduling.adapters.week_wire import solution_out, week_in
from services.scheduling.domain.week.solving import Progress, Unsolvable

_CPU_SECONDS, _BYTES = 120, 4 * 1024**3


def main() -> int:
    resource.setrlimit(resource.RLIMIT_CPU, (_CPU_SECONDS, _CPU_SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (_BYTES, _BYTES))
    os.nice(10)
    asked = json.loads(sys.stdin.readline())
    try:
        solution = CpSatSolver().solve(week_in(asked["week"]), asked["seed"], _tell)
    except Unsolvable as error:
        _say({"unsolvable": error.day})
        return 0
    _say({"solution": solution_out(solution)})
    return 0


def _tell(progress: Progress) -> None:
    _say({"progress": asdict(progress)})


def _say(told: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
