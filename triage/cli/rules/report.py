"""``triage rules report``: how a rule file does on past tickets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.common import (
    EPILOG,
    AsJson,
    Rules,
    console,
    faults_on_stderr,
    keep_inputs,
)
from triage.cli.rules.group import (
    BodyColumn,
    LabelColumn,
    SubjectColumn,
    Tickets,
    group,
    past_rows,
    rule_file,
    some_tickets,
    working,
)

if TYPE_CHECKING:
    from triage.report.values import Report


@group.command(epilog=EPILOG, short_help="Show what each rule and each line of the guideline does.")
def report(
    file: Tickets,
    rules: Rules = None,
    subject_column: SubjectColumn = None,
    body_column: BodyColumn = None,
    label_column: LabelColumn = None,
    as_json: AsJson = False,
    html: Annotated[
        Path | None,
        typer.Option(
            "--html", metavar="OUT.html", help="Write one page with plots, for a browser or a printer."
        ),
    ] = None,
) -> None:
    """Show what each rule and each line of the guideline does for past tickets.

    How often it holds and decides, what it overlaps and conflicts with, and, where the table has labels, how
    often it is right; lines that decide nothing, and the words of tickets that no rule decides.
    """
    from datetime import date

    from triage.report.gather import report_on
    from triage.rules.load import load_rules
    from triage.show_report import show_report

    path = rule_file(rules)
    with faults_on_stderr():
        keep_inputs(html, file, path)
        with working("Reading the rules"):
            load_rules(path)
        with past_rows(file, subject=subject_column, body=body_column, label=label_column) as rows:
            found = report_on(rows, path, table=file.name, date=date.today().isoformat())
        some_tickets(found.tickets, file)
        if html is not None:
            _write(html, found)
        if as_json:
            typer.echo(json.dumps(found.to_dict()))
        else:
            console().print(show_report(found))
            if html is not None:
                typer.echo(f"\nThe page with plots is {html}")


def _write(path: Path, found: Report) -> None:
    from triage.report.page import page
    from triage.writing import open_whole

    with open_whole(path, what="page") as out:
        out.write(page(found))
