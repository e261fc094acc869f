"""What technicians settle in the queue becomes training rows, and a model can be trained on them."""

from __future__ import annotations

import subprocess
import sys
from itertools import product
from pathlib import Path

from portals import ANN, PEOPLE, running
from sqlalchemy import true

from triage import Ticket
from triage.portal.intake import Sender, settle, take
from triage.portal.tickets import tickets

TOM = PEOPLE[3]
PLACES = [
    f"{place} {number}" for place in ("in office", "on floor", "at branch", "in room") for number in range(5)
]
SETTLED = {
    "critical": "The file server is down for everyone {}",
    "high": "I forgot my password and cannot log in {}",
    "standard": "My computer crashes every morning {}",
    "low": "Please install the drawing program {}",
    "scheduled": "How do I make a table in a letter {}",
}


def test_settled_tickets_are_exported_and_learned_from(tmp_path: Path) -> None:
    """A hundred tickets come in and are settled; those that nobody settled are no label."""
    with running(tmp_path, keep_text=True) as served:
        portal = served.app.state.portal
        for (level, said), place in product(SETTLED.items(), PLACES):
            case = take(portal, Ticket(body=said.format(place), channel="email"), Sender(ANN, "Acme"))
            with served.history.reading() as connection:
                kept = next(t for t in tickets(connection, true(), most=1) if t.case == case)
            assert settle(portal, kept, level, by=TOM, reason=None)
        take(portal, Ticket(body="Nobody settled this", channel="email"), Sender(ANN, "Acme"))
    rows = tmp_path / "rows.csv"
    told = _triage("history", "export", str(rows), "--history", f"sqlite:///{tmp_path / 'portal.db'}")
    assert "100 tickets labelled" in told.stderr
    assert "Nobody settled this" not in rows.read_text("utf-8")
    _triage("train", str(rows), "--out", str(tmp_path / "model"))
    assert any((tmp_path / "model").iterdir())


def _triage(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "triage", *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True)
