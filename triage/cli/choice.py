"""``triage check`` and ``triage due``: a chosen priority beside the guideline, and when help is due."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated, Any

import typer

from triage.cli.common import (
    EPILOG,
    AsJson,
    Rules,
    app,
    console,
    faults_on_stderr,
    make_triage,
    ticket_of,
)

if TYPE_CHECKING:
    from triage.choice import Choice
    from triage.rules.ruleset import RuleSet
    from triage.targets import Due

Received = Annotated[
    str | None,
    typer.Option(
        metavar="TIME",
        help="When it came in, as 2026-11-25T16:40; without a time zone, in that of the business hours. "
        "[default: now, or what a message says]",
    ),
]


@app.command(epilog=EPILOG, short_help="Tell whether a chosen priority fits a ticket.")
def check(
    ticket: Annotated[
        str,
        typer.Argument(
            metavar="TEXT | - | FILE",
            help="The text of a ticket, - for standard input, or a file: .eml is an e-mail, .txt a text.",
        ),
    ],
    chosen: Annotated[str, typer.Option(metavar="LEVEL", help="The level that was chosen, as high.")],
    subject: Annotated[str | None, typer.Option(help="The subject of the ticket.")] = None,
    channel: Annotated[
        str | None,
        typer.Option(help="How it came in; the level that a channel gives by default is nobody's choice."),
    ] = None,
    received: Received = None,
    rules: Rules = None,
    as_json: AsJson = False,
) -> None:
    """Tell whether a chosen priority fits a ticket: over, under, agree or unsure, and in which words."""
    from triage.rules.channels import known_channel

    with faults_on_stderr():
        triage = make_triage(rules)
        given = {"subject": subject, "channel": known_channel(channel, triage.rules), "received": received}
        told: dict[str, Any] = {name: said for name, said in given.items() if said is not None}
        choice = triage.check(replace(ticket_of(ticket), **told), chosen=chosen)
        if as_json:
            typer.echo(json.dumps(choice.to_dict()))
        else:
            _print_lines(_choice_in_lines(choice))


@app.command(epilog=EPILOG, short_help="Tell when help is due.")
def due(
    level: Annotated[str, typer.Argument(metavar="LEVEL", help="A level of the rule file, as high.")],
    received: Received = None,
    rules: Rules = None,
    as_json: AsJson = False,
) -> None:
    """Tell when help is due at a level, over the business hours and holidays of the rule file."""
    with faults_on_stderr():
        from triage.rules.load import load_rules
        from triage.targets import due as due_of
        from triage.verdict import chosen_level

        loaded = load_rules(rules)
        window = due_of(chosen_level(level, loaded).id, received, loaded)
        if as_json:
            typer.echo(json.dumps(window.to_dict()))
        else:
            _print_lines(_due_in_lines(window, loaded))


def _choice_in_lines(choice: Choice) -> Iterator[tuple[str, str]]:
    yield "Verdict", f"{choice.verdict}; ground: {_ground(choice)}"
    yield from (("Requester", text) for text in (choice.message,) if text)
    yield "Note", choice.note
    yield from (("Due", text) for text in (choice.changes,) if text)
    if choice.question:
        yield "Ask", choice.question.text
        yield from (
            ("", f"{outcome.label}: {outcome.priority}, {outcome.verdict}")
            for outcome in choice.question.outcomes
        )


def _ground(choice: Choice) -> str:
    share = choice.strength.share
    return choice.strength.words + ("" if share is None else f", its rule was right in {share:.0%}")


def _due_in_lines(window: Due, rules: RuleSet) -> Iterator[tuple[str, str]]:
    from triage.targets import in_words

    level = next(level for level in rules.priorities if level.id == window.priority)
    yield "Due", in_words(level, window, rules.messages)
    yield "Received", f"{window.received:%A %Y-%m-%d %H:%M %Z}"
    for name, moment in (("Earliest", window.earliest), ("Latest", window.latest)):
        if moment is not None and not window.at_once:
            yield name, f"{moment:%A %Y-%m-%d %H:%M %Z}"
    yield "Target", level.target


def _print_lines(lines: Iterator[tuple[str, str]]) -> None:
    from triage.show import show_lines

    console().print(show_lines(lines))
