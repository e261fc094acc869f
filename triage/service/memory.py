"""How the service keeps decisions: those that wait together go into the database in one transaction."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor

import structlog

from triage import HistoryError
from triage.history import Decision, History
from triage.service.metrics import Metrics

_MOST_WAITING = 5_000  # beyond that the database is too slow for what comes in
_AT_ONCE = 200
_log = structlog.get_logger()
Waiting = tuple[tuple[Decision, ...], "asyncio.Future[None]"]


class Memory:
    """Keeps decisions for requests that wait. One thread writes, and takes all that has come in meanwhile."""

    def __init__(self, history: History, metrics: Metrics) -> None:
        self.history = history
        self._metrics = metrics
        self._waiting: list[Waiting] = []
        self._writing: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="history")

    async def keep(self, *decisions: Decision) -> None:
        """Return when the decisions are on the disk.

        Raises:
            HistoryError: they were not kept.
        """
        if len(self._waiting) >= _MOST_WAITING:
            raise HistoryError(f"{_MOST_WAITING} decisions wait for the database already")
        kept = asyncio.get_running_loop().create_future()
        self._waiting.append((decisions, kept))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        await kept

    async def close(self) -> None:
        """Write what waits, and give the database back."""
        if self._writing is not None:
            await self._writing
        self._thread.shutdown()
        self.history.close()

    async def _write(self) -> None:
        loop = asyncio.get_running_loop()
        while self._waiting:
            batch, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
            together = [decision for decisions, _ in batch for decision in decisions]
            try:
                await loop.run_in_executor(self._thread, self.history.keep, *together)
            except HistoryError as error:
                self._settle(batch, len(together), error)
            else:
                self._settle(batch, len(together), None)

    def _settle(self, batch: list[Waiting], number: int, error: HistoryError | None) -> None:
        self._metrics.kept(number, well=error is None)
        if error is not None:
            _log.error("decisions not kept", number=number, error=str(error))
        for _, kept in batch:
            if kept.done():  # whoever waited has gone
                continue
            if error is None:
                kept.set_result(None)
            else:
                kept.set_exception(error)
