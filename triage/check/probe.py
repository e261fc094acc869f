"""The phrases of a rule file put before the code that answers tickets: which lists are found in each."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from itertools import accumulate

from triage.rules.findings import ASIDE
from triage.rules.match import Matcher
from triage.rules.phrases import SLOT
from triage.rules.ruleset import Condition, RuleSet
from triage.ticket import Ticket

_AT_ONCE = 2_000  # phrases, each a sentence of one ticket: to read them one by one takes three times as long
_BETWEEN = " ; "  # no phrase reaches over the end of a sentence


class Probe:
    """Looks for every list of a rule set, whether a rule asks for it or not."""

    def __init__(self, rules: RuleSet) -> None:
        self._names = [entry.name for entry in rules.lists]
        self._filling = {entry.name: next(iter((*entry.exact, *entry.phrases)), "") for entry in rules.lists}
        self._matcher = Matcher(_probing(rules))

    def lists_in(self, phrases: Sequence[str], number: str) -> Iterator[set[str]]:
        """Yield the names of the lists found in each phrase, its slots filled, with this word for its "#"."""
        for start in range(0, len(phrases), _AT_ONCE):
            some = phrases[start : start + _AT_ONCE]
            yield from self._in_each([_filled(phrase, self._filling, f" {number} ") for phrase in some])

    def _in_each(self, texts: Sequence[str]) -> list[set[str]]:
        reading, findings = self._matcher.find(Ticket(subject=_BETWEEN.join(texts)))
        offsets = accumulate((len(text) + len(_BETWEEN) for text in texts[:-1]), initial=0)
        starts = [reading.place_at(offset) for offset in offsets]
        found: list[set[str]] = [set() for _ in texts]
        for occurrences in (findings.counted, findings.elsewhere.get(ASIDE, {})):
            for number, places in occurrences.items():
                for first, _, _ in places:
                    found[bisect_right(starts, first) - 1].add(self._names[number])
        return found


def _probing(rules: RuleSet) -> RuleSet:
    """Return the rules with one in their place that asks for every list."""
    names = tuple(entry.name for entry in rules.lists)
    return replace(rules, rules=(replace(rules.rules[0], when=(Condition("any of", names),)),))


def _filled(phrase: str, filling: Mapping[str, str], number: str) -> str:
    """Return a phrase with its slots filled and a number for its "#"."""
    pieces = SLOT.split(phrase)
    for place in range(1, len(pieces), 2):
        pieces[place] = filling[pieces[place]]
    return "".join(pieces).replace("#", number)
