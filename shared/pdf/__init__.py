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
    """The PDF. `data` must be JSON's own kinds; the template reads it with `json(bytes(sys.inputs.data))`."""
    made: bytes = typst.compile(
        str(template),
        root=str(template.parent),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": json.dumps(data)},
        pdf_standards=["ua-1"],
    )
    return made
