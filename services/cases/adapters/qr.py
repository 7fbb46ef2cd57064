"""A QR code as a drawing that may stand in a page: no script, no style, no image from elsewhere."""

from __future__ import annotations

import segno


def drawn(text: str, label: str) -> str:
    """SVG; `label` is what is read out."""
    return str(segno.make(text, "m").svg_inline(scale=5, border=4, light="#fff", dark="#000", svgclass="qr", title=label))
