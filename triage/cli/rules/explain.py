"""``triage rules explain``: one rule in words, with all that it looks for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from triage.cli.common import EPILOG, AsJson, Rules, console, faults_on_stderr, make_triage, stop
from triage.cli.rules.group import (
    BodyColumn,
    LabelColumn,
    SubjectColumn,
    group,
    past_rows,
    rule_file,
    tell_left_out,
)

if TYPE_CHECKING:
    from triage.certainty import Measured
    from triage.engine import Triage


@group.command(epilog=EPILOG, short_help="Print a rule as a sentence, with its lists written out.")
def explain(
    rule: Annotated[str, typer.Argument(metavar="RULE", help="The id of the rule.")],
    rules: Rules = None,
    tickets: Annotated[
        Path | None,
        typer.Option(metavar="FILE.csv", help="Labelled tickets to measure its record on."),
    ] = None,
    subject_column: SubjectColumn = None,
    body_column: BodyColumn = None,
    label_column: LabelColumn = None,
    as_json: AsJson = False,
) -> None:
    """Print a rule as a sentence, with its lists, its line of the guideline, its examples and its record."""
    from triage.explain import explain_rule
    from triage.show_rules import show_explained

    with faults_on_stderr():
        triage = make_triage(rules)
        try:
            found = explain_rule(rule, triage.rules)
            if tickets is None:
                measured = _kept(rule, rules, triage)
            else:
                columns = {"subject": subject_column, "body": body_column, "label": label_column}
                measured = _measured(rule, triage, tickets, columns)
            found = explain_rule(rule, triage.rules, measured=measured)
        except LookupError as error:
            stop(str(error.args[0]))
        if as_json:
            typer.echo(json.dumps(found.to_dict()))
        else:
            console().print(show_explained(found))


def _kept(rule: str, rules: Path | None, triage: Triage) -> Measured | None:
    from triage.rules.certainty_file import certainty_of

    return certainty_of(rule_file(rules), triage.rules.version).get(rule)


def _measured(rule: str, triage: Triage, tickets: Path, columns: dict[str, str | None]) -> Measured | None:
    from datetime import date

    from triage.calibrate import tally_of
    from triage.certainty import Measured

    with past_rows(tickets, **columns, labelled=True) as rows:
        tally = tally_of(rows, triage)
    tell_left_out(tally)
    n = tally.decided[rule]
    return Measured.of(tally.right[rule], n, date=date.today().isoformat()) if n else None
