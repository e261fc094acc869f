"""``triage accounts``: who can sign in to the portal."""

from __future__ import annotations

import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from getpass import GetPassWarning
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.common import EPILOG, app, faults_on_stderr
from triage.cli.history import URL, Url
from triage.errors import HistoryError
from triage.extras import needs_extra

if TYPE_CHECKING:
    from triage.history import History

group = typer.Typer(
    help="Make, list and remove the accounts of the portal.",
    epilog=EPILOG,
    no_args_is_help=True,
    rich_markup_mode=None,
)
app.add_typer(group, name="accounts", short_help="Make, list and remove the accounts of the portal.")

Email = Annotated[str, typer.Argument(metavar="EMAIL", help="The address that the account is named by.")]
FromStdin = Annotated[
    bool,
    typer.Option("--password-stdin", help="Read the password from standard input."),
]


@contextmanager
def _opened(url: str) -> Iterator[History]:
    """Open the database, and make it where there is none: the first account comes before the service."""
    with faults_on_stderr(), needs_extra("service"):
        from triage.history import History

        with History(url) as history:
            yield history


@group.command(epilog=EPILOG)
def new(
    email: Email,
    name: Annotated[str, typer.Option(help="What the person is called. [default: the address]")] = "",
    role: Annotated[str, typer.Option(help="requester, who writes tickets, or technician.")] = "requester",
    firm: Annotated[
        list[str] | None,
        typer.Option(
            help="The firm of a requester, or those a technician serves (repeat it; without it all)."
        ),
    ] = None,
    password_stdin: FromStdin = False,
    history: Url = URL,
) -> None:
    """Make an account; its password is asked for."""
    with _opened(history) as opened:
        from triage.portal.accounts import Account, add_account, firms_of, role_of, tidy

        account = Account(
            email=tidy(email),
            name=" ".join(name.split()) or tidy(email),
            role=role_of(role),
            firms=firms_of(firm or ()),
        )
        add_account(opened, account, _password(password_stdin))
        typer.echo(f"{account.email} can sign in as a {account.role}", err=True)


@group.command("list", epilog=EPILOG)
def list_accounts(history: Url = URL) -> None:
    """List the accounts: addresses, roles and firms."""
    with _opened(history) as opened:
        from triage.portal.accounts import accounts

        with opened.reading() as connection:
            for account in accounts(connection):
                firms = ", ".join(account.firms) or "all firms"
                typer.echo(f"{account.email}  {account.role}  {firms}")


@group.command(epilog=EPILOG)
def password(email: Email, password_stdin: FromStdin = False, history: Url = URL) -> None:
    """Give an account another password; whoever is signed in with it is signed out."""
    with _opened(history) as opened:
        from triage.portal.accounts import change_password

        change_password(opened, email, _password(password_stdin))
        typer.echo("the password is changed", err=True)


@group.command(epilog=EPILOG)
def remove(email: Email, history: Url = URL) -> None:
    """Remove an account and sign it out at once; its tickets stay until `triage history forget`."""
    with _opened(history) as opened:
        from triage.portal.accounts import remove_account

        remove_account(opened, email)
        typer.echo(f"{email} is removed", err=True)


def _password(from_stdin: bool) -> str:
    if from_stdin:
        try:
            return sys.stdin.buffer.readline().decode("utf-8").rstrip("\r\n")
        except UnicodeDecodeError:
            raise HistoryError("the password on standard input is not UTF-8") from None
    with warnings.catch_warnings():
        warnings.simplefilter("error", GetPassWarning)
        try:
            return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
        except GetPassWarning:
            said = "there is no terminal to ask for the password on; give it with --password-stdin"
            raise HistoryError(said) from None
