"""From past tickets to a report: each ticket becomes a few facts, and these are counted."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import permutations
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from triage.calibrate import deciding_draft
from triage.certainty import Measured
from triage.evaluate import level_labelled, level_names, most_first, wrong_label
from triage.parallel import each_row
from triage.report.values import Beside, LevelUse, LineUse, Report, RuleUse
from triage.rules.guideline import Guideline
from triage.rules.load import open_rules
from triage.rules.ruleset import Rule, RuleSet

if TYPE_CHECKING:
    from triage.engine import Triage
    from triage.table import Row

_MOST_WORDS = 40
_SHORTEST_WORD = 3
_STANDS_OUT = 1.3  # times as common in undecided tickets as in all; common English words are not
_MOST_KNOWN_WORDS = 200_000

Key = str | int | None  # the id of a rule, or a line of the guideline, None for all definitions


class Held(NamedTuple):
    """A rule that holds, its level, and the line of the guideline that it quotes."""

    rule: str
    level: str
    line: int | None


class Facts(NamedTuple):
    """What a report needs of one ticket."""

    level: str
    rule: str | None
    label: str | None
    wrong: str | None  # a label that is no level
    holding: tuple[Held, ...]
    words: frozenset[str]
    draft: Held | None  # one that would decide


@dataclass(slots=True)
class _Counts:
    tickets: int = 0
    undecided: int = 0
    holds: Counter[Key] = field(default_factory=Counter)
    together: Counter[tuple[str, str]] = field(default_factory=Counter)  # rules that hold in one ticket
    overlaps: Counter[Key] = field(default_factory=Counter)
    conflicts: Counter[Key] = field(default_factory=Counter)
    decided: Counter[str] = field(default_factory=Counter)  # by rule; a draft would decide
    labelled: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)
    suggested: Counter[tuple[str, bool]] = field(default_factory=Counter)  # by level and whether by a rule
    matrix: Counter[tuple[str, str, bool]] = field(default_factory=Counter)  # label, level, by a rule
    unknown: Counter[str] = field(default_factory=Counter)
    words: Counter[str] = field(default_factory=Counter)
    undecided_words: Counter[str] = field(default_factory=Counter)

    def add(self, facts: Facts) -> None:
        self.tickets += 1
        by_rule = facts.rule is not None
        self.suggested[facts.level, by_rule] += 1
        if facts.label is not None:
            self.matrix[facts.label, facts.level, by_rule] += 1
        self.unknown.update(filter(None, [facts.wrong]))
        if facts.rule is not None:
            self._add_decided(facts.rule, facts.level, facts.label)
        if facts.draft is not None:
            self._add_decided(facts.draft.rule, facts.draft.level, facts.label)
        self._add_holding(facts.holding)
        self._add_words(facts.words, undecided=not by_rule)

    def _add_decided(self, rule: str, level: str, label: str | None) -> None:
        self.decided[rule] += 1
        self.labelled[rule] += label is not None
        self.right[rule] += label == level

    def _add_holding(self, holding: Sequence[Held]) -> None:
        self.together.update(permutations((held.rule for held in holding), 2))
        self._add_groups([(held.rule, held.level) for held in holding])
        self._add_groups([(held.line, held.level) for held in holding])

    def _add_groups(self, holding: Sequence[tuple[Key, str]]) -> None:
        """Count each rule, or each line, with whether others hold too, and others of another level."""
        groups: dict[Key, set[str]] = {}
        for key, level in holding:
            groups.setdefault(key, set()).add(level)
        for key, levels in groups.items():
            self.holds[key] += 1
            self.overlaps[key] += len(groups) > 1
            self.conflicts[key] += any(other != key and level not in levels for other, level in holding)

    def _add_words(self, words: Iterable[str], *, undecided: bool) -> None:
        self.words.update(words)
        if undecided:
            self.undecided += 1
            self.undecided_words.update(words)
        for counts in (self.words, self.undecided_words):
            if len(counts) > _MOST_KNOWN_WORDS:  # names and numbers that came once
                for word in [word for word, count in counts.items() if count == 1]:
                    del counts[word]


def report_on(rows: Iterable[Row], rules: Path, *, table: str, date: str, processes: int = 0) -> Report:
    """Return the report of a rule file on past tickets; long tables are worked on by several processes.

    Raises:
        RuleFileError: the rule file has faults.

    >>> from triage import Ticket
    >>> from triage.rules.load import documented_rules
    >>> from triage.table import Row
    >>> rows = [Row(ticket=Ticket(body="E-mail is down"), label="critical", number=1)]
    >>> report = report_on(rows, documented_rules(), table="past.csv", date="2026-03-02")
    >>> report.decided, [line.number for line in report.lines if line.decided]
    (1, [4])
    """
    counts = _Counts()
    for facts in each_row(rows, partial(_setup, rules), processes=processes):
        counts.add(facts)
    opened = open_rules(rules)
    assert opened.rules is not None
    assert opened.guideline is not None
    return _report(counts, opened.rules, opened.guideline, table=table, date=date)


def _setup(rules: Path) -> Callable[[Row], Facts]:
    from triage.engine import Triage

    triage = Triage(rules)
    return partial(_facts, triage, level_names(triage.rules.priorities))


def _facts(triage: Triage, names: dict[str, str], row: Row) -> Facts:
    suggestion = triage.suggest(row.ticket)
    draft = deciding_draft(suggestion, triage.rules)
    holding = (*suggestion.reasons, *(loser.reason for loser in suggestion.losers))
    return Facts(
        level=suggestion.priority.id,
        rule=suggestion.reasons[0].rule if suggestion.reasons else None,
        label=level_labelled(row.label, names),
        wrong=wrong_label(row.label, names),
        holding=tuple(Held(reason.rule, reason.priority, reason.line) for reason in holding),
        words=_words(row),
        draft=None if draft is None else Held(draft.rule, draft.priority, draft.line),
    )


def _words(row: Row) -> frozenset[str]:
    from triage.reading.reader import words_read

    return frozenset(
        word for word in words_read(row.ticket) if len(word) >= _SHORTEST_WORD and word.isalpha()
    )


def _report(counts: _Counts, rules: RuleSet, guideline: Guideline, *, table: str, date: str) -> Report:
    used = [_rule_use(counts, rule, rules, date) for rule in rules.rules]
    ids = [priority.id for priority in rules.priorities]
    matrix = counts.matrix
    return Report(
        rules_name=rules.name,
        rules_version=rules.version,
        table=table,
        date=date,
        tickets=counts.tickets,
        labelled=matrix.total(),
        unknown=most_first(counts.unknown),
        decided=counts.tickets - counts.undecided,
        levels=tuple(_level_use(counts, priority.id, priority.name) for priority in rules.priorities),
        confusion=tuple(
            tuple(matrix[label, level, True] + matrix[label, level, False] for level in ids) for label in ids
        ),
        rules=tuple(sorted(used, key=lambda use: (-use.decided, -use.holds, use.id))),
        lines=tuple(_line_uses(counts, rules, guideline, date)),
        words=tuple(_standing_out(counts)),
    )


def _rule_use(counts: _Counts, rule: Rule, rules: RuleSet, date: str) -> RuleUse:
    decided = counts.decided[rule.id]
    return RuleUse(
        id=rule.id,
        says=rule.says,
        level=rule.priority.id,
        draft=rule.draft,
        holds=counts.holds[rule.id],
        decided=0 if rule.draft else decided,
        would_decide=decided if rule.draft else 0,
        overlaps=counts.overlaps[rule.id],
        conflicts=counts.conflicts[rule.id],
        beside=tuple(_beside(counts, rule, rules)),
        measured=_measured(counts, [rule.id], date),
    )


def _beside(counts: _Counts, rule: Rule, rules: RuleSet) -> Iterable[Beside]:
    """Return the rules that held together with a rule, the most frequent first."""
    found = ((other.id, other.priority.id, counts.together[rule.id, other.id]) for other in rules.rules)
    return sorted((Beside(*one) for one in found if one[2]), key=lambda one: (-one.tickets, one.rule))


def _measured(counts: _Counts, rules: Iterable[str], date: str) -> Measured | None:
    rules = list(rules)
    n = sum(counts.labelled[rule] for rule in rules)
    return Measured.of(sum(counts.right[rule] for rule in rules), n, date=date) if n else None


def _line_uses(counts: _Counts, rules: RuleSet, guideline: Guideline, date: str) -> Iterable[LineUse]:
    by_line: dict[int | None, list[str]] = {}
    for rule in rules.rules:
        by_line.setdefault(rule.line, []).append(rule.id)
    active = {rule.id for rule in rules.rules if not rule.draft}
    for number, text in [*guideline.examples, (None, "(a definition)")]:
        ids = by_line.get(number, [])
        yield LineUse(
            number=number,
            text=text,
            rules=tuple(ids),
            holds=counts.holds[number],
            overlaps=counts.overlaps[number],
            conflicts=counts.conflicts[number],
            decided=sum(counts.decided[id] for id in ids if id in active),
            measured=_measured(counts, active.intersection(ids), date),
        )


def _level_use(counts: _Counts, id: str, name: str) -> LevelUse:
    of_label = {(level, by_rule): n for (label, level, by_rule), n in counts.matrix.items() if label == id}
    right = of_label.get((id, True), 0)
    return LevelUse(
        id=id,
        name=name,
        suggested=counts.suggested[id, True] + counts.suggested[id, False],
        default=counts.suggested[id, False],
        labelled=sum(of_label.values()),
        right=right,
        wrong=sum(n for (_, by_rule), n in of_label.items() if by_rule) - right,
    )


def _standing_out(counts: _Counts) -> Iterable[tuple[str, int]]:
    """Return the words that are more common in undecided tickets than in all, the most common first."""
    if not counts.undecided:
        return []
    expected = counts.undecided / counts.tickets
    found = [
        (word, n)
        for word, n in counts.undecided_words.items()
        if n > 1 and (expected == 1 or n > _STANDS_OUT * expected * counts.words[word])
    ]
    return sorted(found, key=lambda item: (-item[1], item[0]))[:_MOST_WORDS]
