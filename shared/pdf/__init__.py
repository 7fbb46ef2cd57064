"""Documents that people print or keep: data and a typst template become a tagged PDF (PDF/UA-1), on the server alone.

typst and not WeasyPrint: one wheel without system libraries, 50 ms a document, tagged by itself. Templates get their data as
JSON, so nothing that somebody typed is ever markup. Fonts are ours; nothing is fetched, nothing outside the template's own
folder is read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

FONTS = Path(__file__).parent / "fonts"
FAMILIES = ("Partnerschap Sans", "Partnerschap Sans Ext", "Noto Sans Arabic")


def render(template: Path, data: Mapping[str, Any]) -> bytes:
    """The PDF. `data` must be JSON's own kinds; the template reads it with `json(bytes(sys.inputs.data))`.

    PDF/UA allows no sign that no font has. A name in a script that we have no font for is no reason to print nothing: then
    the system's fonts are asked too, and the document is tagged but does not claim the standard.
    """
    try:
        return _compiled(template, data, ignore_system_fonts=True, pdf_standards=["ua-1"])
    except typst.TypstError as error:
        if "could not be displayed" not in str(error):
            raise
        return _compiled(template, data, ignore_system_fonts=False)


def _compiled(template: Path, data: Mapping[str, Any], **how: Any) -> bytes:
    made: bytes = typst.compile(
        str(template), root=str(template.parent), font_paths=[str(FONTS)], sys_inputs={"data": json.dumps(data)}, **how
    )
    return made
