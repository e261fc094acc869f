"""``triage rules check``: what is wrong, or looks wrong, with a rule file."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from triage.cli.common import EPILOG, AsJson, console, faults_on_stderr, package_version, stop
from triage.cli.rules.group import RuleFile, group, working

_FOUND = 1


@group.command(epilog=EPILOG, short_help="Find mistakes in a rule file before it goes live.")
def check(
    file: RuleFile = None,
    as_json: AsJson = False,
    as_sarif: Annotated[
        bool, typer.Option("--sarif", help="Print SARIF 2.1.0 for editors and code hosts.")
    ] = False,
    notes: Annotated[bool, typer.Option("--notes", help="Show notes and allowed findings too.")] = False,
    strict: Annotated[
        bool, typer.Option("--strict", help="Fail on warnings too, not only on errors.")
    ] = False,
    explain: Annotated[
        str | None,
        typer.Option(metavar="NUMBER", help="Print what a number (TR403) means and what to do, no more."),
    ] = None,
) -> None:
    """Find mistakes in a rule file before it goes live; without FILE in the documented rules.

    Each finding has a number, a place and what to do. An error means that the rules do not do what they say,
    and the exit code is 1. A warning is probably a mistake. A note only says that the file could be shorter.
    A rule or list allows a finding with a reason:  allow: {TR403: "the graver one should win"}
    """
    from triage.check.run import check_rules, standing
    from triage.check.sarif import to_sarif
    from triage.show_rules import show_findings

    if as_json and as_sarif:
        raise typer.BadParameter("--json and --sarif are two forms of the same; say one of them")
    with faults_on_stderr():
        if explain is not None:
            _explain(explain)
            return
        with working("Checking the rules"):
            findings = check_rules(file)
        if as_sarif:
            typer.echo(json.dumps(to_sarif(findings, version=package_version())))
        elif as_json:
            typer.echo(json.dumps([finding.to_dict() for finding in findings]))
        else:
            console().print(show_findings(findings, notes=notes), soft_wrap=True)
    failing = ("error", "warning") if strict else ("error",)
    if any(finding.severity in failing for finding in standing(findings)):
        raise typer.Exit(_FOUND)


def _explain(code: str) -> None:
    from triage.check.paragraph import paragraph_of

    try:
        typer.echo(paragraph_of(code))
    except LookupError as error:
        stop(str(error.args[0]))
