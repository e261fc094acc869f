"""What a requester does: create a ticket, check its status, change its priority, view past ones."""

from __future__ import annotations

import asyncio
from hashlib import sha256
from secrets import token_urlsafe
from typing import Any

import orjson
from fastapi import APIRouter
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import Response

from triage import Choice, Ticket, Triage, TriageError
from triage.portal.accounts import Account
from triage.portal.entering import Sender
from triage.portal.guard import field, form_of, portal_of, signed_in, ticket_of, to
from triage.portal.intake import Hint, Portal, judge, rechoose, take
from triage.portal.render import Refused, page
from triage.portal.sessions import COOKIE, TOKEN, is_forged
from triage.portal.tickets import PortalTicket, tickets, visible
from triage.service import asking
from triage.service.bodies import EMPTY
from triage.service.routing import DirectRoute

router = APIRouter(route_class=DirectRoute, include_in_schema=False)
_CHANNEL = "portal"
_LONGEST = {"subject": 300, "body": 25_000}  # characters, in the form and here
_TYPED = ("subject", "body", "question", "answer", "touched", "warned_of")


@router.get("/tickets")
async def show_tickets(request: Request) -> Response:
    """Show the requester's own tickets, those under way and those that are done."""
    account = await signed_in(request, "requester")
    own = await asyncio.to_thread(_own, portal_of(request), account)
    under_way = [ticket for ticket in own if ticket.open]
    past = [ticket for ticket in own if not ticket.open]
    return page(request, "tickets.html", account=account, under_way=under_way, past=past)


@router.get("/tickets/new")
async def new_ticket(request: Request) -> Response:
    """Show the form of a new ticket."""
    account = await signed_in(request, "requester")
    return _form(request, account, _typed(FormData(), portal_of(request).desk.triage))


@router.post("/tickets")
async def send_ticket(request: Request) -> Response:
    """Keep a new ticket with the level that its requester chose; "look" only says what is thought of it."""
    account, form = await signed_in(request, "requester"), await form_of(request)
    portal = portal_of(request)
    typed = _typed(form, portal.desk.triage)
    ticket, hint = _ticket(typed), _hint(typed)
    if wrong := _wrong(ticket):
        return _form(request, account, typed, wrong=wrong, status=422)
    try:
        if field(form, "do") == "look":
            judged = await asyncio.to_thread(judge, portal.desk.triage, ticket, hint.answer)
            return _form(request, account, _warned(typed, judged[1]), judged=judged)
        sender = Sender(account.email, account.firm)
        once = sha256(f"{account.email} {typed['once']}".encode("utf-8", "replace")).hexdigest()
        case = await asyncio.to_thread(take, portal, ticket, sender, hint=hint, message=once)
    except TriageError as error:
        return _form(request, account, typed, wrong=str(error), status=422)
    return to(f"/tickets/{case}?sent")


@router.get("/tickets/{case}")
async def show_ticket(request: Request) -> Response:
    """Show one ticket: how far it is, what level it carries, and what the guideline says of that."""
    account = await signed_in(request, "requester")
    ticket = await ticket_of(request, account)
    about = {"sent": "sent" in request.query_params, "told": portal_of(request).settings.tells}
    return page(request, "ticket.html", account=account, ticket=ticket, due=_due(ticket, request), **about)


@router.post("/tickets/{case}/priority")
async def change_priority(request: Request) -> Response:
    """Give a ticket the level that its requester chooses now."""
    account, form = await signed_in(request, "requester"), await form_of(request)
    ticket = await ticket_of(request, account)
    if not ticket.open:
        raise Refused(409, "This ticket is done. Write a new one if something is left.")
    try:
        await asyncio.to_thread(rechoose, portal_of(request), ticket, field(form, "chosen"), by=account)
    except TriageError as error:
        raise Refused(422, str(error)) from None
    return to(f"/tickets/{ticket.case}")


