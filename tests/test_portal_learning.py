"""What technicians settle in the queue becomes training rows, and a model can be trained on them."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest
from portals import ANN, TOM, Running, Visitor, running, triage_command

from triage import Ticket
from triage.history.export import training_rows, without_text
from triage.portal.forgetting import forget_person
from triage.portal.intake import Sender, take
from triage.portal.texts import texts


@pytest.mark.parametrize("keep_text", [False, True])
def test_settled_tickets_are_exported_and_learned_from(tmp_path: Path, keep_text: bool) -> None:
    """Those that nobody settled are no label. The portal's texts do, whatever the memory keeps."""
    with running(tmp_path, keep_text=keep_text) as served:
        served.settle_a_hundred()
        unsettled = Ticket(body="Nobody settled this", channel="email")
        take(served.app.state.portal, unsettled, Sender(ANN, "Acme"))
    rows = tmp_path / "rows.csv"
    told = triage_command("history", "export", rows, "--history", f"sqlite:///{tmp_path / 'portal.db'}")
    assert "100 tickets labelled\n" == told.stderr
    assert "Nobody settled this" not in rows.read_text("utf-8")
    triage_command("train", rows, "--out", tmp_path / "model")
    assert any((tmp_path / "model").iterdir())


def _settled(portal: Running, **told: str) -> str:
    """Return the case of a ticket that another program sent, with its final level."""
    case = str(httpx.post(f"{portal.url}/v1/tickets", json=told).json()["case"])
    httpx.patch(f"{portal.url}/v1/tickets/{case}", json={"priority": "low", "by": TOM, "final": True})
    return case


def test_a_text_is_found_wherever_it_is_kept(tmp_path: Path, history_url: str) -> None:
    """A row of the portal is one as of the memory; where nobody kept a text, none is made up."""
    with running(tmp_path, history=history_url) as portal:
        case = Visitor(portal, ANN).ticket(subject="Printer", body="It is jammed")
        kept = portal.history.of(case)[0]
        Visitor(portal, TOM).send("/queue", f"/queue/{case}/settle", level="low", seen="standard")
        _settled(portal, body="A stranger's, of which no word is kept")
        (row,) = training_rows(portal.history, also=texts())
        assert ("Printer", "It is jammed", "portal", "low", case) == (
            row.subject,
            row.body,
            row.channel,
            row.label,
            row.case,
        )
        assert abs((row.received - kept.at).total_seconds()) < 60
        assert 1 == without_text(portal.history, also=texts())
        without_channel = _settled(portal, body="It is jammed again", person=ANN)
        assert [("portal", case), (None, without_channel)] == [
            (row.channel, row.case) for row in training_rows(portal.history, also=texts())
        ]
        forget_person(portal.history, ANN)
        assert [] == list(training_rows(portal.history, also=texts()))


def test_a_text_that_both_keep_is_one_row(tmp_path: Path) -> None:
    with running(tmp_path, keep_text=True) as portal:
        case = _settled(portal, body="It is jammed", person=ANN)
        assert [case] == [row.case for row in training_rows(portal.history, also=texts())]
