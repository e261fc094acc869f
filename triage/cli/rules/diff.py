"""``triage rules diff``: which past tickets another version of the rules would change."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from triage.cli.common import (
    EPILOG,
    AsJson,
    console,
    faults_on_stderr,
    keep_inputs,
)
from triage.cli.rules.group import (
    BodyColumn,
    LabelColumn,
    SubjectColumn,
    group,
    past_rows,
    some_tickets,
    working,
)
from triage.errors import TableError

_WORSE = 1


@group.command(epilog=EPILOG, short_help="Show which past tickets another version of the rules would change.")
def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="The rule file in use.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="The changed rule file.")],
    tickets: Annotated[
        Path,
        typer.Option(metavar="FILE.csv", help="Past tickets: CSV or JSON Lines, either may be compressed."),
    ],
    subject_column: SubjectColumn = None,
    body_column: BodyColumn = None,
    label_column: LabelColumn = None,
    as_json: AsJson = False,
    out: Annotated[
        Path | None, typer.Option(metavar="OUT.csv", help="Write every changed ticket into a table.")
    ] = None,
    most: Annotated[int, typer.Option(min=0, help="How many changed tickets are shown.")] = 20,
    fail_if_worse: Annotated[
        bool,
        typer.Option("--fail-if-worse", help="Exit code 1 when more labelled tickets get worse than better."),
    ] = False,
) -> None:
    """Show which past tickets another version of the rules would change, from what to what, by which rule.

    Where the table has labels, each change is better or worse: nearer to the label or farther from it.
    """
    from triage.compare import CHANGE_COLUMNS, change_rows, compare
    from triage.rules.load import load_rules
    from triage.show_rules import show_comparison
    from triage.table import write_table

    with faults_on_stderr():
        keep_inputs(out, tickets, old, new)
        with working("Reading both rule files"):
            for rules in (old, new):
                load_rules(rules)
        with past_rows(tickets, subject=subject_column, body=body_column, label=label_column) as rows:
            found = compare(rows, old, new)
        some_tickets(found.tickets, tickets)
        if fail_if_worse and not found.labelled:
            raise TableError(f"{tickets}: --fail-if-worse needs tickets that are labelled with a level")
        if out is not None:
            with write_table(out, CHANGE_COLUMNS) as write:
                for cells in change_rows(found):
                    write(cells)
        if as_json:
            typer.echo(json.dumps(found.to_dict()))
        else:
            console().print(show_comparison(found, most=most, written=None if out is None else str(out)))
    if fail_if_worse and found.worse:
        raise typer.Exit(_WORSE)
