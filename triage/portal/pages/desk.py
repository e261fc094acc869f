"""What a technician does: watch the queue, accept or override a level, say how far the work is."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from typing import Any

from anyio import Event
from fastapi import APIRouter
from sse_starlette import EventSourceResponse, ServerSentEvent
from starlette.requests import Request
from starlette.responses import Response

from triage import TriageError
from triage.history.decision import now
from triage.portal.accounts import Account
from triage.portal.guard import field, form_of, portal_of, signed_in, ticket_of, to
from triage.portal.intake import Portal, set_status, settle
from triage.portal.live import Live
from triage.portal.queue import Row, row_of, rows
from triage.portal.render import Refused, page
from triage.portal.tables import TicketRow
from triage.portal.tickets import STATUSES, tickets, visible
from triage.service.routing import DirectRoute

router = APIRouter(route_class=DirectRoute, include_in_schema=False)
_LONGEST_REASON = 2_000
_ROWS = 300  # of those under way: more than anyone reads; the most urgent come first
_PAST = 50
_GOODBYE = 2.0  # seconds in which the news end by themselves when the service stops


@router.get("/queue")
async def show_queue(request: Request) -> Response:
    """Show the tickets under way, the most urgent first."""
    account = await signed_in(request, "technician")
    return page(request, "queue.html", account=account, **await _queue(request, account))


@router.get("/queue/rows")
async def show_rows(request: Request) -> Response:
    """Show the rows of the queue alone, for a page that is open already."""
    account = await signed_in(request, "technician")
    return page(request, "rows.html", account=account, **await _queue(request, account))


@router.get("/queue/events")
async def tell_events(request: Request) -> Response:
    """Tell an open page when any ticket changed; it then asks for the rows."""
    await signed_in(request, "technician")
    if request.method == "HEAD":  # an answer without a body does not wait for news
        return Response(media_type="text/event-stream")
    live: Live = request.app.state.live
    stop = Event()

    async def events() -> AsyncIterator[ServerSentEvent]:
        async for number in live.news(stop):
            yield ServerSentEvent(event="change", data=str(number), retry=2_000)

    return EventSourceResponse(
        events(),
        ping=20,
        headers={"cache-control": "no-store"},
        shutdown_event=stop,
        shutdown_grace_period=_GOODBYE,
    )


@router.get("/queue/{case}")
async def show_ticket(request: Request) -> Response:
    """Show one ticket with everything that led to its suggestion."""
    account = await signed_in(request, "technician")
    ticket = await ticket_of(request, account)
    row = row_of(ticket, portal_of(request).desk.triage.rules, at=now())
    story = await asyncio.to_thread(portal_of(request).history.of, ticket.case)
    return page(request, "desk_ticket.html", account=account, row=row, story=story)


@router.post("/queue/{case}/settle")
async def settle_ticket(request: Request) -> Response:
    """Give a ticket its final level: the suggested one, its own, or another; the reason may be left out."""
    account, form = await signed_in(request, "technician"), await form_of(request)
    ticket, level = await ticket_of(request, account), field(form, "level")
    reason = field(form, "reason").strip()[:_LONGEST_REASON] or None
    seen = replace(ticket, level=field(form, "seen"))
    try:
        done = await asyncio.to_thread(settle, portal_of(request), seen, level, by=account, reason=reason)
    except TriageError as error:
        raise Refused(422, str(error)) from None
    if not done:
        raise Refused(409, "Its priority was changed meanwhile. Look at it again, then decide.")
    return to(_back(form_back=field(form, "back"), case=ticket.case))


@router.post("/queue/{case}/status")
async def change_status(request: Request) -> Response:
    """Say how far the work on a ticket is."""
    account, form = await signed_in(request, "technician"), await form_of(request)
    ticket, status = await ticket_of(request, account), field(form, "status")
    if status not in STATUSES:
        raise Refused(422, f"A status is one of {', '.join(STATUSES)}.")
    await asyncio.to_thread(set_status, portal_of(request), ticket, status)
    return to(_back(form_back=field(form, "back"), case=ticket.case))


def _back(*, form_back: str, case: str) -> str:
    return "/queue" if form_back == "queue" else f"/queue/{case}"


async def _queue(request: Request, account: Account) -> dict[str, Any]:
    portal = portal_of(request)
    under_way = await asyncio.to_thread(_rows, portal, account)
    done = await asyncio.to_thread(_past, portal, account)
    doubted = sum(row.doubt is not None for row in under_way)
    return {"rows": under_way[:_ROWS], "number": len(under_way), "doubted": doubted, "past": done}


def _rows(portal: Portal, account: Account) -> list[Row]:
    with portal.history.reading() as connection:
        under_way = tickets(connection, visible(account), TicketRow.status != "done", most=10_000)
    return rows(under_way, portal.desk.triage.rules, at=now())


def _past(portal: Portal, account: Account) -> list[Row]:
    with portal.history.reading() as connection:
        done = tickets(connection, visible(account), TicketRow.status == "done", most=_PAST)
    return [row_of(ticket, portal.desk.triage.rules, at=now()) for ticket in done]
