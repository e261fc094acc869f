"""All that a check may look at: the file as written, its rules, its guideline and its examples' answers."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cached_property

from triage.check.phrasing import Phrasing
from triage.engine import Triage
from triage.examples import Outcome, outcomes_of
from triage.rules.guideline import Guideline
from triage.rules.load import Opened
from triage.rules.ruleset import Condition, Rule, RuleSet
from triage.rules.schema import RuleFile
from triage.rules.source import Path


class Rulebook:
    """A rule file that loads, with what is worked out of it once for all checks."""

    def __init__(self, opened: Opened, file: RuleFile, guideline: Guideline, rules: RuleSet) -> None:
        self.path = opened.path
        self.source = opened.source
        self.file = file
        self.guideline = guideline
        self.rules = rules
        self._numbers = {entry.id: number for number, entry in enumerate(file.rules)}

    @cached_property
    def triage(self) -> Triage:
        """The production path with these rules."""
        return Triage(self.rules)

    @cached_property
    def outcomes(self) -> tuple[Outcome, ...]:
        """How every example of every rule comes out."""
        return tuple(outcomes_of(self.triage))

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


def lines_of(rule: Rule) -> Iterator[tuple[str, int, Condition]]:
    """Yield every line of a rule with the key and the number it stands under."""
    groups: Iterable[tuple[str, tuple[Condition, ...]]] = (
        ("when", rule.when),
        ("unless", rule.unless),
        ("unless anywhere", rule.unless_anywhere),
    )
    for key, lines in groups:
        for number, line in enumerate(lines):
            yield key, number, line


def listed(names: Iterable[str], most: int = 3) -> str:
    """Return names for a message: "'a', 'b', 'c' and 4 more".

    >>> listed(["a", "b"])
    "'a', 'b'"
    """
    names = list(names)
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(map(repr, names[:most])) + more
