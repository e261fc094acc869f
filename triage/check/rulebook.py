"""All that a check may look at: the file as written, its rules, its guideline and its examples' answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

from triage.check.phrasing import Phrasing
from triage.check.probe import Probe
from triage.engine import Triage
from triage.examples import Outcome, outcomes_of
from triage.rules.guideline import Guideline
from triage.rules.load import Opened
from triage.rules.ruleset import Condition, Rule, lines_of
from triage.rules.schema import RuleFile
from triage.rules.source import Path

_FREE_NUMBERS = range(17, 9_999)


class Phrase(NamedTuple):
    """A phrase where it is written: in a list, or in quotes in a line.

    ``list`` is the name of its list, which for one in quotes is a list of its own. ``lists`` are all that
    stand beside it in its line, those with a name first; in a list there is none but this. Of those beside an
    ``either`` one is enough. ``owner`` is what a message calls the place.
    """

    text: str
    path: Path
    list: str
    lists: tuple[str, ...]
    owner: str
    either: bool = True
    exact: bool = False

    @property
    def beside(self) -> Path:
        """The place of the list or the line that it stands in."""
        return self.path[:2] if self.path[0] == "lists" else self.path[:-1]


class Rulebook:
    """A rule file that loads, with what is worked out of it once for all checks."""

    def __init__(self, opened: Opened, file: RuleFile, guideline: Guideline, triage: Triage) -> None:
        self.path = opened.path
        self.source = opened.source
        self.file = file
        self.guideline = guideline
        self.triage = triage  # the production path with these rules
        self.rules = triage.rules
        self._numbers = {entry.id: number for number, entry in enumerate(file.rules)}

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        """How every example of every rule comes out."""
        return tuple(outcomes_of(self.triage))

    @cached_property
    def phrases(self) -> tuple[Phrase, ...]:
        """Every phrase of the file, where it is written."""
        return (*self._of_lists(), *self._of_lines())

    @cached_property
    def unfound(self) -> tuple[Phrase, ...]:
        """The phrases that no ticket holds in a way in which they are found."""
        return tuple(p for p, found in zip(self.phrases, self.found(self.phrases), strict=True) if not found)

    def found(self, phrases: Sequence[Phrase], number: str | None = None) -> list[bool]:
        """Return whether each phrase is found where a ticket says it, with this word for its "#".

        Without a number it is one that no phrase names. Without rules nobody looks for a phrase, so none is
        looked for in vain.
        """
        if not self.rules.rules:
            return [True] * len(phrases)
        lists = self._probe.lists_in([p.text for p in phrases], number or self._free_number)
        return [phrase.list in names for phrase, names in zip(phrases, lists, strict=True)]

    @cached_property
    def _probe(self) -> Probe:
        return Probe(self.rules)

    @cached_property
    def _free_number(self) -> str:
        written = " ".join(phrase.text for phrase in self.phrases)
        return next(number for number in map(str, _FREE_NUMBERS) if number not in written)

    def _of_lists(self) -> Iterator[Phrase]:
        for name, entry in self.file.lists.items():
            for key, texts in (("words", entry.words), ("exactly", entry.exactly)):
                for number, text in enumerate(texts):
                    path: Path = ("lists", name, key, number)
                    yield Phrase(text, path, name, (name,), f"list {name!r}", exact=key == "exactly")

    def _of_lines(self) -> Iterator[Phrase]:
        for path, owner, line in self._lines():
            named = tuple(sorted(line.names, key=is_quoted))  # stable: those with a name first
            for number, name in enumerate(line.names):
                if is_quoted(name):
                    place = (*path, line.mode, number)
                    yield Phrase(name[1:-1], place, name, named, owner, either=line.mode == "any of")

    def _lines(self) -> Iterator[tuple[Path, str, Condition]]:
        """Yield every line that may hold phrases, with its place and its owner."""
        for rule in self.rules.rules:
            for key, number, line in lines_of(rule):
                yield self.at(rule.id, key, number), f"rule {rule.id!r}", line
        for number, scope in enumerate(self.rules.scopes):
            yield ("scope", number), "'scope'", Condition("any of", scope.lists)
        for number, aside in enumerate(self.rules.set_aside):
            yield ("set aside", number), "'set aside'", Condition("any of", aside.lists)

    @cached_property
    def phrasing(self) -> Phrasing:
        """The phrases of every list, as they are compared."""
        return Phrasing(self.rules)

    @property
    def active(self) -> Iterator[Rule]:
        """The rules that can decide."""
        return (rule for rule in self.rules.rules if not rule.draft)

    def at(self, rule: str, *keys: str | int) -> Path:
        """Return the place of a rule, or of a key in it."""
        return ("rules", self._numbers[rule], *keys)


def is_quoted(name: str) -> bool:
    """Return whether the name of a list is that of a phrase in quotes, which is a list of its own.

    >>> is_quoted('"stuck"'), is_quoted("stuck")
    (True, False)
    """
    return name.startswith('"')


def listed(names: Iterable[str], most: int = 3) -> str:
    """Return names for a message: "'a', 'b', 'c' and 4 more".

    >>> listed(["a", "b"])
    "'a', 'b'"
    """
    names = list(names)
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(map(repr, names[:most])) + more
