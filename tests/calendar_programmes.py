"""Other people's calendar programmes, as referees: what they make of a feed or of an invitation."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

import icalendar

_NODE = Path(__file__).parent / "node"
_BIN = Path(sys.executable).parent


@dataclass(frozen=True)
class Seen:
    """One event, as a programme understood it; instants are aware."""

    uid: str
    sequence: int
    summary: str
    status: str
    starts_at: datetime
    ends_at: datetime


def by_icalendar(content: bytes) -> list[Seen]:
    """As Python's icalendar reads it."""
    found = icalendar.Calendar.from_ical(content).walk("VEVENT")
    return [
        Seen(
            str(each["UID"]),
            int(str(each["SEQUENCE"])),
            str(each["SUMMARY"]),
            str(each["STATUS"]),
            each.decoded("DTSTART"),
            each.decoded("DTEND"),
        )
        for each in found
    ]


def by_ical_js(content: bytes) -> list[Seen]:
    """As npm's ical.js reads it, which Thunderbird and many web calendars are built on."""
    done = subprocess.run(["node", "read.mjs"], cwd=_NODE, input=content, capture_output=True, check=True)
    return [_seen(each) for each in json.loads(done.stdout)["events"]]


def _seen(found: dict[str, Any]) -> Seen:
    starts_at, ends_at = (datetime.fromisoformat(found.pop(name)) for name in ("starts_at", "ends_at"))
    return Seen(**found, starts_at=starts_at, ends_at=ends_at)


@dataclass(frozen=True)
class Khal:
    """khal with a calendar of its own in `folder`, on the clock of the Netherlands."""

    folder: Path

    def __post_init__(self) -> None:
        (self.folder / "calendar").mkdir(parents=True)
        (self.folder / "config").write_text(
            f"[calendars]\n[[mine]]\npath = {self.folder}/calendar\n"
            "[locale]\nlocal_timezone = Europe/Amsterdam\ndefault_timezone = Europe/Amsterdam\ntimeformat = %H:%M\n"
            "dateformat = %Y-%m-%d\nlongdateformat = %Y-%m-%d\n"
            "datetimeformat = %Y-%m-%d %H:%M\nlongdatetimeformat = %Y-%m-%d %H:%M\n"
            f"[sqlite]\npath = {self.folder}/khal.db\n"
        )

    def takes(self, content: bytes) -> None:
        """Import it; an event that it knows is replaced."""
        file = self.folder / "in.ics"
        file.write_bytes(content)
        self._khal("import", "--batch", "-a", "mine", str(file))

    def day(self, day: date) -> list[str]:
        """What it shows of a day: `10:00-11:00 Huisbezoek`."""
        said = self._khal("list", "--day-format", "", "--format", "{start-time}-{end-time} {title}", f"{day}", "1d")
        return [line.strip() for line in said.splitlines() if line.strip() and "No events" not in line]

    def _khal(self, *words: str) -> str:
        environment = dict(os.environ) | {"HOME": str(self.folder), "XDG_CACHE_HOME": str(self.folder)}
        command = [str(_BIN / "khal"), "-c", str(self.folder / "config"), *words]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout


@dataclass(frozen=True)
class Vdirsyncer:
    """vdirsyncer, which keeps a folder of files in step with a feed that it fetches over HTTP."""

    folder: Path
    url: str

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True)
        (self.folder / "config").write_text(
            f'[general]\nstatus_path = "{self.folder}/status/"\n'
            '[pair feed]\na = "here"\nb = "there"\ncollections = null\nconflict_resolution = "b wins"\n'
            f'[storage here]\ntype = "filesystem"\npath = "{self.folder}/files/"\nfileext = ".ics"\n'
            f'[storage there]\ntype = "http"\nurl = "{self.url}"\n'
        )
        (self.folder / "files").mkdir()
        self._run("discover")

    def sync(self) -> dict[str, bytes]:
        """Fetch, and give the files that there are then, by name."""
        self._run("sync")
        return {path.name: path.read_bytes() for path in sorted((self.folder / "files").glob("*.ics"))}

    def _run(self, word: str) -> None:
        command = [str(_BIN / "vdirsyncer"), "-c", str(self.folder / "config"), word]
        done = subprocess.run(command, capture_output=True, text=True, check=False, input="y\n")
        assert done.returncode == 0, done.stderr
