"""What `make test` needs of the system: RabbitMQ, nginx, Chromium and fonts, installed with apt where that may be.

RabbitMQ's packages are unpacked into a cache folder by `deploy.local.rabbitmq` where nobody may install.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

_FONTS = Path("/usr/share/fonts")
PACKAGES: dict[str, Callable[[], bool]] = {
    "rabbitmq-server": lambda: any(Path("/usr/lib/rabbitmq/lib").glob("rabbitmq_server-*")),
    "nginx": lambda: find("nginx") is not None,
    "chromium": lambda: find("chromium") is not None,
    "fonts-dejavu-core": lambda: any(_FONTS.rglob("*.ttf")) or any(_FONTS.rglob("*.otf")),
}


def find(program: str) -> str | None:
    """Its path; servers live in folders that a user's PATH may lack."""
    return shutil.which(program, path=os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/usr/local/sbin"]))


def missing() -> list[str]:
    """The Debian packages that are not installed."""
    return [package for package, present in PACKAGES.items() if not present()]


def install(packages: list[str]) -> None:
    """Install them, starting none of their services. Raises CalledProcessError."""
    # RUNLEVEL=1 keeps invoke-rc.d from starting what was installed: we start our own, on ports of our own.
    environment = dict(os.environ) | {"DEBIAN_FRONTEND": "noninteractive", "RUNLEVEL": "1"}
    for words in (["update", "-qq"], ["install", "-qq", "-y", "--no-install-recommends", *packages]):
        subprocess.run(["apt-get", *words], check=True, env=environment, stdout=subprocess.DEVNULL)


def main() -> int:
    """Install what is missing; 2, and a line that says what to do, when that may not be."""
    needed = missing()
    if not needed:
        return 0
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        print(f"The tests need what is not installed. As root: apt-get install {' '.join(needed)}", file=sys.stderr)
        return 2
    print(f"installing {', '.join(needed)}", flush=True)
    try:
        install(needed)
    except subprocess.CalledProcessError as error:
        print(f"{' '.join(map(str, error.cmd[:2]))} failed; install by hand: {' '.join(needed)}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
