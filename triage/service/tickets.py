"""The endpoints of tickets that are kept: a ticket comes in, gets another level, and its final one."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import asdict, replace
from functools import partial
from typing import Any, TypeVar

import structlog
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from triage import HistoryError, Ticket, Triage
from triage.case import new_case
from triage.history import Decision, ground
from triage.service.bodies import NewTicket, TicketChange
from triage.service.desk import Desk, answered, in_case, on_known_channel, read
from triage.service.documents import CASE, documented
from triage.service.problems import Problem
from triage.service.routing import DirectRoute
from triage.service.shelf import Shelf, case_taken, shelf_of
from triage.verdict import chosen_level

_log = structlog.get_logger()
Kept = TypeVar("Kept")
router = APIRouter(prefix="/v1/tickets", route_class=DirectRoute, tags=["tickets"])


@router.post("", **documented("KeptTicket", asked=NewTicket, status=201, headers=(CASE, "Location")))
async def take_ticket(request: Request) -> Response:
    """Keep a ticket that came in, with the level it carries and what the guideline says of it.

    It stands in the technicians' queue of the portal from then on.
    """
    desk, asked = Desk.of(request), await read(request, NewTicket)
    desk.remembering()
    triage = desk.triage
    if asked.case:
        taken = await asyncio.to_thread(shelf_of(request).holds, {asked.case})
        if taken:
            raise case_taken()
    ticket = _carrying(asked, triage)
    choice = await desk.work(asked, partial(triage.check, ticket))
    desk.metrics.choice(choice)
    about = {"case": asked.case or new_case(), "person": asked.person}
    told = Decision.of_choice(ticket, choice, keep_text=desk.settings.keep_text, **about)
    told = await _kept(request, lambda shelf: shelf.take(ticket, choice, told))
    data = state_of([told]) | {"choice": choice.to_dict()}
    headers = in_case(told.case) | {"Location": f"/v1/tickets/{told.case}"}
    return answered(data, status=201, headers=headers)


@router.get("/{case}", **documented("KeptTicket"))
async def show_ticket(request: Request) -> Response:
    """Tell which level a ticket carries now, and everything that led to it."""
    told = await _decisions(Desk.of(request), request.path_params["case"])
    return answered(state_of(told) | {"decisions": [plain(decision) for decision in told]})


@router.patch("/{case}", **documented("KeptTicket", asked=TicketChange, headers=(CASE,)))
async def change_ticket(request: Request) -> Response:
    """Give a ticket another level, or its final one; who sets it always has the last word."""
    desk, asked = Desk.of(request), await read(request, TicketChange)
    told = await _decisions(desk, request.path_params["case"])
    change = Decision(
        kind="final" if asked.final else "chosen",
        case=told[0].case,
        person=told[0].person,
        by=asked.by,
        priority=chosen_level(asked.priority, desk.triage.rules, part="priority").id,
        set_by=asked.set_by,
        reason=asked.reason,
        **ground(told),
    )
    change = await _kept(request, lambda shelf: shelf.change(change))
    return answered(state_of([*told, change]), headers=in_case(change.case))


@router.api_route("/{case}", methods=["DELETE", "POST", "PUT"], include_in_schema=False)
async def refuse_method(request: Request) -> Response:
    """Say that a ticket does not take this method; where there is none, that there is none."""
    await _decisions(Desk.of(request), request.path_params["case"])
    raise Problem("wrong-method", "Method Not Allowed", headers={"Allow": "GET, HEAD, PATCH"})


async def _decisions(desk: Desk, case: str) -> list[Decision]:
    told = await asyncio.to_thread(desk.remembering().history.of, case)
    if not any(decision.priority for decision in told):
        raise Problem("not-found", "there is no ticket of this case")
    return told


async def _kept(request: Request, keep: Callable[[Shelf], Kept]) -> Kept:
    """Return what the shelf kept, and count it.

    Raises:
        HistoryError: nothing was kept.
    """
    metrics = Desk.of(request).metrics
    try:
        done = await asyncio.to_thread(keep, shelf_of(request))
    except HistoryError as error:
        metrics.kept(1, well=False)
        _log.error("ticket not kept", error=str(error))
        raise
    metrics.kept(1, well=True)
    return done


def _carrying(asked: NewTicket, triage: Triage) -> Ticket:
    """Return the ticket with the level a person chose, or the one that its channel puts there."""
    ticket = on_known_channel(asked.ticket(), triage)
    channels = {channel.id: channel.default.id for channel in triage.rules.channels}
    if ticket.chosen is not None:
        return ticket
    default = channels.get(ticket.channel or "", triage.rules.default.id)
    return replace(ticket, chosen=default, chosen_by="default")


def state_of(told: Sequence[Decision]) -> dict[str, Any]:
    """Return what a ticket carries after all that happened to it.

    >>> state_of([Decision.of_final("0a1b", "high", by="tom")])["priority"]
    'high'
    """
    last = [decision for decision in told if decision.priority][-1]
    state = {"case": last.case, "priority": last.priority, "set_by": last.set_by}
    return state | {"final": last.kind == "final", "person": told[0].person}


def plain(decision: Decision) -> dict[str, Any]:
    """Return what is told of a decision.

    >>> plain(Decision.of_final("0a1b", "high", by="tom"))["by"]
    'tom'
    """
    return {name: value for name, value in asdict(decision).items() if value is not None}
