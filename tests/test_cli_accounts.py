"""`triage accounts`: who can sign in to the portal."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from running import environment
from typer.testing import CliRunner, Result

from triage.cli import app
from triage.history import History
from triage.portal.accounts import account_of

PASSWORD = "a long password"


@pytest.fixture(autouse=True)
def _in_a_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("TRIAGE_HISTORY", raising=False)


def run(*arguments: str, said: str = "") -> Result:
    """Return what the command does with these arguments when this is typed."""
    return CliRunner().invoke(app, ["accounts", *arguments], input=said, prog_name="triage")


def make(email: str = "Ann@Firm.example", *options: str) -> Result:
    """Make an account."""
    return run("new", email, *options, "--password-stdin", said=f"{PASSWORD}\n")


def test_an_account_can_sign_in_as_what_it_was_made() -> None:
    """The address is kept in small letters; the database is made where there is none."""
    made = make("Ann@Firm.example", "--name", "Ann", "--firm", "Firm")
    assert (0, "ann@firm.example can sign in as a requester\n") == (made.exit_code, made.stderr)
    with History("triage.db") as history:
        account = account_of(history, "ann@firm.example", PASSWORD)
    assert account is not None
    assert ("Ann", "requester", ("Firm",)) == (account.name, account.role, account.firms)


def test_a_password_is_asked_for_twice() -> None:
    """Without --password-stdin, and it is not shown."""
    told = run("new", "tom@it.example", "--role", "technician", said=f"{PASSWORD}\n{PASSWORD}\n")
    assert 0 == told.exit_code
    assert PASSWORD not in told.output


def test_without_a_terminal_the_way_without_one_is_told() -> None:
    """A script is told of --password-stdin, in a line."""
    words = [sys.executable, "-m", "triage", "accounts", "new", "tom@it.example", "--role", "technician"]
    done = subprocess.run(
        words,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env=environment(),
        start_new_session=True,
        timeout=120,
    )
    said = "triage: there is no terminal to ask for the password on; give it with --password-stdin\n"
    assert (1, said) == (done.returncode, done.stderr)


def test_accounts_are_listed() -> None:
    make("ann@firm.example", "--firm", "Firm")
    make("tom@it.example", "--role", "technician")
    assert [
        "ann@firm.example  requester  Firm",
        "tom@it.example  technician  all firms",
    ] == run("list").stdout.splitlines()


def test_a_password_is_changed() -> None:
    make("ann@firm.example", "--firm", "Firm")
    assert 0 == run("password", "ann@firm.example", "--password-stdin", said="another long one\n").exit_code
    with History("triage.db") as history:
        assert account_of(history, "ann@firm.example", "another long one")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("new", "ann@firm.example", "--password-stdin"), "a requester belongs to one firm"),
        (("new", "ann", "--firm", "F", "--password-stdin"), "named by an e-mail address"),
        (
            ("new", "a@b.example", "--role", "boss", "--password-stdin"),
            "a role is one of requester, technician",
        ),
        (("remove", "no@where.example"), "there is no account of no@where.example"),
    ],
)
def test_what_cannot_be_is_told_in_a_line(arguments: tuple[str, ...], said: str) -> None:
    told = run(*arguments, said=f"{PASSWORD}\n")
    assert 1 == told.exit_code
    assert said in told.stderr
    assert "Traceback" not in told.output
