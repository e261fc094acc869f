"""How the service keeps decisions: those that wait together go into the database in one transaction."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import structlog

from triage import HistoryError
from triage.history import Decision, History, HistoryBusyError
from triage.service.metrics import Metrics

_MOST_WAITING = 5_000  # beyond that the database is too slow for what comes in
_AT_ONCE = 200
_PAUSE = 0.004  # seconds from one transaction to the next: under load the decisions of all that time share it
_PATIENCE = 2.0  # seconds that an answer waits for the database
_LONGEST = 30.0  # seconds that a change waits for others in a thread: no answer waits for it any more
_SILENT = "the database does not answer"
_log = structlog.get_logger()
Waiting = tuple[tuple[Decision, ...], "asyncio.Future[None]"]


class Memory:
    """Keeps decisions for requests that wait: what has come in meanwhile is written together."""

    def __init__(self, history: History, metrics: Metrics) -> None:
        self.history = history
        self._metrics = metrics
        self._waiting: list[Waiting] = []
        self._writing: asyncio.Task[None] | None = None
        self._looking: asyncio.Future[None] | None = None
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="history")

    async def keep(self, *decisions: Decision) -> None:
        """Return when the decisions are on the disk.

        Raises:
            HistoryError: they were not kept, or are not yet and will be when the database can.
        """
        if len(self._waiting) >= _MOST_WAITING:
            raise HistoryError(f"{_MOST_WAITING} decisions wait for the database already")
        loop = asyncio.get_running_loop()
        kept = loop.create_future()
        patience = loop.call_later(_PATIENCE, _settle, kept, HistoryError(_SILENT))
        self._waiting.append((decisions, kept))
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())
        try:
            await kept
        finally:
            patience.cancel()

    async def told(self, case: str) -> list[Decision]:
        """Return what is kept of a case; nothing where the database does not answer in time."""
        with suppress(HistoryError, TimeoutError):
            async with asyncio.timeout(_PATIENCE):
                return await asyncio.to_thread(self.history.of, case)
        return []

    async def look(self) -> None:
        """Return when the database takes what is written, behind what waits for it already.

        Raises:
            HistoryError: it does not within two seconds.
        """
        if self._looking is None or self._looking.done():  # whoever asks meanwhile shares the answer
            self._looking = asyncio.get_running_loop().run_in_executor(self._thread, self._look)
            self._looking.add_done_callback(_heard)
        try:
            async with asyncio.timeout(_PATIENCE):
                await asyncio.shield(self._looking)
        except TimeoutError:
            raise HistoryError(_SILENT) from None

    async def close(self) -> None:
        """Write what waits, and give the database back."""
        if self._writing is not None:
            await self._writing
        self._thread.shutdown()
        self.history.close()

    async def _write(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting[:_AT_ONCE], self._waiting[_AT_ONCE:]
            if not await self._kept(batch, last_try=len(batch) == 1):
                for one in batch:  # what one of them did wrong is no fault of the others
                    await self._kept([one], last_try=True)
                    await asyncio.sleep(0)  # the others have their turn
            if len(batch) > 1:
                await asyncio.sleep(_PAUSE)

    async def _kept(self, batch: list[Waiting], *, last_try: bool) -> bool:
        """Write a batch in one transaction and tell those who wait; without ``last_try`` only of success."""
        together = [decision for decisions, _ in batch for decision in decisions]
        error = None
        try:
            await self._put(together)
        except Exception as failed:  # whatever it is: somebody waits for an answer
            error = failed if isinstance(failed, HistoryError) else HistoryError(type(failed).__name__)
            if not last_try:
                return False
            _log.error("decisions not kept", number=len(together), error=str(error))
        self._metrics.kept(len(together), well=error is None)
        for _, kept in batch:
            _settle(kept, error)
        return True

    async def _put(self, decisions: list[Decision]) -> None:
        """Write into a file right here: until a thread has its turn again and again, more time goes by.

        Only while others write to the file, and over a network, a thread waits.
        """
        if self.history.quick:
            with suppress(HistoryBusyError):
                self.history.keep(*decisions, at_once=True)
                return
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(self._thread, self._keep, decisions)

    def _keep(self, decisions: list[Decision]) -> None:
        with self.history.writing(wait=_LONGEST) as connection:
            self.history.keep(*decisions, within=connection)

    def _look(self) -> None:
        with self.history.writing(wait=_PATIENCE):
            pass


def _settle(kept: asyncio.Future[None], error: HistoryError | None) -> None:
    if kept.done():  # whoever waited has gone
        return
    if error is None:
        kept.set_result(None)
    else:
        kept.set_exception(error)


def _heard(looked: asyncio.Future[None]) -> None:
    """Take the error of a look that nobody waits for any more."""
    if not looked.cancelled():
        looked.exception()
