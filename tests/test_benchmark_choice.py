"""The benchmark of warnings counts as it says."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

import triage

BENCHMARK = Path(__file__).resolve().parent.parent / "benchmarks" / "choice.py"
TICKETS = """\
id,subject,body,label
1,printer,"The printer at my desk is jammed, only mine.",low
2,server,The file server is down for everyone.,critical
3,hello,The file server is down for everyone.,unclear
"""


def run(folder: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """Return what the benchmark prints for the files of a folder."""
    package = str(Path(triage.__file__).resolve().parent.parent)
    command = [sys.executable, str(BENCHMARK), "--gold", str(folder), *options]
    environment = os.environ | {"PYTHONPATH": package, "PYTHONUTF8": "1"}
    return subprocess.run(command, capture_output=True, text=True, env=environment, check=False, timeout=120)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    """Return the lines for three tickets."""
    folder = tmp_path_factory.mktemp("gold")
    (folder / "small.csv").write_text(TICKETS, "utf-8")
    return run(folder).stdout.splitlines()


def test_every_ticket_is_chosen_once_by_each_habit(printed: list[str]) -> None:
    """Five habits for a labelled ticket, two for an unclear one."""
    assert "small, whole: 12 choices" in printed


def test_warnings_are_counted_as_stated(printed: list[str]) -> None:
    """At the number 0 every difference is a warning: four of the first ticket, one each of the others.

    The first is chosen one up, two up, always Critical and by default; the second by default; the third, a
    warning about an unclear ticket, is wrong. Of six warnings five are right.
    """
    whole = printed[printed.index("small, whole: 12 choices") + 2]
    assert ["0.00", "6", "0.833", "0.833", "0.000", "1.000", "1.000", "1.000", "1.000"] == whole.split()


def test_a_missed_target_is_told(tmp_path: Path) -> None:
    """With its figure; --check makes it the exit code."""
    (tmp_path / "small.csv").write_text(TICKETS.replace(",low", ",critical"), "utf-8")
    done = run(tmp_path, "--check")
    assert 1 == done.returncode
    assert "small: MISSED: precision" in done.stdout


def test_without_labelled_tickets_it_says_so(tmp_path: Path) -> None:
    done = run(tmp_path)
    assert (0, True) == (done.returncode, done.stdout.startswith("Skipped: there are no labelled tickets"))
