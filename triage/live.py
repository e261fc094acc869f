"""A Triage that follows its rule file: a good new version is taken whole, a bad one is refused and told."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from threading import Lock
from time import monotonic
from typing import TYPE_CHECKING, TypeVar

from triage.engine import Triage
from triage.errors import ModelError, RuleFileError
from triage.garbage import uncollected

if TYPE_CHECKING:
    from triage.choice import Choice
    from triage.rules.load import Opened
    from triage.rules.ruleset import RuleSet
    from triage.suggestion import Suggestion
    from triage.ticket import Ticket

_log = logging.getLogger(__name__)

News = TypeVar("News")
Stamp = tuple[tuple[int, int, int] | None, ...]  # time of change, size and number of each file that counts


class LiveTriage(Triage):
    """A Triage whose rule file may change while it runs. Threads share it.

    ``model`` is the folder of a trained model, or a folder of models: then the one that was promoted is in
    use, and another that is promoted takes its place.

    Before a ticket, at most once in ``every`` seconds, the stamps of the rule file, of the files it names and
    of its certainty file are looked at; no thread waits in between. When one has changed, the file is loaded:
    a good version serves from the next ticket on; a bad one is refused, logged, given to ``on_refused`` and
    kept in ``refused``, and the old version goes on. The thread that found the change loads; all others go on
    meanwhile with the version there is.

    New rules are bad when they cannot be loaded, and when `triage rules check` finds an error that the file
    does not allow. With ``checked`` false the second is not looked for. At the beginning it never is: there
    is no old version to go on with.

    Raises:
        RuleFileError: the rule file cannot be loaded when the LiveTriage is made.
        ModelError: the model cannot be used when the LiveTriage is made.

    >>> live = LiveTriage()
    >>> live.suggest("Entire computer network is down").priority.id, live.refused
    ('critical', None)
    """

    def __init__(
        self,
        rules: str | Path | None = None,
        *,
        model: str | Path | None = None,
        every: float = 1.0,
        checked: bool = True,
        on_refused: Callable[[RuleFileError | ModelError], object] | None = None,
        on_taken: Callable[[RuleSet], object] | None = None,
    ) -> None:
        from triage.rules.load import documented_rules

        self._path = Path(rules or documented_rules())
        self._model_at = model
        self._every = every
        self._checked = checked
        self._on_refused = on_refused
        self._on_taken = on_taken
        self._loading = Lock()
        self._refused: RuleFileError | ModelError | None = None
        self._named: tuple[str | None, ...] = ()  # the files that the rule file names
        self._stamp: Stamp = ()
        self._triage = Triage(self._opened(), model=self.model_folder())
        self._looked = monotonic()

    @property
    def rules(self) -> RuleSet:
        """The rules in use, as frozen values."""
        return self._triage.rules

    @property
    def current(self) -> Triage:
        """The Triage in use: it stays as it is, for whoever answers several tickets by the same rules."""
        return self._triage

    @property
    def refused(self) -> RuleFileError | ModelError | None:
        """Why the newest version of the file was refused; None while the newest one is in use."""
        return self._refused

    def suggest(self, ticket: Ticket | str) -> Suggestion:
        """Return the suggested priority of a ticket by the newest good version of the rules.

        Raises:
            TicketError: the value is neither a ticket nor text.

        >>> LiveTriage().suggest("I forgot my password").priority.id
        'high'
        """
        return self._newest().suggest(ticket)

    def suggest_many(self, tickets: Iterable[Ticket | str]) -> Iterator[Suggestion]:
        """Yield the suggestion of each ticket, in order; a new version may be taken between two of them.

        >>> [suggestion.priority.id for suggestion in LiveTriage().suggest_many(["E-mail is down"])]
        ['critical']
        """
        return map(self.suggest, tickets)

    def check(
        self, ticket: Ticket | str, *, chosen: str | None = None, warn_from: float | None = None
    ) -> Choice:
        """Return what the newest good version says of the priority that was chosen for a ticket.

        Raises:
            TicketError: the value is neither a ticket nor text.
            ChoiceError: there is no such level, or none is chosen.

        >>> LiveTriage().check("The printer is jammed, only mine.", chosen="critical").verdict
        'over'
        """
        return self._newest().check(ticket, chosen=chosen, warn_from=warn_from)

    def answer(self, suggestion: Suggestion, question: str, answer: str) -> Suggestion:
        """Return the suggestion with the answer to one of its questions counted as a fact.

        Raises:
            ChoiceError: the suggestion does not ask this question, or the answer is none of its answers.

        >>> live = LiveTriage()
        >>> suggestion = live.suggest("The printer is jammed")
        >>> live.answer(suggestion, suggestion.near_misses[0].question, "several").priority.id
        'standard'
        """
        return self._newest().answer(suggestion, question, answer)

    def _newest(self) -> Triage:
        if monotonic() - self._looked >= self._every:
            self.refresh()
        return self._triage

    def refresh(self) -> bool:
        """Look at once whether the file has changed; return whether a new version was taken.

        >>> LiveTriage().refresh()
        False
        """
        if not self._loading.acquire(blocking=False):
            return False  # another thread is at it
        try:
            self._looked = monotonic()
            if self._stamps() == self._stamp:
                return False
            return self._take()
        finally:
            self._loading.release()

    def _take(self) -> bool:
        try:
            self._triage = self._loaded()
        except (RuleFileError, ModelError) as error:
            self._refused = error
            _log.error("the new rules are refused, and the old ones stay in use:\n%s", error)
            _tell(self._on_refused, error)
            return False
        self._refused = None
        _log.info("new rules are in use: version %s", self._triage.rules.version)
        _tell(self._on_taken, self._triage.rules)
        return True

    def _loaded(self) -> Triage:
        """Return what the files hold now; only rules that are not in use yet are checked."""
        opened = self._opened()
        fresh = Triage(opened, model=self.model_folder())
        if self._checked and fresh.rules.version != self._triage.rules.version:
            from triage.check.run import errors_in

            with uncollected():
                errors = errors_in(opened, fresh)
            if errors:
                raise RuleFileError(errors)
        return fresh

    def _opened(self) -> Opened:
        """Open the file; the stamps are taken before, so that a change meanwhile is seen the next time.

        A file that it names and that is not there yet counts at once: it may come later.
        """
        from triage.rules.load import open_rules

        self._stamp = self._stamps()
        with uncollected():
            opened = open_rules(self._path)
        file = opened.file
        named = self._named if file is None else (file.guideline, file.choice.messages)
        if named != self._named:
            self._named = named
            self._stamp = self._stamps()
        return opened

    def model_folder(self) -> Path | None:
        """Return the folder of the model in use: of a folder of models the live one; None without one.

        >>> LiveTriage().model_folder() is None
        True
        """
        if self._model_at is None:
            return None
        from triage.model.folder import model_named
        from triage.model.shelf import live_name

        live = live_name(Path(self._model_at))
        return Path(self._model_at, live) if live else model_named(self._model_at)

    def _stamps(self) -> Stamp:
        from triage.model.folder import MANIFEST
        from triage.model.shelf import LIVE
        from triage.rules.certainty_file import certainty_path

        beside = [self._path.parent / name for name in self._named if name]
        if (folder := self.model_folder()) is not None:
            beside += [folder / MANIFEST, folder.parent / LIVE]
        return tuple(map(_stamp, (self._path, certainty_path(self._path), *beside)))


def _tell(listener: Callable[[News], object] | None, news: News) -> None:
    """Tell a listener; what goes wrong there is logged, and whoever asked for a suggestion gets it."""
    if listener is None:
        return
    try:
        listener(news)
    except Exception:
        _log.exception("the function that is told of new rules failed; suggestions go on")


def _stamp(path: Path) -> tuple[int, int, int] | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino
