"""Where tickets stand for those who work on them: the portal's queue, of which the service knows no more."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator
from contextlib import suppress
from typing import Any, Protocol

from pydantic import BaseModel
from starlette.requests import Request

from triage import Choice, Suggestion, Ticket, TriageError
from triage.history import Decision
from triage.service.problems import Problem

_WRITES = "tickets"  # the scope of keys that may write the story of a ticket


class Shelf(Protocol):
    """What the service asks of whoever shows its tickets."""

    def take(self, ticket: Ticket, choice: Choice, told: Decision) -> Decision:
        """Keep a ticket that came in, and return what is kept of how it did.

        Raises:
            Problem: its case is that of another ticket.
        """

    def change(self, told: Decision) -> Decision:
        """Keep that a ticket got another level, and return what is kept of it."""

    def holds(self, cases: Collection[str]) -> bool:
        """Return whether any of these cases is a ticket."""

    def added_to(self, cases: Collection[str], answered: Suggestion | None = None) -> None:
        """Learn that something was kept in these cases, of which some may be tickets.

        ``answered`` is the suggestion that an answer made.
        """


def shelf_of(request: Request) -> Shelf:
    """Return where the tickets of a service stand.

    Raises:
        Problem: the service keeps nothing.
    """
    shelf: Shelf | None = getattr(request.app.state, "shelf", None)
    if shelf is None:
        raise Problem("no-history", "this service runs without a memory of decisions")
    return shelf


def case_taken() -> Problem:
    """Return the problem of a ticket that comes in under the case of another."""
    return Problem("case-taken", "there is a ticket of this case already")


async def check_cases(request: Request, body: BaseModel) -> None:
    """Return when the caller may add to each case that a body names: that of a ticket needs its own scope.

    Raises:
        Problem: a case is a ticket, and the key may only ask.
    """
    cases = set(_named(body))
    if not cases or _may_write(request):
        return
    if await asyncio.to_thread(shelf_of(request).holds, cases):
        raise Problem(
            "wrong-scope",
            f"this case is a ticket, and what is kept of it needs the scope {_WRITES!r}: "
            "send 'keep': false, or leave 'case' out",
        )


async def tell_added(request: Request, body: BaseModel, *, answered: Suggestion | None = None) -> None:
    """Tell whoever shows tickets what was added to their cases; the answer does not depend on it."""
    if cases := set(_named(body)):
        with suppress(TriageError):
            await asyncio.to_thread(shelf_of(request).added_to, cases, answered)


def _named(body: Any) -> Iterator[str]:
    """Yield the cases to which an answer would be added."""
    for asked in getattr(body, "tickets", (body,)):
        if getattr(asked, "keep", False) and (case := getattr(asked, "case", None)):
            yield case


def _may_write(request: Request) -> bool:
    state = request.app.state
    if not state.desk.settings.keys_needed or state.desk.memory is None:
        return True
    return _WRITES in state.keys.file.scopes_of(request.state.caller)
