"""The starter model and the tickets that it is trained on."""

from __future__ import annotations

import csv
import re
from hashlib import sha256
from pathlib import Path

import pytest
from made_models import STARTER

from triage import Ticket, Triage
from triage.model.document import Document, document
from triage.model.folder import load_model, read_manifest
from triage.model.split import groups_of
from triage.table import read_rows

GOLD = STARTER.parents[2] / "shared" / "gold"
COLUMNS = ["id", "channel", "industry", "role", "subject", "body", "label", "guideline line", "kind"]


def rows() -> list[dict[str, str]]:
    """Return the tickets as they stand in their table."""
    with (STARTER / "tickets.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def documents(path: Path) -> list[Document]:
    """Return the documents of a table."""
    return [document(row.ticket, ()) for row in read_rows(path)]


def test_there_are_enough_tickets_of_all_kinds() -> None:
    found = rows()
    assert list(found[0]) == COLUMNS
    assert len(found) >= 1_500
    assert len({row["industry"] for row in found}) >= 50
    assert len({row["kind"] for row in found}) >= 10


def test_each_label_has_the_guideline_line_that_decides_it() -> None:
    """It is a number of a documented example or the definition of a level; an unclear ticket has none."""
    lines = {*map(str, range(1, 20)), *(f"{level} definition" for level in Triage().rules.priorities)}
    lines = {line.lower() for line in lines}
    assert {row["guideline line"] for row in rows() if row["label"] != "unclear"} <= lines


def test_no_ticket_is_there_twice() -> None:
    """Neither copies nor near copies, so that nothing is learned by heart."""
    found = documents(STARTER / "tickets.csv")
    assert len(found) == len(set(groups_of(found).tolist()))


@pytest.mark.skipif(not GOLD.exists(), reason=f"there are no labelled tickets in {GOLD}")
def test_no_ticket_stands_in_the_tickets_that_it_is_measured_on() -> None:
    ours = documents(STARTER / "tickets.csv")
    theirs = [one for path in sorted(GOLD.glob("*.csv")) for one in documents(path)]
    groups = groups_of([*ours, *theirs]).tolist()
    assert set(groups[: len(ours)]).isdisjoint(groups[len(ours) :])


def test_no_address_is_anybody_s() -> None:
    """Every e-mail address ends in .example, which nobody can own."""
    text = "\n".join(row["subject"] + "\n" + row["body"] for row in rows())
    found = re.findall(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)*\.([a-z]{2,})", text)
    assert {"example"} == set(found)


def test_the_model_is_of_these_tickets() -> None:
    """The card tells the hash of the table and the one command that makes the model again."""
    told = read_manifest(STARTER)["told"]
    assert told["SHA-256 of the file"] == sha256((STARTER / "tickets.csv").read_bytes()).hexdigest()
    assert told["command"].startswith("triage train models/starter/tickets.csv")
    assert told["command"] in (STARTER / "card.md").read_text("utf-8")


def test_it_answers_by_its_name() -> None:
    """The model that ships is there wherever the library is."""
    opinion = Triage(model="starter").suggest(Ticket(body="kindly reset my password")).opinion
    assert opinion is not None
    assert "high" == opinion.priority
    assert load_model("starter").version == opinion.version
