"""The rules in use: loaded once, looked after, and exchanged in one step when their files change."""

from __future__ import annotations

from datetime import UTC, datetime
from math import inf
from pathlib import Path
from typing import Any

from triage import Triage
from triage.live import LiveTriage
from triage.model.folder import read_manifest
from triage.rules.ruleset import RuleSet
from triage.service.settings import Settings

_TOLD = ("name", "version", "levels", "rules_version", "threshold", "data")  # of a model's manifest


class InUse:
    """The Triage that answers now. Who asks for it takes it once and is never disturbed by a reload.

    New rules are taken whole or not at all: when a file has faults, the rules before it go on answering and
    ``faults`` says why.
    """

    def __init__(self, settings: Settings) -> None:
        self.reloads = 0
        self.since = datetime.now(UTC)
        # No request ever looks for changed files: reload_if_changed does, beside them.
        self._live = LiveTriage(settings.rules, model=settings.model, every=inf, on_taken=self._taken)
        self.models = self._models()

    @property
    def triage(self) -> Triage:
        """The Triage that answers now."""
        return self._live.current

    @property
    def faults(self) -> tuple[str, ...]:
        """What is wrong with the rule file or the model as they are now; empty while these are in use."""
        return () if self._live.refused is None else tuple(str(self._live.refused).splitlines())

    def reload_if_changed(self) -> bool:
        """Load the rules again when a file changed since the last look; return whether new ones answer."""
        return self._live.refresh()

    def _taken(self, _: RuleSet) -> None:
        self.reloads += 1
        self.since = datetime.now(UTC)
        self.models = self._models()

    def _models(self) -> tuple[dict[str, Any], ...]:
        """Return the trained models in use, as plain data; none while rules alone answer."""
        folder = self._live.model_folder()
        if folder is None:
            return ()
        return (model_told(folder),)


def model_told(folder: Path) -> dict[str, Any]:
    """Return what is told of the trained model in a folder.

    >>> from triage.model.folder import starter_model
    >>> model_told(starter_model())["name"]
    'starter'
    """
    manifest = read_manifest(folder)
    return {name: manifest.get(name) for name in _TOLD}
