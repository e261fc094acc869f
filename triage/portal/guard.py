"""Who asks for a page, whether they may, and whether a form is really ours."""

from __future__ import annotations

import asyncio
from urllib.parse import quote

from starlette.datastructures import FormData
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from triage.portal.accounts import Account, Role
from triage.portal.intake import Portal
from triage.portal.render import Refused
from triage.portal.sessions import COOKIE, TOKEN, is_forged, who_is
from triage.portal.tickets import PortalTicket, find_ticket
from triage.service.desk import check_type
from triage.service.problems import Problem

_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_LONG_FORM = 30  # fields; ours have a few


class SignInFirst(Exception):  # noqa: N818  it is an answer
    """Somebody who is not signed in asked for a page that is not for everyone."""


def portal_of(request: Request) -> Portal:
    """Return the portal that answers a request."""
    portal: Portal = request.app.state.portal
    return portal


async def signed_in(request: Request, role: Role | None = None) -> Account:
    """Return who asks.

    Raises:
        SignInFirst: nobody known.
        Refused: somebody of another role.
    """
    account = await asyncio.to_thread(who_is, portal_of(request).history, request.cookies.get(COOKIE))
    if account is None:
        raise SignInFirst
    if role is not None and account.role != role:
        raise Refused(403, f"This page is for {role}s.")
    return account


async def form_of(request: Request, *, cookie: str = COOKIE) -> FormData:
    """Return the fields of a form that a page of ours made.

    Raises:
        Problem: it is no form, cannot be read, is too large, or does not arrive.
        Refused: another site made it, or its page is older than the session.
    """
    check_type(request, *_FORMS)
    try:
        form = await request.form(max_files=0, max_fields=_LONG_FORM)
    except HTTPException as error:
        raise Problem("bad-form", str(error.detail)) from None
    if is_forged(request, field(form, TOKEN), cookie=request.cookies.get(cookie)):
        raise Refused(403, "This form is out of date. Go back, load the page again, and send it once more.")
    return form


def field(form: FormData, name: str) -> str:
    """Return a field of a form as text; one that is missing is empty."""
    value = form.get(name, "")
    return value.replace("\r\n", "\n") if isinstance(value, str) else ""


async def ticket_of(request: Request, account: Account) -> PortalTicket:
    """Return the ticket that an address names.

    Raises:
        Refused: there is none, or it is somebody else's, which looks the same.
    """
    found = await asyncio.to_thread(_find, portal_of(request), account, request.path_params["case"])
    if found is None:
        raise Refused(404, "There is no such ticket, or it is not yours to see.")
    return found


def _find(portal: Portal, account: Account, case: str) -> PortalTicket | None:
    with portal.history.reading() as connection:
        return find_ticket(connection, account, case)


def to(address: str) -> Response:
    """Return an answer that leads on to another page."""
    return RedirectResponse(address, 303, {"cache-control": "no-store"})


def to_sign_in(request: Request) -> Response:
    """Return an answer that leads to signing in, and back from there."""
    back = request.url.path if request.method in ("GET", "HEAD") else ""
    return to(f"/sign-in?next={quote(back)}" if back not in ("", "/") else "/sign-in")
