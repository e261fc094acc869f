"""``triage rules``: the commands for whoever owns a rule file, a module for each."""

from triage.cli.rules.calibrate import calibrate
from triage.cli.rules.check import check
from triage.cli.rules.diff import diff
from triage.cli.rules.explain import explain
from triage.cli.rules.group import group
from triage.cli.rules.report import report
from triage.cli.rules.schema import schema
from triage.cli.rules.test import try_examples

__all__ = ["calibrate", "check", "diff", "explain", "group", "report", "schema", "try_examples"]
