"""The commands of the moment of choice: what they print, and with which exit code they leave."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from strategies import documented
from typer.testing import CliRunner, Result

from triage import Choice
from triage.cli import app

JAMMED = "The printer is jammed, only mine"
RECEIVED = "2026-11-23T09:30"


@pytest.fixture(autouse=True)
def loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Load the documented rules once for all commands that run in this process."""
    monkeypatch.setattr("triage.cli.choice.make_triage", lambda rules: documented())


def run(*arguments: str) -> Result:
    """Return what the command does with these arguments."""
    return CliRunner().invoke(app, arguments, prog_name="triage")


def test_check_tells_verdict_message_note_and_due_times() -> None:
    """All that a choice holds, for a person."""
    told = run("check", "--chosen", "Critical", "--received", RECEIVED, JAMMED)
    assert 0 == told.exit_code
    assert told.stdout.startswith("Verdict    over; ground: strong\nRequester  Our guideline lists")
    assert "Due        Critical: at once. Low: Wednesday 09:30." in told.stdout


def test_check_prints_json_that_is_the_choice() -> None:
    """What from_dict reads back."""
    told = run("check", "--json", "--chosen", "critical", "--received", RECEIVED, JAMMED)
    assert ("over", "low") == ((it := Choice.from_dict(json.loads(told.stdout))).verdict, it.suggested.id)


def test_check_reads_a_message(tmp_path: Path) -> None:
    """Its channel is e-mail, so Standard was nobody's choice."""
    file = tmp_path / "a.eml"
    file.write_bytes(b"From: ann@example.com\nSubject: Help\n\nThe file server is down for everyone\n")
    told = json.loads(run("check", "--json", "--chosen", "standard", str(file)).stdout)
    assert ("under", "default", None) == (told["verdict"], told["chosen_by"], told["message"])


def test_due_tells_the_window() -> None:
    """Over the holiday and the weekend."""
    told = run("due", "scheduled", "--received", "2026-11-25T16:40")
    assert (
        "Earliest   Tuesday 2026-12-01 17:00 EST\nLatest     Thursday 2026-12-03 17:00 EST\n" in told.stdout
    )


def test_due_prints_json() -> None:
    told = json.loads(run("due", "high", "--received", "2026-11-25T16:40", "--json").stdout)
    assert "2026-11-27T10:10:00-05:00" == told["latest"]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (("check", "--chosen", "hgih", JAMMED), "triage: there is no priority 'hgih'"),
        (("check", "--chosen", "low", "--channel", "pigeon", JAMMED), "triage: there is no channel 'pigeon'"),
        (("due", "hgih"), "triage: there is no priority 'hgih'; it is one of critical, high"),
        (("due", "high", "--received", "soon"), "triage: found 'soon' for the time a ticket was received"),
    ],
)
def test_what_cannot_be_used_is_a_line_and_exit_code_1(arguments: tuple[str, ...], expected: str) -> None:
    """No traceback, one line."""
    told = run(*arguments)
    assert (1, 1) == (told.exit_code, len(told.stderr.splitlines()))
    assert told.stderr.startswith(expected)
