"""``triage rules test``: all examples of a rule file through the code that answers tickets."""

from __future__ import annotations

import json

import typer

from triage.cli.common import EPILOG, AsJson, console, faults_on_stderr, make_triage
from triage.cli.rules.group import RuleFile, group, working

_FAILED = 1


@group.command("test", epilog=EPILOG, short_help="Try all examples of a rule file.")
def try_examples(file: RuleFile = None, as_json: AsJson = False) -> None:
    """Try all examples of a rule file, or of the documented rules, as if they were tickets.

    A match example must be found by its rule and get its level, with all other rules in force; a no_match
    example must not be found. The exit code is 1 when one comes out otherwise.
    """
    from triage.examples import outcomes_of
    from triage.show_rules import show_outcomes

    with faults_on_stderr():
        with working("Trying the examples"):
            outcomes = list(outcomes_of(make_triage(file)))
        if as_json:
            typer.echo(json.dumps([outcome.to_dict() for outcome in outcomes]))
        else:
            console().print(show_outcomes(outcomes))
    if not all(outcome.right for outcome in outcomes):
        raise typer.Exit(_FAILED)
