"""From findings to rules: which hold, and which lack one line that a question could settle."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from triage.reading.folding import fold
from triage.reading.reader import Reading, read
from triage.rules.compiled import CompiledRule, Evidence, Hit, Line, Miss, ScopeFound
from triage.rules.finder import Finder
from triage.rules.findings import ASIDE, Aside, Findings, Sorter
from triage.rules.ruleset import Condition, PhraseList, Rule, RuleSet
from triage.rules.shortlist import Shortlist
from triage.rules.view import View
from triage.ticket import Ticket

_UNKNOWN = ScopeFound("unknown", False, None)


class Matches(NamedTuple):
    """All that the rules find in a ticket."""

    reading: Reading
    hits: list[Hit]
    misses: list[Miss]
    scope: ScopeFound
    asides: tuple[Aside, ...]


class Matcher:
    """A rule set, ready to read tickets. Immutable once made, so threads share it."""

    def __init__(self, rules: RuleSet) -> None:
        self._names = [phrases.name for phrases in rules.lists]
        numbers = {name: number for number, name in enumerate(self._names)}
        self._questions = {phrases.name: phrases.question for phrases in rules.lists}
        fillers = {fold(word) for name in rules.fillers for word in _words(rules.lists[numbers[name]])}
        used = _lists_used(rules)
        self._finder = Finder(rules.lists, fillers, {numbers[name] for name in used if name in numbers})
        self._sorter = Sorter(
            covers=frozenset(n for n, phrases in enumerate(rules.lists) if phrases.covers),
            aside={numbers[name]: (a.why, a.extent) for a in reversed(rules.set_aside) for name in a.lists},
            turns=frozenset(numbers[name] for name in rules.turns),
            negation=self._finder.alphabet.negation,
            fillers=self._finder.alphabet.fillers,
        )
        self._scopes = [(s.who, s.sure, tuple(numbers[name] for name in s.lists)) for s in rules.scopes]
        self._question_of_scope = rules.question_of_scope
        compiled = [self._compile(rule, numbers) for rule in rules.rules]
        self._shortlist = Shortlist(compiled)
        self._readers = {
            reads: Shortlist([rule for rule in compiled if rule.rule.reads == reads])
            for reads in sorted({rule.reads for rule in rules.rules if rule.reads}, key=sorted)
        }

    def match(self, ticket: Ticket) -> Matches:
        """Return the rules that hold for a ticket, those one line short, and who is hit."""
        reading, findings = self.find(ticket)
        scope = self._scope(findings)
        view = View(findings.counted, scope, reading, self._names)
        hits, misses = [], []
        for compiled in self._shortlist.rules(findings.counted, scope.who):
            missing = view.missing(compiled)
            if not missing and (hit := view.hit(compiled)):
                hits.append(hit)
            elif len(missing) == 1 and (miss := view.miss(compiled, missing[0])):
                misses.append(miss)
        if findings.elsewhere and self._readers:
            hits = self._hits_of_readers(hits, findings, view)
        return Matches(reading, hits, misses, scope, findings.asides)

    def find(self, ticket: Ticket) -> tuple[Reading, Findings]:
        """Return a ticket as it is read, and where each list occurs in it, by the number of the list."""
        reading = read(ticket, self._finder.alphabet)
        return reading, self._sorter.sort(self._finder.find(reading), reading)

    def _compile(self, rule: Rule, numbers: dict[str, int]) -> CompiledRule:
        def lines(conditions: Iterable[Condition]) -> tuple[Line, ...]:
            return tuple(self._line(condition, numbers) for condition in conditions)

        return CompiledRule(rule, lines(rule.when), lines(rule.unless), lines(rule.unless_anywhere))

    def _line(self, condition: Condition, numbers: dict[str, int]) -> Line:
        if condition.mode == "scope":
            who = frozenset(condition.names)
            return Line(condition, (), frozenset(), 0, who, self._question_of_scope)
        lists = tuple(numbers[name] for name in condition.names)
        question = next((q for name in condition.names if (q := self._questions[name])), None)
        needed = {"any of": 1, "2 of": 2}.get(condition.mode, len(lists))
        return Line(condition, lists, frozenset(lists), needed, frozenset(), question)

    def _scope(self, findings: Findings) -> ScopeFound:
        """Return who is hit; "everyone else is fine" is set aside as an incident, yet tells that."""
        aside = findings.elsewhere.get(ASIDE, {})
        for who, sure, lists in self._scopes:
            for number in lists:
                places = findings.counted.get(number) or (aside.get(number) if who == "one person" else None)
                if places:
                    first, last, _ = places[0]
                    return ScopeFound(who, sure, Evidence(self._names[number], first, last))
        return _UNKNOWN

    def _hits_of_readers(self, hits: list[Hit], findings: Findings, view: View) -> list[Hit]:
        """Return the hits with those added of rules that read more than the newest text."""
        for reads, shortlist in self._readers.items():
            seen = findings.reading(reads)
            wide = View(seen, view.scope, view.reading, self._names)
            hits = [hit for hit in hits if hit.rule.reads != reads]
            listed = shortlist.rules(seen, view.scope.who)
            hits += [hit for rule in listed if not wide.missing(rule) and (hit := wide.hit(rule))]
        return hits


def _words(entry: PhraseList) -> tuple[str, ...]:
    return (*entry.phrases, *entry.exact)


def _lists_used(rules: RuleSet) -> set[str]:
    """Return the names of the lists that something looks for; others only fill the phrases of these."""
    used = {phrases.name for phrases in rules.lists if phrases.covers} | set(rules.turns)
    for lists in [*(scope.lists for scope in rules.scopes), *(aside.lists for aside in rules.set_aside)]:
        used.update(lists)
    for rule in rules.rules:
        for condition in (*rule.when, *rule.unless, *rule.unless_anywhere):
            used.update(condition.names)
    return used
