"""A portal that runs for a test: a real server on loopback, its own database, two firms and their people."""

from __future__ import annotations

import re
import subprocess
import sys
import threading
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from fastapi import FastAPI
from running import PATIENCE, environment, until
from sqlalchemy import delete

from triage import Ticket
from triage.history import Decision, History
from triage.history.tables import DecisionRow
from triage.portal.accounts import Account, add_account
from triage.portal.intake import Sender, settle, take
from triage.portal.sessions import COOKIE, start_session
from triage.portal.tables import NoticeRow, TicketRow
from triage.portal.tickets import tickets
from triage.service.app import create_app
from triage.service.settings import Settings

PASSWORD = "a long password"
ANN, BEN, EVE = "ann@acme.example", "ben@acme.example", "eve@bolt.example"
TOM, TIM = "tom@it.example", "tim@it.example"  # Tom serves all firms, Tim serves Bolt alone
PEOPLE = (
    Account(email=ANN, name="Ann Lee", role="requester", firms=("Acme",)),
    Account(email=BEN, name="Ben", role="requester", firms=("Acme",)),
    Account(email=EVE, name="Eve", role="requester", firms=("Bolt",)),
    Account(email=TOM, name="Tom", role="technician", firms=()),
    Account(email=TIM, name="Tim", role="technician", firms=("Bolt",)),
)
_PLACES = [
    f"{place} {number}" for place in ("in office", "on floor", "at branch", "in room") for number in range(5)
]
_SETTLED = {
    "critical": "The file server is down for everyone {}",
    "high": "I forgot my password and cannot log in {}",
    "standard": "My computer crashes every morning {}",
    "low": "Please install the drawing program {}",
    "scheduled": "How do I make a table in a letter {}",
}
_TOKEN = re.compile(r'name="token" value="(\w+)"')


@dataclass(frozen=True)
class Running:
    """A portal that answers."""

    url: str
    app: FastAPI
    history: History
    browsers: ExitStack

    def cookie(self, email: str) -> str:
        """Return the cookie of somebody who has signed in."""
        account = next(account for account in PEOPLE if account.email == email)
        return start_session(self.history, account, hours=1)

    def clear(self) -> None:
        """Forget all tickets, so that the next test begins with none."""
        with self.history.writing() as connection:
            for table in (TicketRow, NoticeRow, DecisionRow):
                connection.execute(delete(table))

    def settle_a_hundred(self) -> None:
        """Take a hundred tickets, of which a technician settles each: enough to train a model on."""
        portal = self.app.state.portal
        for (level, said), place in product(_SETTLED.items(), _PLACES):
            case = take(portal, Ticket(body=said.format(place), channel="email"), Sender(ANN, "Acme"))
            with self.history.reading() as connection:
                (kept,) = tickets(connection, TicketRow.case == case)
            assert settle(portal, kept, level, by=PEOPLE[3], reason=None)

    def story(self, case: str) -> list[Decision]:
        """Return what happened in a case."""
        return self.history.of(case)


class Visitor:
    """Somebody with a browser that runs no scripts."""

    def __init__(self, portal: Running, email: str | None = None) -> None:
        client = httpx.Client(base_url=portal.url, follow_redirects=True, timeout=30)
        self.http = portal.browsers.enter_context(client)
        if email:
            self.http.cookies.set(COOKIE, portal.cookie(email))

    def get(self, path: str) -> httpx.Response:
        """Open a page."""
        return self.http.get(path)

    def send(self, form: str, to: str, **fields: str) -> httpx.Response:
        """Send a form that stands on a page."""
        found = _TOKEN.search(self.get(form).text)
        assert found, form
        return self.http.post(to, data={"token": found[1], **fields})

    def ticket(self, **fields: str) -> str:
        """Create a ticket and return its case."""
        page = self.send("/tickets/new", "/tickets", **fields)
        assert 200 == page.status_code, page.text
        return page.url.path.rpartition("/")[2]


def triage_command(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """Return what a `triage` command line did; it went well."""
    command = [sys.executable, "-m", "triage", *map(str, words)]
    return subprocess.run(command, check=True, env=environment(), capture_output=True, text=True)


@contextmanager
def running(folder: Path, settings: Mapping[str, str] | None = None, **more: Any) -> Iterator[Running]:
    """Run a portal in a folder; ``settings`` are those of the portal, ``more`` those of the service."""
    url = more.pop("history", f"sqlite:///{folder / 'portal.db'}")
    history = History(url)
    for account in PEOPLE:
        add_account(history, account, PASSWORD)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TRIAGE_PORTAL_EVERY", "0.1")
        for name, value in (settings or {}).items():
            patch.setenv(f"TRIAGE_PORTAL_{name.upper()}", value)
        app = create_app(Settings(history=url, keys=folder / "keys.json", log_level="error", **more))
    with history, _served(app) as address, ExitStack() as browsers:
        yield Running(address, app, history, browsers)


@contextmanager
def _served(app: FastAPI) -> Iterator[str]:
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_config=None, timeout_graceful_shutdown=2))
    thread = threading.Thread(target=server.run)
    thread.start()
    until(lambda: server.started)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
