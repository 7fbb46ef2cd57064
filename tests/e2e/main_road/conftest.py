"""Two whole sites with the demo's data, for all the walks of a run: what starts one goes to the same worker (`xdist_group`)."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.sites import Site, started


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Site]]:
    """Call it with embedded or suite: that site, started by whoever asks first."""
    running: dict[str, Site] = {}
    with ExitStack() as stack:

        def site(kind: str) -> Site:
            if kind not in running:
                data = tmp_path_factory.mktemp(kind) / "data"
                running[kind] = stack.enter_context(started(kind, data))
                running[kind].wait_until_ready()
            return running[kind]

        yield site
        for each in running.values():
            assert each.stop() == 0
            if (each.data / "postgres").is_symlink():
                shutil.rmtree((each.data / "postgres").resolve(), ignore_errors=True)
