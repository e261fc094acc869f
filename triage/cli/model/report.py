"""``triage report``: a model on one page."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from triage.cli.common import (
    EPILOG,
    app,
    faults_on_stderr,
    keep_inputs,
)
from triage.cli.model.options import training_extra


@app.command(epilog=EPILOG, short_help="Write a model's report: one page that needs nothing else.")
def report(
    folder: Annotated[Path, typer.Argument(metavar="models/NAME", help="The folder of the model.")],
    out: Annotated[
        Path | None,
        typer.Option(metavar="OUT.html", help="[default: report.html in the folder of the model]"),
    ] = None,
    tickets: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="The tickets it was trained on, for the texts of errors. [default: where they were then]",
        ),
    ] = None,
) -> None:
    """Write a model's report: how good it is, how far to believe it, what it goes by, and errors to read."""
    with faults_on_stderr(), training_extra():
        keep_inputs(out, tickets, folder)
        from triage.model.report import write_report

        written, note = write_report(folder, out, tickets=tickets)
        if note:
            typer.echo(f"triage: {note}", err=True)
        typer.echo(f"Written to {written}")
