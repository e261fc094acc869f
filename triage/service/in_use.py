"""The rules in use: loaded once, looked after, and exchanged in one step when their files change."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import structlog

from triage import RuleFileError, Triage
from triage.rules.load import files_of
from triage.service.settings import Settings

Stamp = tuple[tuple[int, int], ...]
_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Loaded:
    """A Triage that answers, and since when."""

    triage: Triage
    since: datetime


class InUse:
    """The Triage that answers now. Who asks for it takes it once and is never disturbed by a reload.

    New rules are taken whole or not at all: when a file has faults, the rules before it go on answering and
    ``faults`` says why.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.faults: tuple[str, ...] = ()
        self.reloads = 0
        self.loaded = self._load()

    @property
    def triage(self) -> Triage:
        """The Triage that answers now."""
        return self.loaded.triage

    @property
    def models(self) -> tuple[dict[str, str], ...]:
        """The trained models in use, as plain data; none while rules alone answer."""
        return ()

    def reload_if_changed(self) -> bool:
        """Load the rules again when a file changed since the last look; return whether new ones answer."""
        if _stamp(self._files) == self._seen:
            return False
        try:
            loaded = self._load()
        except RuleFileError as error:
            self.faults = tuple(map(str, error.faults))
            _log.error("rules not taken", faults=self.faults[:20], in_use=self.triage.rules.version)
            return False
        self.loaded, self.faults, self.reloads = loaded, (), self.reloads + 1
        _log.info("rules taken", version=self.triage.rules.version)
        return True

    def _load(self) -> Loaded:
        """Return what answers: rules today, and the one place where a trained model joins them."""
        self._files = files_of(self._settings.rules)
        self._seen = _stamp(self._files)
        return Loaded(Triage(rules=self._settings.rules), datetime.now(UTC))


def _stamp(files: tuple[Path, ...]) -> Stamp:
    """Return what changes when one of the files does."""
    return tuple(_look(file) for file in files)


def _look(file: Path) -> tuple[int, int]:
    try:
        seen = file.stat()
    except OSError:
        return (0, 0)
    return (seen.st_mtime_ns, seen.st_size)