@router.post("/hint/{what}")
async def hint(request: Request) -> Response:
    """Answer the live hint of the form as the service answers: "suggest" and "check"."""
    await signed_in(request)
    if is_forged(request, request.headers.get(TOKEN, ""), cookie=request.cookies.get(COOKIE)):
        raise Refused(403, "This page is out of date. Load it again.")
    answers = {"suggest": asking.suggest, "check": asking.check}
    if (asked := answers.get(request.path_params["what"])) is None:
        raise Refused(404, "There is nothing here.")
    if not _unkept(await request.body()):
        raise Refused(422, "A hint is not kept: send it with keep set to false.")
    return await asked(request)


def _unkept(body: bytes) -> bool:
    """Return whether a body of JSON asks for an answer that is not kept.

    >>> _unkept(b'{"keep": false}'), _unkept(b'{"keep": false, "keep": true}'), _unkept(b"")
    (True, False, False)
    """
    try:
        asked = orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    return isinstance(asked, dict) and asked.get("keep") is False


def _own(portal: Portal, account: Account) -> list[PortalTicket]:
    with portal.history.reading() as connection:
        return tickets(connection, visible(account))


def _due(ticket: PortalTicket, request: Request) -> str:
    levels = portal_of(request).desk.triage.rules.priorities
    return next((level.target for level in levels if level.id == ticket.level), "")


def _typed(form: FormData, triage: Triage) -> dict[str, str]:
    """Return what is in the form; before anything is chosen that is the level of the channel."""
    rules = triage.rules
    default = next((c.default.id for c in rules.channels if c.id == _CHANNEL), rules.default.id)
    typed = {name: field(form, name) for name in _TYPED}
    once = field(form, "once") or token_urlsafe(16)  # a form that is sent twice is one ticket
    return typed | {"chosen": field(form, "chosen") or default, "default": default, "once": once}


def _ticket(typed: dict[str, str]) -> Ticket:
    """Return the ticket; the level of the channel is a choice only of whoever touched the field."""
    by = "person" if typed["touched"] or typed["chosen"] != typed["default"] else "default"
    return Ticket(
        subject=typed["subject"].strip(),
        body=typed["body"].strip(),
        channel=_CHANNEL,
        chosen=typed["chosen"],
        chosen_by=by,
    )


def _wrong(ticket: Ticket) -> str | None:
    """Return what has to be changed before a ticket can be sent.

    >>> _wrong(Ticket(subject="Printer" * 50))
    'The subject may have 300 characters, and this one has 350. Shorten it, or move some of it to the text.'
    """
    if not (ticket.subject or ticket.body):
        return EMPTY
    if len(ticket.subject) > (most := _LONGEST["subject"]):
        had = f"may have {most} characters, and this one has {len(ticket.subject)}"
        return f"The subject {had}. Shorten it, or move some of it to the text."
    if len(ticket.body) > (most := _LONGEST["body"]):
        return f"The text may have {most} characters, and this one has {len(ticket.body)}. Shorten it."
    return None


def _hint(typed: dict[str, str]) -> Hint:
    answer = (typed["question"], typed["answer"]) if typed["question"] and typed["answer"] else None
    return Hint(answer, tuple(typed["warned_of"].split()))


def _warned(typed: dict[str, str], choice: Choice) -> dict[str, str]:
    """Return what is in the form, with the level of which the page warns now."""
    if choice.message is None:
        return typed
    return typed | {"warned_of": " ".join(dict.fromkeys([*typed["warned_of"].split(), choice.chosen.id]))}


def _form(
    request: Request,
    account: Account,
    typed: dict[str, str],
    *,
    judged: tuple[Choice, Choice] | None = None,
    **shown: Any,
) -> Response:
    asked, choice = judged or (None, None)
    shown = {"wrong": "", "asked": asked, "choice": choice, "longest": _LONGEST} | shown
    return page(request, "new.html", account=account, typed=typed, **shown)
