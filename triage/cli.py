"""The command ``triage``. Whatever is slow to import is imported by the command that needs it."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from triage.errors import TableError, TicketError, TriageError
from triage.ticket import Ticket

if TYPE_CHECKING:
    from rich.console import Console

    from triage.engine import Triage
    from triage.evaluate import Score
    from triage.rules.ruleset import RuleSet
    from triage.table import Columns

_EPILOG = (
    "Exit codes: 0 done; 1 a ticket, table or rule file that cannot be used, every fault on its own line of "
    "standard error; 2 a command line that cannot be read; 130 stopped by Ctrl-C; 141 whoever read the "
    "output has gone."
)
_WRONG_INPUT, _STOPPED, _READER_GONE = 1, 130, 141

app = typer.Typer(
    help="Suggest what priority support tickets deserve, with reasons.",
    epilog=_EPILOG,
    add_completion=False,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # plain help: importing rich takes longer than all the rest of --help
)

Rules = Annotated[
    Path | None, typer.Option(metavar="FILE", help="Use this rule file, not the documented rules.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]


def main() -> None:
    """Run the command line and leave with a documented exit code, without a traceback."""
    try:
        # What standard output cannot encode is written as an escape: a ticket may hold any character.
        for stream in (sys.stdout, sys.stderr):
            stream.reconfigure(errors="backslashreplace")  # type: ignore[union-attr]
        app(prog_name="triage")
    except BrokenPipeError:
        _leave_quietly()
    except KeyboardInterrupt:
        sys.exit(_STOPPED)


@app.callback(invoke_without_command=True)
def _root(
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    if version:
        typer.echo(f"triage {_version()}")
        raise typer.Exit


@app.command(epilog=_EPILOG, short_help="Suggest the priority of tickets, with reasons.")
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
    as_json: AsJson = False,
) -> None:
    """Suggest the priority of tickets, each with its reasons; --json prints one object a line."""
    with _faults_on_stderr():
        triage = _triage(rules)
        given = _given(subject, _known_channel(channel, triage.rules))
        console = None if as_json else _console()
        for number, argument in enumerate(tickets):
            ticket = replace(_ticket(argument), **given)
            if console is None:
                typer.echo(json.dumps(triage.suggest(ticket).to_dict()))
            else:
                _print_suggestion(console, triage, ticket, heading=_heading(argument, number, len(tickets)))


@app.command(epilog=_EPILOG, short_help="Score the suggestions for labelled tickets.")
def evaluate(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE.csv", help="Labelled tickets: CSV or JSON Lines, either may be compressed (.gz)."
        ),
    ],
    subject_column: Annotated[str | None, typer.Option(help="[default: subject, title or summary]")] = None,
    body_column: Annotated[str | None, typer.Option(help="[default: body, description or text]")] = None,
    label_column: Annotated[str | None, typer.Option(help="[default: label or priority]")] = None,
    channel_column: Annotated[str | None, typer.Option(help="[default: channel]")] = None,
    id_column: Annotated[str | None, typer.Option(help="[default: id or ticket_id]")] = None,
    acceptable_column: Annotated[
        str | None, typer.Option(help="Levels that would do as well, as low|standard. [default: acceptable]")
    ] = None,
    pair_column: Annotated[
        str | None, typer.Option(help="An id that two tickets share that differ in one fact. [default: pair]")
    ] = None,
    rules: Rules = None,
    as_json: AsJson = False,
    errors: Annotated[
        Path | None, typer.Option(metavar="OUT.csv", help="Write the wrong suggestions with their reasons.")
    ] = None,
) -> None:
    """Score the suggestions for labelled tickets, beside always answering the most common label."""
    from triage.table import Columns

    columns = Columns(
        subject=subject_column,
        body=body_column,
        label=label_column,
        channel=channel_column,
        id=id_column,
        acceptable=acceptable_column,
        pair=pair_column,
    )
    with _faults_on_stderr():
        score = _score(file, columns, _triage(rules), errors=errors)
        if as_json:
            typer.echo(json.dumps(score.to_dict()))
        else:
            from triage.show import show_score

            _console().print(show_score(score))


@contextmanager
def _faults_on_stderr() -> Iterator[None]:
    """Turn what is wrong with the input into lines on standard error and exit code 1."""
    try:
        yield
    except TriageError as error:
        _stop(str(error))
    except BrokenPipeError:
        _leave_quietly()
    except OSError as error:
        _stop(str(error))


def _stop(message: str) -> NoReturn:
    for line in message.splitlines():
        typer.echo(f"triage: {line}", err=True)
    raise typer.Exit(_WRONG_INPUT)


def _leave_quietly() -> NoReturn:
    # The interpreter flushes standard output once more when it ends, and must find something to write to.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(_READER_GONE)


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("ticket-triage")
    except PackageNotFoundError:
        return "(not installed)"


def _triage(rules: Path | None) -> Triage:
    from triage.engine import Triage

    return Triage(rules=rules)


def _console(*, stderr: bool = False) -> Console:
    from triage.show import Screen

    return Screen(stderr=stderr)


def _given(subject: str | None, channel: str | None) -> dict[str, str]:
    """Return the parts of every ticket that options give; they come before what a file says."""
    return {name: value for name, value in (("subject", subject), ("channel", channel)) if value is not None}


def _known_channel(channel: str | None, rules: RuleSet) -> str | None:
    known = [known.id for known in rules.channels]
    if channel is None or channel in known:
        return channel
    from triage.rules.nearest import did_you_mean

    raise TicketError(
        f"there is no channel {channel!r}; it is one of {', '.join(known)}{did_you_mean(channel, known)}"
    )


def _ticket(argument: str) -> Ticket:
    """Return the ticket of an argument: standard input, a file, or else the argument's own text."""
    if argument == "-":
        return Ticket(body=_decoded(sys.stdin.buffer.read()))
    suffix = argument[-4:].lower()
    if suffix not in (".eml", ".txt"):
        return Ticket(body=argument)
    try:
        data = Path(argument).read_bytes()
    except (OSError, ValueError) as error:
        if any(map(str.isspace, argument)):  # a sentence that happens to end in the name of a file
            return Ticket(body=argument)
        raise TicketError(
            f"{argument}: the file cannot be read: {getattr(error, 'strerror', error)}"
        ) from None
    if suffix == ".txt":
        return Ticket(body=_decoded(data))
    from triage.message import read_message

    return read_message(data, file=argument)


