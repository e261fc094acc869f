"""The rows of a long table worked on by several processes, in order, a bounded number at a time."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from itertools import chain, islice
from multiprocessing import get_context
from typing import Any, TypeVar

from triage.table import Row

R = TypeVar("R")

FEW = 1_500  # rows that are quicker worked on here than by processes that must first be started
_CHUNK = 200
_AHEAD = 4  # chunks that wait for each process

_work: Callable[[Row], Any] | None = None  # what a process does with each row


def each_row(
    rows: Iterable[Row], setup: Callable[[], Callable[[Row], R]], *, processes: int = 0
) -> Iterator[R]:
    """Yield what ``setup()`` makes of each row, in order; each process calls ``setup`` once.

    ``setup`` is a function of a module, or a partial of one, since other processes must find it. Without
    ``processes`` there is one for each processor. A short table is worked on in this process.

    >>> from triage import Ticket
    >>> rows = [Row(ticket=Ticket(body="Hello"), number=1)]
    >>> list(each_row(rows, lambda: lambda row: row.number))
    [1]
    """
    rows = iter(rows)
    first = list(islice(rows, FEW))
    processes = processes or _processors()
    if processes == 1 or len(first) < FEW:
        yield from map(setup(), chain(first, rows))
        return
    pool = ProcessPoolExecutor(processes, get_context("spawn"), initializer=partial(_prepare, setup))
    try:
        yield from _in_order(pool, chain(first, rows), most=processes * _AHEAD)
    finally:
        pool.shutdown(cancel_futures=True)


def _in_order(pool: ProcessPoolExecutor, rows: Iterator[Row], *, most: int) -> Iterator[Any]:
    waiting: deque[Future[list[Any]]] = deque()
    while chunk := list(islice(rows, _CHUNK)):
        with _interrupts_held():
            waiting.append(pool.submit(_work_on, chunk))
        if len(waiting) > most:
            yield from waiting.popleft().result()
    while waiting:
        yield from waiting.popleft().result()


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Hold Ctrl-C back while a process may be started: it inherits that, and ends when this one says so."""
    if not hasattr(signal, "pthread_sigmask"):  # not on every system
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _prepare(setup: Callable[[], Callable[[Row], Any]]) -> None:
    global _work
    _work = setup()


def _work_on(rows: list[Row]) -> list[Any]:
    assert _work is not None
    return [_work(row) for row in rows]


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:  # not on every system
        return os.cpu_count() or 1
