"""Load the demo data into a site whose services run elsewhere: `python -m deploy.demo`.

Reads the variables of all three services, each with its service's name before it (CASES_DATABASE_URL, …). Does nothing
where there are accounts already.
"""

from __future__ import annotations

import sys

from deploy.demo.seed import is_there, seed
from services.cases import service as cases
from services.cases.config import Config as CasesConfig
from services.notifications import service as notifications
from services.notifications.config import Config as NotificationsConfig
from services.scheduling import service as scheduling
from services.scheduling.config import Config as SchedulingConfig
from shared.config import ConfigError


def main() -> int:
    """The exit status: 0 when the data are there, 2 when the environment is not usable."""
    try:
        services = {
            "cases": cases.build(CasesConfig.from_env()),
            "scheduling": scheduling.build(SchedulingConfig.from_env()),
            "notifications": notifications.build(NotificationsConfig.from_env()),
        }
    except ConfigError as error:
        print(error, file=sys.stderr)
        return 2
    if not is_there(services):
        seed(services)
    return 0


if __name__ == "__main__":
    sys.exit(main())