def _decoded(data: bytes) -> str:
    return data.decode("utf-8-sig", "replace")


def _heading(argument: str, number: int, count: int) -> str:
    """Return the line above a suggestion; one ticket alone needs none."""
    if count == 1:
        return ""
    name = "standard input" if argument == "-" else " ".join(argument.split())
    return f"[{number + 1}/{count}] {name[:60]}"


def _print_suggestion(console: Console, triage: Triage, ticket: Ticket, *, heading: str) -> None:
    from rich.text import Text

    from triage.show import clean, show_suggestion

    if heading:
        console.print(Text(clean(heading), style="dim"))
    console.print(show_suggestion(triage.suggest(ticket), ticket))
    if heading:
        console.print()


def _score(file: Path, columns: Columns, triage: Triage, *, errors: Path | None) -> Score:
    from triage.evaluate import ERROR_COLUMNS, answers_of, score
    from triage.show import with_progress
    from triage.table import open_table, write_table

    priorities = triage.rules.priorities
    if errors is not None and errors.exists() and file.exists() and errors.samefile(file):
        raise TableError(f"{errors}: --errors names the table that is read; name another file")
    with open_table(file, columns) as table:
        if table.columns.label is None:
            raise TableError(
                f"{file}: found no column 'label' or 'priority'; name the one that holds the labels"
            )
        with write_table(errors, ERROR_COLUMNS) if errors else nullcontext() as wrong:
            rows = with_progress(table, _console(stderr=True))
            result = score(answers_of(rows, triage, wrong=wrong), priorities)
    if not result.n:
        found = ", ".join(f"{label!r} ({count})" for label, count in result.unknown[:5]) or "no label"
        ids = ", ".join(priority.id for priority in priorities)
        raise TableError(f"{file}: no ticket is labelled with a level: found {found}, expected {ids}")
    return result


if __name__ == "__main__":
    main()
