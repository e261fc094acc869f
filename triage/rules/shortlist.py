"""Which rules are worth a closer look, by the lists found: ten thousand cost little more than ten."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from triage.rules.compiled import CompiledRule, Line


class Shortlist:
    """Each rule under the rarest of its lines; no rule can hold without that line.

    When there is a question about that line, the rule stands under its second rarest too, since it may lack
    the first. The rarest line is the one whose lists the fewest rules name.
    """

    def __init__(self, compiled: Sequence[CompiledRule]) -> None:
        named = Counter(number for rule in compiled for line in rule.when for number in line.lists)
        self._by_list: dict[int, list[CompiledRule]] = defaultdict(list)
        self._by_scope: dict[str, list[CompiledRule]] = defaultdict(list)
        for rule in compiled:
            for line in _anchors(rule, named):
                for number in line.lists:
                    self._by_list[number].append(rule)
                for who in line.who:
                    self._by_scope[who].append(rule)

    def rules(self, found: Iterable[int], who: str) -> list[CompiledRule]:
        """Return each rule that may hold, or lack just one line, when these lists are found."""
        by_list = self._by_list
        listed = [rule for number in found if number in by_list for rule in by_list[number]]
        if who in self._by_scope:
            listed += self._by_scope[who]
        return list(dict.fromkeys(listed))


def _anchors(rule: CompiledRule, named: Counter[int]) -> list[Line]:
    ordered = sorted(rule.when, key=lambda line: _share(line, named))
    return ordered[: 1 if ordered[0].question is None else 2]


def _share(line: Line, named: Counter[int]) -> tuple[bool, int]:
    return (not line.lists, sum(named[number] for number in line.lists))
