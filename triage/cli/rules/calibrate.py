"""``triage rules calibrate``: measure how often each rule is right, for suggestions to say."""

from __future__ import annotations

from pathlib import Path

import typer

from triage.cli.common import EPILOG, AsJson, Rules, console, faults_on_stderr, make_triage, stays, stop
from triage.cli.rules.group import (
    BodyColumn,
    LabelColumn,
    SubjectColumn,
    Tickets,
    group,
    past_rows,
    rule_file,
    tell_left_out,
)
from triage.errors import TableError


@group.command(epilog=EPILOG, short_help="Measure how often each rule is right on labelled tickets.")
def calibrate(
    file: Tickets,
    rules: Rules = None,
    subject_column: SubjectColumn = None,
    body_column: BodyColumn = None,
    label_column: LabelColumn = None,
    as_json: AsJson = False,
) -> None:
    """Measure how often each rule is right on labelled tickets, and write it beside the file of --rules.

    Suggestions then say so ("right in 92% of 143 tickets"). A rule counts where it decided. After any change
    of the rules the file no longer fits them, and suggestions say "not measured" until you calibrate again.
    """
    from datetime import date

    from triage.calibrate import certainty_of_tally, tally_of, write_certainty
    from triage.show_rules import show_certainty

    if rules is None:
        stop(_whose(rule_file(None)))
    with faults_on_stderr():
        triage = make_triage(rules)
        columns = {"subject": subject_column, "body": body_column, "label": label_column}
        with past_rows(file, **columns, labelled=True) as rows:
            tally = tally_of(rows, triage)
        if not tally.tickets:
            ids = ", ".join(priority.id for priority in triage.rules.priorities)
            raise TableError(f"{file}: no ticket is labelled with a level; expected one of {ids}")
        found = certainty_of_tally(tally, triage, table=file.name, date=date.today().isoformat())
        path = write_certainty(found, rule_file(rules))
    tell_left_out(tally)
    with stays(path):
        if as_json:
            typer.echo(found.model_dump_json())
        else:
            console().print(show_certainty(found, triage.rules.rules, written=str(path)))


def _whose(shipped: Path) -> str:
    """Return why nothing is written beside the rules that ship with the library, and what to do."""
    return (
        "which rules? What is measured is kept beside them, and the documented ones belong to the library.\n"
        f"Copy {shipped} and the guideline that it names to a folder of yours, and say --rules FILE, "
        "here and wherever they are to count"
    )
