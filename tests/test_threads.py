"""One Triage may be shared among threads."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from strategies import documented, examples

from triage import Suggestion, Ticket, Triage
from triage.garbage import uncollected

THREADS = 8


@pytest.fixture
def eager_switching() -> Iterator[None]:
    """Let threads take turns as often as they can, so that shared state would be caught."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(usual)


@pytest.mark.usefixtures("eager_switching")
def test_garbage_is_collected_again_after_many_threads() -> None:
    """However they take turns."""

    def often(_: int) -> None:
        for _ in range(500):
            with uncollected():
                pass

    with ThreadPoolExecutor(THREADS) as pool:
        list(pool.map(often, range(THREADS)))
    assert gc.isenabled()


def test_garbage_is_collected_again_whoever_ends_first() -> None:
    """Threads that make a Triage at the same time leave the collection of garbage as it was."""
    with uncollected():
        other = uncollected()
        other.__enter__()
    assert gc.isenabled()
    other.__exit__(None, None, None)
    assert gc.isenabled()


def _tickets() -> list[Ticket]:
    asides = [
        Ticket(subject=ticket.body, body=f"It works now.\n\n> {ticket.body}\n\nBut why?")
        for ticket in examples()
    ]
    return [*examples(), *asides]


@pytest.mark.usefixtures("eager_switching")
def test_threads_get_the_answers_that_one_gets() -> None:
    """Eight threads that share a Triage, each with the tickets in another order, get the answers of one."""
    shared, tickets = Triage(), _tickets()
    alone = {ticket: documented().suggest(ticket) for ticket in tickets}
    together = Barrier(THREADS)

    def ask(number: int) -> list[tuple[Ticket, Suggestion]]:
        mine = tickets[number * 7 :] + tickets[: number * 7]
        together.wait(timeout=60)
        return [(ticket, shared.suggest(ticket)) for ticket in mine]

    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(ask, range(THREADS)))
    assert [len(tickets)] * THREADS == list(map(len, answers))
    assert [(t, s) for answer in answers for t, s in answer if s != alone[t]] == []


@pytest.mark.usefixtures("eager_switching")
def test_threads_may_share_an_iterator_each() -> None:
    """Iterators of suggestions that run at once do not mix up their tickets."""
    tickets = _tickets()[:100]
    expected = [documented().suggest(ticket) for ticket in tickets]
    with ThreadPoolExecutor(THREADS) as pool:
        answers = list(pool.map(lambda _: list(documented().suggest_many(tickets)), range(THREADS)))
    assert [expected] * THREADS == answers
