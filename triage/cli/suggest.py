"""``triage suggest``: the priority of tickets, with reasons."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from triage.cli.common import (
    EPILOG,
    AsJson,
    Model,
    Rules,
    app,
    console,
    faults_on_stderr,
    make_triage,
    ticket_of,
)
from triage.ticket import Ticket

if TYPE_CHECKING:
    from rich.console import Console

    from triage.engine import Triage


@app.command(epilog=EPILOG, short_help="Suggest the priority of tickets, with reasons.")
def suggest(
    tickets: Annotated[
        list[str],
        typer.Argument(
            metavar="TEXT | - | FILE ...",
            help="The text of a ticket, - for standard input, or a file: .eml is an e-mail, .txt a text.",
        ),
    ],
    subject: Annotated[str | None, typer.Option(help="The subject of the tickets.")] = None,
    channel: Annotated[
        str | None,
        typer.Option(
            help="How the tickets came in, as the rule file names it: email, desktop, portal, phone."
        ),
    ] = None,
    rules: Rules = None,
    model: Model = None,
    as_json: AsJson = False,
) -> None:
    """Suggest the priority of tickets, each with its reasons; --json prints one object a line."""
    from triage.rules.channels import known_channel

    with faults_on_stderr():
        triage = make_triage(rules, model)
        given = _given(subject, known_channel(channel, triage.rules))
        screen = None if as_json else console()
        for number, argument in enumerate(tickets):
            ticket = replace(ticket_of(argument), **given)
            if screen is None:
                typer.echo(json.dumps(triage.suggest(ticket).to_dict()))
            else:
                _print_suggestion(screen, triage, ticket, heading=_heading(argument, number, len(tickets)))


def _given(subject: str | None, channel: str | None) -> dict[str, Any]:
    """Return the parts of every ticket that options give; they come before what a file says."""
    return {name: value for name, value in (("subject", subject), ("channel", channel)) if value is not None}


def _heading(argument: str, number: int, count: int) -> str:
    """Return the line above a suggestion; one ticket alone needs none."""
    if count == 1:
        return ""
    name = "standard input" if argument == "-" else " ".join(argument.split())
    return f"[{number + 1}/{count}] {name[:60]}"


def _print_suggestion(screen: Console, triage: Triage, ticket: Ticket, *, heading: str) -> None:
    from rich.text import Text

    from triage.show import clean, show_suggestion

    if heading:
        screen.print(Text(clean(heading), style="dim"))
    screen.print(show_suggestion(triage.suggest(ticket), ticket))
    if heading:
        screen.print()
