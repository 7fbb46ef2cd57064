"""Tables as CSV (RFC 4180) that a spreadsheet opens without harm.

A cell that begins as a formula is given an apostrophe in front: people type names, and a spreadsheet would run them
(OWASP, CSV injection). A byte order mark first, without which Excel reads UTF-8 as something else; a semicolon between the
cells, as Excel expects where the comma is the decimal sign.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from flask import Response

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def safe_cell(value: object) -> str:
    """As text that no spreadsheet takes for a formula. A number stays one."""
    if isinstance(value, int | float):
        return str(value)
    text = "" if value is None else str(value)
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_FORMULA) else text


def csv_file(name: str, columns: Sequence[str], rows: Iterable[Sequence[object]]) -> Response:
    """A download under `name`, which names nobody."""
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";")
    writer.writerow([safe_cell(each) for each in columns])
    writer.writerows([safe_cell(each) for each in row] for row in rows)
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8", headers=headers)
