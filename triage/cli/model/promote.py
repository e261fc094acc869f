"""``triage promote`` and ``triage models``: which model is live, and what it takes to become so."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.common import EPILOG, MODELS, AsJson, Rules, app, console, faults_on_stderr, make_triage, stop
from triage.cli.model.options import (
    Confirmed,
    Label,
    LabelSource,
    Map,
    Models,
    Text,
    columns_of,
    confirmed_of,
    labelled,
    mapping_of,
    rows_with_progress,
    training_extra,
)
from triage.errors import ModelError, TableError, TrainingError

if TYPE_CHECKING:
    from triage.engine import Triage
    from triage.model.labels import Cleaned
    from triage.table import Columns, Table


@app.command(epilog=EPILOG, short_help="Make a model the live one, if it is better.")
def promote(
    name: Annotated[
        str, typer.Argument(metavar="NAME", help="The name of the model in the folder of models.")
    ],
    tickets: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Labelled tickets to judge on; those that a model learned from are left out. "
            "[default: the file that the model was trained on]",
        ),
    ] = None,
    floor: Annotated[
        float, typer.Option(min=0.0, max=1.0, help="The least recall of the most urgent level.")
    ] = 0.85,
    force: Annotated[
        str | None,
        typer.Option(metavar="REASON", help="Go live whatever fails; the reason goes into the card."),
    ] = None,
    text: Text = None,
    label: Label = None,
    label_source: LabelSource = None,
    confirmed: Confirmed = None,
    map_: Map = None,
    models: Models = MODELS,
    rules: Rules = None,
    as_json: AsJson = False,
) -> None:
    """Make a model the live one when it beats always-majority, the rules alone and the live model.

    All are judged on the same tickets, which none of them learned from; "beats" means that the 95% interval
    of a paired bootstrap lies above zero. The most urgent level must be found as often as --floor says.
    """
    with faults_on_stderr(), training_extra():
        if force is not None and not force.strip():
            raise ModelError("--force needs a reason, which goes into the card")
        if Path(name).name != name:
            raise ModelError(f"found {name!r}, expected the name of a model alone; --models names its folder")
        triage = make_triage(rules)
        columns = partial(columns_of, text, label, label_source)
        cleaned = _cleaned(models / name, tickets, triage, columns=columns, labels=(map_, confirmed))
        _promote(name, cleaned, triage, models=models, floor=floor, force=force, as_json=as_json)


def _cleaned(
    folder: Path,
    tickets: Path | None,
    triage: Triage,
    *,
    columns: Callable[..., Columns],
    labels: tuple[str | None, str | None],
) -> Cleaned:
    """Return the tickets to judge on; what no option says is as in the model's training."""
    from triage.model.folder import read_manifest
    from triage.model.labels import clean

    manifest = read_manifest(folder)
    map_, confirmed = labels
    file = tickets or manifest["told"].get("file")
    if file is None:
        raise ModelError(
            f"{folder}: it does not tell what it was trained on: name the tickets with --tickets"
        )
    with _as_trained(Path(file), columns(usual=manifest["columns"])) as table:
        return clean(
            rows_with_progress(table),
            triage.rules.priorities,
            suggest=triage.suggest,
            mapping=manifest["mapping"] | mapping_of(map_),
            confirmed=confirmed_of(table, confirmed, manifest.get("confirmed")),
        )


@contextmanager
def _as_trained(file: Path, named: Columns) -> Iterator[Table]:
    """Open a table whose columns are named as in training, and say so where it does not have them."""
    with ExitStack() as opened:
        try:
            table = opened.enter_context(labelled(file, named))
        except TableError as error:
            if not file.exists():
                raise
            advice = "Columns go by their names in training; --text, --label and --label-source name others"
            raise TableError(f"{error}. {advice}") from None
        yield table


def _promote(
    name: str,
    cleaned: Cleaned,
    triage: Triage,
    *,
    models: Path,
    floor: float,
    force: str | None,
    as_json: bool,
) -> None:
    from datetime import date

    from triage.model.promote import trial_as_data, try_model, write_force
    from triage.model.shelf import make_live
    from triage.show_model import show_trial

    levels = triage.rules.priorities
    try:
        trial = try_model(name, cleaned.examples, levels, models=models, suggest=triage.suggest, floor=floor)
    except TrainingError as error:
        raise TrainingError(f"{error}. Of {cleaned.rows} rows were dropped: {cleaned.dropped}") from None
    if as_json:
        typer.echo(trial_as_data(trial, cleaned.drops))
    else:
        console().print(show_trial(trial, cleaned.drops))
    failed = [gate for gate in trial.gates if not gate.passed]
    if failed and force is None:
        stop(f"{name} does not go live: {'; '.join(gate.name for gate in failed)} failed")
    if failed and force is not None:
        write_force(models / name, force.strip(), failed, date.today().isoformat())
    make_live(name, models)
    typer.echo(f"{name} is live.", err=as_json)


@app.command(epilog=EPILOG, short_help="List the models, and which is live.")
def models(models: Models = MODELS, as_json: AsJson = False) -> None:
    """List the models of a folder with what they were measured to be, and which is live."""
    import json

    with faults_on_stderr():
        from triage.model.shelf import live_name, models_in
        from triage.show_model import model_lines, show_models

        found, live = models_in(models), live_name(models)
        lines = model_lines(found, live)
        if as_json:
            typer.echo(json.dumps(lines))
        else:
            console().print(show_models(lines, models))
        for line in lines:
            if "error" in line:
                typer.echo(f"triage: {line['error']}", err=True)
        if live is not None and live not in dict(found):
            typer.echo(f"triage: {live} is live, and there is no such model in {models}", err=True)
