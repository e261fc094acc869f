"""The desktop app's HTTP call: a ticket that carries the level of its channel."""

from __future__ import annotations

import asyncio

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from triage import Ticket
from triage.portal.accounts import tidy
from triage.portal.entering import Sender, sender_of
from triage.portal.guard import portal_of
from triage.portal.intake import Portal, take
from triage.service.bodies import DesktopTicket
from triage.service.desk import answered, in_case, read
from triage.service.documents import CASE, documented
from triage.service.routing import DirectRoute

router = APIRouter(prefix="/v1/tickets", route_class=DirectRoute, tags=["tickets"])
_CHANNEL = "desktop"


@router.post("/desktop", **documented("TakenTicket", asked=DesktopTicket, status=201, headers=(CASE,)))
async def take_desktop_ticket(request: Request) -> Response:
    """Keep a ticket of the desktop app."""
    asked, portal = await read(request, DesktopTicket), portal_of(request)
    ticket = Ticket(subject=asked.subject, body=asked.body, channel=_CHANNEL)
    sender = await asyncio.to_thread(_sender, portal, tidy(asked.person))
    case = await asyncio.to_thread(take, portal, ticket, sender)
    return answered({"case": case}, status=201, headers=in_case(case))


def _sender(portal: Portal, email: str) -> Sender:
    with portal.history.reading() as connection:
        return sender_of(connection, email)
