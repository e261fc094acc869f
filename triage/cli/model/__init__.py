"""The commands for the analyst who trains models, a module for each."""

from triage.cli.model.labels import suspect
from triage.cli.model.promote import models, promote
from triage.cli.model.report import report
from triage.cli.model.train import train

__all__ = ["models", "promote", "report", "suspect", "train"]
