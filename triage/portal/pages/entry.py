"""Signing in and out, and what everyone may see."""

from __future__ import annotations

import asyncio
from secrets import token_urlsafe

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from triage.portal.accounts import account_of, tidy
from triage.portal.guard import field, form_of, portal_of, signed_in, to
from triage.portal.render import Refused, page
from triage.portal.sessions import COOKIE, VISITOR, end_session, form_token, give_cookie, start_session
from triage.service.desk import Desk
from triage.service.routing import DirectRoute

router = APIRouter(route_class=DirectRoute, include_in_schema=False)
_WRONG = "The address or the password is wrong."


@router.get("/")
async def home(request: Request) -> Response:
    """Lead everyone to their own page."""
    account = await signed_in(request)
    return to("/queue" if account.role == "technician" else "/tickets")


@router.get("/sign-in")
async def ask_who(request: Request) -> Response:
    """Show the form of signing in."""
    visitor = request.cookies.get(VISITOR) or token_urlsafe(32)
    shown = _form(request, visitor, back=request.query_params.get("next", ""))
    give_cookie(request, shown, VISITOR, visitor)
    return shown


@router.post("/sign-in")
async def sign_in(request: Request) -> Response:
    """Start a session, or say that there is none."""
    form = await form_of(request, cookie=VISITOR)
    email, back = tidy(field(form, "email")), field(form, "next")
    portal = portal_of(request)
    if portal.tries.too_many(email, request.client.host if request.client else "unknown"):
        raise Refused(429, "That was too many tries. Wait a minute, then try again.")
    account = await asyncio.to_thread(account_of, portal.history, email, field(form, "password"))
    if account is None:
        return _form(request, request.cookies[VISITOR], back=back, email=email, wrong=_WRONG, status=401)
    hours = portal.settings.session_hours
    cookie = await asyncio.to_thread(start_session, portal.history, account, hours=hours)
    answer = to(_own(back))
    give_cookie(request, answer, COOKIE, cookie)
    return answer


@router.post("/sign-out")
async def sign_out(request: Request) -> Response:
    """End the session."""
    await form_of(request)
    await asyncio.to_thread(end_session, portal_of(request).history, request.cookies[COOKIE])
    answer = to("/sign-in")
    answer.delete_cookie(COOKIE, path="/")
    return answer


@router.get("/priorities")
async def priorities(request: Request) -> Response:
    """Show the levels, what each means and how soon it is answered."""
    return page(request, "priorities.html", account=await signed_in(request))


@router.get("/hint")
async def example(request: Request) -> Response:
    """Show the live hint in a plain form of another page."""
    keys_needed = Desk.of(request).settings.keys_needed
    return page(request, "hint.html", account=None, keys_needed=keys_needed)


def _form(
    request: Request, visitor: str, *, back: str, email: str = "", wrong: str = "", status: int = 200
) -> Response:
    shown = {"back": back, "email": email, "wrong": wrong, "token": form_token(visitor)}
    return page(request, "sign_in.html", account=None, status=status, **shown)


def _own(back: str) -> str:
    """Return the page to go back to, when it is one of ours.

    >>> _own("/queue"), _own("//evil.example"), _own("https://evil.example")
    ('/queue', '/', '/')
    """
    ours = back.startswith("/") and not back.startswith(("//", "/\\"))
    return back if ours and back.isprintable() else "/"
