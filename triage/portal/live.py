"""News of tickets for pages that stay open, also of those that another process took."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import structlog
from anyio import Event

from triage import HistoryError
from triage.history import History
from triage.portal.tickets import stamp

_log = structlog.get_logger()


class Live:
    """Tells open pages when a ticket changed: one look at the database serves them all."""

    def __init__(self, history: History, *, every: float) -> None:
        self._history, self._every = history, every
        self._news = asyncio.Condition()
        self._seen: object = None
        self._number = 0
        self._listeners = 0

    async def watch(self) -> None:
        """Look for news until stopped; without listeners nothing is looked for."""
        while True:
            await asyncio.sleep(self._every)
            if self._listeners:
                with suppress(HistoryError):  # the next look may see again
                    await self._look()

    async def news(self, stop: Event) -> AsyncIterator[int]:
        """Yield a number at once, and another with each change, until it is to stop."""
        self._listeners += 1
        number = self._number
        try:
            yield number
            while await self._changed(number, stop):
                number = self._number
                yield number
        finally:
            self._listeners -= 1

    async def _changed(self, number: int, stop: Event) -> bool:
        """Return True when the number is another one, False when it is to stop."""
        waits = [asyncio.create_task(self._other_than(number)), asyncio.create_task(stop.wait())]
        try:
            await asyncio.wait(waits, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for wait in waits:
                wait.cancel()
        return not stop.is_set()

    async def _other_than(self, number: int) -> None:
        async with self._news:
            await self._news.wait_for(lambda: self._number != number)

    async def _look(self) -> None:
        seen = await asyncio.to_thread(self._stamp)
        if seen == self._seen:
            return
        async with self._news:
            self._seen, self._number = seen, self._number + 1
            self._news.notify_all()

    def _stamp(self) -> object:
        with self._history.reading() as connection:
            return stamp(connection)
