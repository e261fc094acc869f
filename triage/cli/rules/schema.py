"""``triage rules schema``: the rule language for editors."""

from __future__ import annotations

import json

import typer

from triage.cli.common import EPILOG
from triage.cli.rules.group import group


@group.command(epilog=EPILOG, short_help="Print the JSON Schema of rule files, for editors.")
def schema() -> None:
    """Print the JSON Schema of rule files, by which an editor completes keys and underlines slips.

    Save it beside your rule file, and write this as the first line of the rule file:
    # yaml-language-server: $schema=rules.schema.json
    """
    from triage.rules.editor_schema import editor_schema

    typer.echo(json.dumps(editor_schema(), indent=2))
