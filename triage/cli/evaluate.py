"""``triage evaluate``: how good suggestions are on labelled tickets."""

from __future__ import annotations

import json
from contextlib import nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.common import (
    EPILOG,
    AsJson,
    Model,
    Rules,
    app,
    console,
    faults_on_stderr,
    keep_inputs,
    make_triage,
)
from triage.errors import TableError

if TYPE_CHECKING:
    from triage.engine import Triage
    from triage.evaluate import Score
    from triage.table import Columns


@app.command(epilog=EPILOG, short_help="Score the suggestions for labelled tickets.")
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
    model: Model = None,
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
    with faults_on_stderr():
        keep_inputs(errors, file, rules)
        score = _score(file, columns, make_triage(rules, model), errors=errors)
        if as_json:
            typer.echo(json.dumps(score.to_dict()))
        else:
            from triage.show import show_score

            console().print(show_score(score))


def _score(file: Path, columns: Columns, triage: Triage, *, errors: Path | None) -> Score:
    from triage.evaluate import ERROR_COLUMNS, answers_of, score
    from triage.show_progress import with_progress
    from triage.table import open_table, write_table

    priorities = triage.rules.priorities
    with open_table(file, columns) as table:
        if table.columns.label is None:
            raise TableError(
                f"{file}: found no column 'label' or 'priority'; name the one that holds the labels"
            )
        with write_table(errors, ERROR_COLUMNS) if errors else nullcontext() as wrong:
            rows = with_progress(table, console(stderr=True))
            result = score(answers_of(rows, triage, wrong=wrong), priorities)
    if not result.n:
        found = ", ".join(f"{label!r} ({count})" for label, count in result.unknown[:5]) or "no label"
        ids = ", ".join(priority.id for priority in priorities)
        raise TableError(f"{file}: no ticket is labelled with a level: found {found}, expected {ids}")
    return result
