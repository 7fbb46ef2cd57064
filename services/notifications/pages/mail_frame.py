"""Showing a mail inside a page: in a frame that may do nothing, under a policy of its own.

A mail's styles are inline, as mail programs want them; our pages allow none. So the mail is a document by itself, without
scripts, pictures, forms or a place on our site, and only our own pages may frame it.
"""

from __future__ import annotations

from flask import Response

from shared.http.app import CONTENT_SECURITY_POLICY

_MAIL_POLICY = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'; base-uri 'none'; form-action 'none'"


def framing(page: str) -> Response:
    """A page of ours that holds such a frame."""
    response = Response(page)
    response.headers["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
    return response


def framed(mail: str, *, links: bool = False) -> Response:
    """The mail. `links` lets a click open a page beside it."""
    sandbox = "sandbox allow-popups allow-popups-to-escape-sandbox" if links else "sandbox"
    response = Response(mail)
    response.headers["Content-Security-Policy"] = f"{_MAIL_POLICY}; {sandbox}"
    return response
