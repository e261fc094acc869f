"""Killing the service at any moment loses no record that it acknowledged."""

from __future__ import annotations

import random
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event
from time import sleep

import httpx
from running import running
from strategies import rule, write_rules

from triage.history import History

ROUNDS = 2
CALLERS = 6


def test_a_kill_loses_no_acknowledged_record(tmp_path: Path, history_url: str) -> None:
    """Callers keep tickets while the processes are killed: each ticket that got an answer is there after."""
    file = write_rules(tmp_path, rule("server", '[any of: "server"]'))
    acknowledged: list[tuple[str, str]] = []
    for seed in range(ROUNDS):
        with running(tmp_path, rules=file, history=history_url, workers=2, keep_text=1) as service:
            stop = Event()
            with ThreadPoolExecutor(CALLERS) as pool:
                callers = [pool.submit(keep, service.url, stop, acknowledged) for _ in range(CALLERS)]
                before = len(acknowledged)
                while len(acknowledged) < before + 50:
                    sleep(0.01)
                sleep(random.Random(seed).uniform(0, 0.3))
                service.kill()
                stop.set()
                for caller in callers:
                    caller.result()
    with History(history_url) as history:
        kept = {decision.case: decision.body for decision in history.decisions()}
    assert 50 * ROUNDS <= len(acknowledged)
    assert [] == [case for case, body in acknowledged if kept.get(case) != body]


def keep(url: str, stop: Event, acknowledged: list[tuple[str, str]]) -> None:
    """Have tickets kept until the service is gone, and note those that it acknowledged."""
    with httpx.Client(base_url=url, timeout=60) as http:
        for number in range(100_000):
            body = f"The server {number} is down"
            try:
                answer = http.post("/v1/tickets", json={"body": body})
            except httpx.HTTPError:
                if stop.is_set() or number:
                    return
                continue
            assert 201 == answer.status_code
            acknowledged.append((answer.json()["case"], body))
