"""``triage train``: a model of past tickets, with what was dropped and what it was measured to be."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.common import EPILOG, Rules, app, console, faults_on_stderr, make_triage, stays
from triage.cli.model.options import (
    Confirmed,
    CostTable,
    History,
    Jobs,
    Label,
    LabelSource,
    Map,
    Seed,
    Text,
    columns_of,
    confirmed_of,
    costs_of,
    labelled,
    mapping_of,
    rows_with_progress,
    steps,
    training_extra,
)
from triage.errors import TableError

if TYPE_CHECKING:
    from triage.table import Columns, Row


TimeColumn = Annotated[
    str | None,
    typer.Option(
        metavar="COLUMN", help="Hold out the latest tickets by this ISO 8601 time, not random ones."
    ),
]
Added = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Further labelled tickets, as models/starter/tickets.csv; if they help, they count.",
    ),
]


@app.command(epilog=EPILOG, short_help="Train a model on past tickets.")
def train(
    file: History,
    out: Annotated[Path, typer.Option(metavar="models/NAME", help="The folder of the new model.")],
    text: Text = None,
    label: Label = None,
    label_source: LabelSource = None,
    confirmed: Confirmed = None,
    map_: Map = None,
    time_column: TimeColumn = None,
    add: Added = None,
    costs: CostTable = "documented",
    precision: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="How often it must be right from where on it speaks.")
    ] = 0.75,
    held_out: Annotated[
        float, typer.Option(min=0.0, max=0.5, help="The share of tickets kept back to measure it on.")
    ] = 0.2,
    replace: Annotated[
        bool, typer.Option("--replace", help="Write over the model in that folder; never over the live one.")
    ] = False,
    seed: Seed = 0,
    jobs: Jobs = 1,
    rules: Rules = None,
) -> None:
    """Train a model on past tickets, and write it into a folder with its card.

    Copies of a ticket never stand on both sides of a split. A label counts when it is a level, or --map makes
    it one; with a column of sources, only when a person stands for it. Everything dropped is counted.
    """
    with faults_on_stderr(), training_extra():
        from triage.model.keep import Recipe, make_model
        from triage.model.train import Settings

        triage = make_triage(rules)
        settings = Settings(
            precision=precision,
            held_out=held_out,
            seed=seed,
            jobs=jobs,
            by_time=time_column is not None,
            costs=costs_of(costs, triage.rules.priorities),
        )
        columns = columns_of(text, label, label_source, time=time_column)
        with labelled(file, columns) as table, steps() as progress:
            recipe = Recipe.of(
                triage,
                settings=settings,
                mapping=mapping_of(map_),
                confirmed=confirmed_of(table, confirmed),
                added=_added(add, columns_of(text, label, label_source)),
                columns={part: name for part, name in asdict(table.columns).items() if name},
                told=_told(file),
            )
            made = make_model(rows_with_progress(table), recipe, out, replace=replace, progress=progress)
        from triage.show_model import show_made

        with stays(out):
            console().print(show_made(made))


def _added(file: Path | None, named: Columns) -> Sequence[Row]:
    """Return the added rows: their columns have the names that options tell, or else usual ones."""
    from triage.table import Columns, open_table

    if file is None:
        return ()
    try:
        with open_table(file, named):
            columns = named
    except TableError:
        columns = Columns()
    with labelled(file, columns) as table:
        return tuple(table.rows)


def _told(file: Path) -> dict[str, str]:
    """Return what the card tells of the file and of how the same model is made again."""
    import shlex

    from triage.model.card import TABLE_HASH
    from triage.table import digest_of

    command = shlex.join(["triage", *sys.argv[1:]]) if sys.argv[1:2] == ["train"] else ""
    told = {"file": str(file), TABLE_HASH: digest_of(file)}
    return told | ({"command": command} if command else {})
