"""What the endpoints share: the rules in use, the memory, the metrics, and how an answer is made of them."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import orjson
import structlog
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response

from triage import HistoryError, Ticket, Triage
from triage.history import Decision
from triage.rules.channels import known_channel
from triage.service.bodies import TicketBody
from triage.service.documents import CASE, JSON
from triage.service.in_use import InUse
from triage.service.memory import Memory
from triage.service.metrics import Metrics
from triage.service.problems import Problem, of_validation
from triage.service.settings import Settings
from triage.service.shelf import check_cases

_LONG = 4_000  # characters beyond which a ticket is read beside the other requests, in a thread
_CHARSET = re.compile(r';\s*charset\s*=\s*"?([^\s;"]*)', re.IGNORECASE)
_UTF_8 = ("utf-8", "utf8", "us-ascii", "ascii")
_log = structlog.get_logger()
Body = TypeVar("Body", bound=BaseModel)
Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Desk:
    """Where requests are answered: one for each process."""

    settings: Settings
    in_use: InUse
    metrics: Metrics
    memory: Memory | None

    @classmethod
    def of(cls, request: Request) -> Desk:
        """Return the desk that answers a request."""
        desk: Desk = request.app.state.desk
        return desk

    @property
    def triage(self) -> Triage:
        """The Triage that answers now: take it once for each request."""
        return self.in_use.triage

    async def work(self, asked: TicketBody, ask: Callable[[], Answer]) -> Answer:
        """Return what is asked about a ticket; a long one does not keep the others waiting."""
        if len(asked.subject) + len(asked.body) <= _LONG:
            return ask()
        return await asyncio.to_thread(ask)

    async def keep(self, *decisions: Decision) -> bool:
        """Keep decisions and return whether they are kept: an answer is given also where they are not."""
        if self.memory is None or not decisions:
            return False
        try:
            await self.memory.keep(*decisions)
        except HistoryError:
            return False
        return True

    def remembering(self) -> Memory:
        """Return the memory, for what cannot be done without one.

        Raises:
            Problem: the service keeps nothing.
        """
        if self.memory is None:
            raise Problem("no-history", "this service runs without a memory of decisions")
        return self.memory


async def read(request: Request, kind: type[Body]) -> Body:
    """Return the body of a request.

    Raises:
        Problem: it is not JSON, does not fit, or names a case that the caller may not add to.
    """
    check_type(request, JSON)
    charset = _CHARSET.search(request.headers["content-type"])
    if charset and charset[1].lower() not in _UTF_8:
        raise Problem("wrong-type", f"the body is in {charset[1]!r}, and JSON is read in utf-8")
    try:
        body = kind.model_validate_json(await request.body())
    except ValidationError as error:
        raise of_validation(error) from None
    await check_cases(request, body)
    if Desk.of(request).settings.log_text:
        _log.info("asked", request=request.state.request_id, **body.model_dump())
    return body


def check_type(request: Request, *known: str) -> None:
    """Return when the body of a request is of a known type.

    Raises:
        Problem: it is of another type, or states none.
    """
    given = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if given not in known:
        raise Problem("wrong-type", f"the body is {given or 'of no stated type'}, not {' or '.join(known)}")


def on_known_channel(ticket: Ticket, triage: Triage) -> Ticket:
    """Return the ticket.

    Raises:
        TicketError: the rules know no such channel.
    """
    known_channel(ticket.channel, triage.rules)
    return ticket


def answered(data: Any, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return an answer of plain data."""
    return Response(orjson.dumps(data), status, headers, JSON)


def in_case(case: str | None) -> dict[str, str]:
    """Return the header that tells under which case an answer is kept."""
    return {CASE: case} if case else {}
