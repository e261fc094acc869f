"""The rules in use: loaded once, looked after, and exchanged in one step when their files change."""

from __future__ import annotations

from datetime import UTC, datetime
from math import inf

from triage import Triage
from triage.live import LiveTriage
from triage.rules.ruleset import RuleSet
from triage.service.settings import Settings


class InUse:
    """The Triage that answers now. Who asks for it takes it once and is never disturbed by a reload.

    New rules are taken whole or not at all: when a file has faults, the rules before it go on answering and
    ``faults`` says why.
    """

    def __init__(self, settings: Settings) -> None:
        self.reloads = 0
        self.since = datetime.now(UTC)
        # The one place where a trained model joins the rules. No request ever looks for changed files:
        # reload_if_changed does, beside them.
        self._live = LiveTriage(settings.rules, every=inf, on_taken=self._taken)

    @property
    def triage(self) -> Triage:
        """The Triage that answers now."""
        return self._live.current

    @property
    def models(self) -> tuple[dict[str, str], ...]:
        """The trained models in use, as plain data; none while rules alone answer."""
        return ()

    @property
    def faults(self) -> tuple[str, ...]:
        """The faults of the rule file as it is now; empty while it is in use."""
        return () if self._live.refused is None else tuple(map(str, self._live.refused.faults))

    def reload_if_changed(self) -> bool:
        """Load the rules again when a file changed since the last look; return whether new ones answer."""
        return self._live.refresh()

    def _taken(self, _: RuleSet) -> None:
        self.reloads += 1
        self.since = datetime.now(UTC)
