"""``triage labels``: look for labels that are wrong, before anything learns from them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.common import (
    EPILOG,
    AsJson,
    Rules,
    app,
    console,
    faults_on_stderr,
    keep_inputs,
    make_triage,
)
from triage.cli.model.options import (
    Confirmed,
    History,
    Jobs,
    Label,
    LabelSource,
    Map,
    Seed,
    Text,
    columns_of,
    confirmed_of,
    labelled,
    mapping_of,
    rows_with_progress,
    steps,
    training_extra,
)

if TYPE_CHECKING:
    from triage.model.suspects import Suspect

group = typer.Typer(
    help="Look at labels before a model learns from them.", epilog=EPILOG, rich_markup_mode=None
)
app.add_typer(group, name="labels", short_help="Find labels that are probably wrong.")
HEADER = ("row", "label", "probability of it", "likely", "probability", "rules say", "subject", "body")


@group.callback()
def _labels() -> None:
    """Look at labels before a model learns from them."""


@group.command(epilog=EPILOG, short_help="Rank tickets whose label is probably wrong.")
def suspect(
    file: History,
    text: Text = None,
    label: Label = None,
    label_source: LabelSource = None,
    confirmed: Confirmed = None,
    map_: Map = None,
    most: Annotated[int, typer.Option(min=1, help="How many to print.")] = 20,
    out: Annotated[Path | None, typer.Option(metavar="OUT.csv", help="Write all of them.")] = None,
    seed: Seed = 0,
    jobs: Jobs = 1,
    rules: Rules = None,
    as_json: AsJson = False,
) -> None:
    """Rank tickets whose label is probably wrong, with what the rules and a model say that never saw them."""
    with faults_on_stderr(), training_extra():
        keep_inputs(out, file, rules)
        from triage.model.labels import clean
        from triage.model.suspects import suspects_of
        from triage.model.train import Settings, check_enough

        triage = make_triage(rules)
        levels = triage.rules.priorities
        with labelled(file, columns_of(text, label, label_source)) as table, steps() as progress:
            cleaned = clean(
                rows_with_progress(table),
                levels,
                suggest=triage.suggest,
                mapping=mapping_of(map_),
                confirmed=confirmed_of(table, confirmed),
            )
            check_enough(cleaned)
            settings = Settings(seed=seed, jobs=jobs)
            found = suspects_of(cleaned.examples, levels, settings, suggest=triage.suggest, progress=progress)
        if out is not None:
            _write(found, out)
        if as_json:
            typer.echo(json.dumps([dict(zip(HEADER, cells_of(one), strict=True)) for one in found[:most]]))
            return
        from triage.show_model import show_suspects

        console().print(show_suspects(found, cleaned, most=most))


def cells_of(suspect: Suspect) -> tuple[object, ...]:
    """Return the cells of a suspect under HEADER."""
    example = suspect.example
    return (
        *(example.row, example.level, round(suspect.labelled, 4), suspect.likely),
        *(round(suspect.probability, 4), suspect.rules, example.ticket.subject, example.ticket.body),
    )


def _write(found: list[Suspect], out: Path) -> None:
    from triage.table import write_table

    with write_table(out, HEADER) as write:
        for one in found:
            write(cells_of(one))
