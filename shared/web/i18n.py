"""Words and times as the reader knows them. Msgids are Dutch; a language is a folder under `translations/`.

Times are printed as HH:mm in Europe/Amsterdam whatever the language: Babel's short formats differ (1:00 PM), and a
parent compares the page with the clock on the wall.
"""

from __future__ import annotations

import io
from datetime import date, datetime, timedelta
from functools import cache, lru_cache
from gettext import GNUTranslations, NullTranslations
from pathlib import Path
from typing import Any

from babel import Locale
from babel.dates import format_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from flask import g, has_request_context, request

from shared.clock import AMSTERDAM
from shared.errors import Message

DEFAULT = "nl"
STAFF_LANGUAGES = ("nl", "en")
LANGUAGE_COOKIE = "taal"
_RIGHT_TO_LEFT = {"ar", "fa", "ur", "ps", "ckb", "he"}
# Month names as Moroccan parents know them, rather than the Levantine ones of plain `ar`.
_FORMATS = {"ar": "ar_MA"}
# Babel keeps what a regional locale inherits where its parent first looked it up: the region must ask first, or it gets
# the parent's month names for as long as the process lives.
_ASKED_FIRST = [Locale.parse(tag).months["format"]["abbreviated"][1] for tag in _FORMATS.values()]
_LATIN_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
FOLDER = Path(__file__).parent / "translations"


def N_(message: str) -> str:  # noqa: N802  # gettext's own name for it
    """Marks a message for extraction where it stands; it is translated where it is shown."""
    return message


@cache
def languages() -> tuple[str, ...]:
    """The languages that have a folder, Dutch first."""
    return (DEFAULT, *sorted(path.parent.name for path in FOLDER.glob("*/messages.po")))


def language() -> str:
    """The language of this request: what a view chose, else the reader's cookie, else Dutch."""
    if not has_request_context():
        return DEFAULT
    if "language" not in g:
        wanted = request.cookies.get(LANGUAGE_COOKIE, DEFAULT)
        g.language = wanted if wanted in STAFF_LANGUAGES else DEFAULT
    return str(g.language)


def speak(tag: str) -> None:
    """Answer this request in the language of `tag`, or in Dutch when we do not have it."""
    base = base_of(tag)
    g.language = base if base in languages() else DEFAULT


def base_of(tag: str) -> str:
    """`zh` of `zh-Hant`."""
    return tag.replace("_", "-").split("-")[0].lower()


def direction(tag: str | None = None) -> str:
    """`rtl` or `ltr`, always to be set."""
    return "rtl" if base_of(tag or language()) in _RIGHT_TO_LEFT else "ltr"


def gettext(message: str, **params: Any) -> str:
    """The message in the request's language, its `%(name)s` filled in. Marks a message for extraction as `_`.

    A `Message` brings its own parameters along.
    """
    catalog = translations(language())
    if isinstance(message, Message):
        return catalog.gettext(message.msgid).format(**message.params)
    text = catalog.gettext(message) if message else ""
    return text % params if params else text


def ngettext(one: str, many: str, count: int, **params: Any) -> str:
    """As `gettext`, by number; `%(count)s` is filled in."""
    return translations(language()).ngettext(one, many, count) % {"count": count, **params}


@cache
def translations(tag: str) -> NullTranslations:
    """The catalog of a language, compiled in memory at first use: nothing generated lies in the tree."""
    path = FOLDER / tag / "messages.po"
    if not path.exists():
        return NullTranslations()
    with path.open("rb") as source:
        catalog = read_po(source, locale=tag)
    compiled = io.BytesIO()
    write_mo(compiled, catalog)
    compiled.seek(0)
    return GNUTranslations(compiled)


@cache
def _locale_of(tag: str) -> Locale:
    return Locale.parse(_FORMATS.get(tag, tag))


def _locale() -> Locale:
    return _locale_of(language())


def local(instant: datetime) -> datetime:
    """The instant on the clocks of the Netherlands."""
    return instant.astimezone(AMSTERDAM)


def _as_date(value: date | datetime) -> date:
    return local(value).date() if isinstance(value, datetime) else value


def _written(value: date | datetime, pattern: str) -> str:
    return _written_in(language(), _as_date(value), pattern)


@lru_cache(maxsize=4096)  # a dossier names the same few days dozens of times
def _written_in(tag: str, value: date, pattern: str) -> str:
    # Latin digits in every language: the page must match the clock, the calendar and the mail.
    return format_date(value, pattern, locale=_locale_of(tag)).translate(_LATIN_DIGITS)


def day(value: date | datetime) -> str:
    """`dinsdag 24 november 2026`."""
    return _written(value, "EEEE d MMMM y")


def day_month(value: date | datetime) -> str:
    """`dinsdag 24 november`."""
    return _written(value, "EEEE d MMMM")


def short_day(value: date | datetime) -> str:
    """`24 nov 2026`."""
    return _written(value, "d MMM y").replace(".", "")


def short_day_month(value: date | datetime) -> str:
    """`24 nov`."""
    return _written(value, "d MMM").replace(".", "")


def weekday(value: date | datetime) -> str:
    """`di 24 nov`."""
    return _written(value, "EEE d MMM").replace(".", "")


def day_name(value: date | datetime) -> str:
    """`dinsdag`."""
    return _written(value, "EEEE")


def month_name(value: date | datetime) -> str:
    """`november 2026`."""
    return _written(value, "LLLL y")


def time_of_day(value: datetime) -> str:
    """`13:00`."""
    return f"{local(value):%H:%M}"


def date_time(value: datetime) -> str:
    """`24 nov 2026, 13:00`."""
    return f"{short_day(value)}, {time_of_day(value)}"


def until(start: datetime, end: datetime) -> str:
    """`13:00–14:00`."""
    return f"{time_of_day(start)}–{time_of_day(end)}"


def local_day(value: datetime) -> str:
    """`2026-11-24`, on the Dutch clock."""
    return local(value).date().isoformat()


def iso(value: date | datetime) -> str:
    """For machines: `2026-11-24`, or `2026-11-24T12:00:00+00:00`."""
    return value.isoformat()


def duration(value: timedelta | int) -> str:
    """`45 minuten`, `1 uur en 30 minuten`, of a timedelta or of minutes."""
    hours, minutes = divmod(int(value.total_seconds() // 60) if isinstance(value, timedelta) else value, 60)
    parts = [ngettext("%(count)s uur", "%(count)s uur", hours)] if hours else []
    if minutes or not hours:
        parts.append(ngettext("%(count)s minuut", "%(count)s minuten", minutes))
    return gettext(" en ").join(parts)


def language_name(tag: str) -> str:
    """The language's name in the reader's language: `Turks`."""
    name = str(_locale().languages.get(base_of(tag), tag))
    return name[:1].upper() + name[1:]


def own_language_name(tag: str) -> str:
    """The language's name in itself: `Türkçe`."""
    name = Locale.parse(tag, sep="-").get_language_name(tag) or tag
    return name[:1].upper() + name[1:]
