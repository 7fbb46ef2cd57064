"""The parent's page with several times to choose from, behind the link in the mail. Looking changes nothing."""

from __future__ import annotations

from datetime import datetime

from flask import Response, make_response, render_template, request

from services.scheduling import service
from services.scheduling.usecases import choices
from services.scheduling.usecases.choices import Offer
from services.scheduling.usecases.replies import LinkExpired
from shared.errors import Conflict, Gone, Invalid, NotFound
from shared.web.forms import Form
from shared.web.i18n import N_, base_of, languages, speak

EXPIRED = N_("Links in onze berichten werken tot twee weken na de afspraak.")


def is_choice(token: str) -> bool:
    """The token opens an offer of times, and not an appointment."""
    try:
        service.current().choice_links.read(token)
    except NotFound:
        return False
    return True


def look(token: str) -> Response:
    """The times that are left, or what became of it."""
    return _page(_look(token), Form())


def pick(token: str) -> Response:
    """Take the time that was pressed; when it is gone, the page says so and shows what is left."""
    offer = _look(token)
    try:
        starts_at = datetime.fromisoformat(request.form.get("pick", ""))
        if starts_at.tzinfo is None:
            raise ValueError
    except ValueError:
        return _page(offer, Form().refuse(Invalid({"": ["Kies een tijd."]})), 422)
    try:
        return _page(choices.pick(service.current(), token, starts_at), Form())
    except NotFound:
        return _page(_look(token), Form().refuse(Conflict("Deze tijd is net bezet geraakt. Kies een andere tijd.")), 409)
    except Conflict as failure:
        return _page(_look(token), Form().refuse(failure), 409)


def wanted(language: str) -> str:
    """The language chosen on the page, else the guardian's own."""
    chosen = request.args.get("taal", "")
    return chosen if base_of(chosen) in languages() else language


def _look(token: str) -> Offer:
    """Speaks the guardian's language from here on. Raises NotFound and Gone."""
    try:
        offer = choices.look(service.current(), token)
    except LinkExpired as expired:
        speak(wanted(expired.language))
        raise Gone(EXPIRED) from expired
    speak(wanted(offer.language))
    return offer


def _page(offer: Offer, form: Form, status: int = 200) -> Response:
    links = [(tag, f"?taal={tag}") for tag in languages()]
    return make_response(render_template("scheduling/reply_choice.html", language_links=links, offer=offer, form=form), status)
