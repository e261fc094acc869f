"""``triage rules``: the commands for whoever owns a rule file, a module for each."""

from triage.cli.rules.calibrate import calibrate

__all__ = ["calibrate"]
