"""From findings to rules: which hold, and which lack one line that a question could settle.

The lines of all rules are bits of large integers, one bit a rule, so that a thousand rules cost little more
than ten; only the few rules whose lines are all found are then looked at closely.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from triage.reading.reader import Reading
from triage.rules.finder import Finder
from triage.rules.findings import ASIDE, Aside, Findings, Occurrences, Sorter
from triage.rules.ruleset import Condition, Rule, RuleSet, Within

_MOST_LINES = 4
_MOST_EVIDENCE = 3  # occurrences shown for one line of a rule
_MOST_NEAR_MISSES = 5


class Evidence(NamedTuple):
    """A phrase of the named list at the words from ``first`` up to ``last``."""

    list: str
    first: int
    last: int


class Hit(NamedTuple):
    """A rule that holds, and the phrases that make it hold."""

    rule: Rule
    evidence: tuple[Evidence, ...]


class Miss(NamedTuple):
    """A rule that lacks one line, and the question whose answer would settle it."""

    rule: Rule
    missing: Condition
    question: str


class ScopeFound(NamedTuple):
    """Who is hit, whether the text says so surely, and the phrase that tells."""

    who: str
    sure: bool
    evidence: Evidence | None


class Matches(NamedTuple):
    """All that the rules find in a ticket."""

    hits: list[Hit]
    misses: list[Miss]
    scope: ScopeFound
    asides: tuple[Aside, ...]


_UNKNOWN = ScopeFound("unknown", False, None)


@dataclass(frozen=True, slots=True)
class _Line:
    """A condition with its lists by number; ``who`` is set for a line about scope."""

    source: Condition
    mode: str
    lists: tuple[int, ...]
    needed: int
    who: frozenset[str]
    question: str | None


@dataclass(frozen=True, slots=True)
class _Compiled:
    rule: Rule
    when: tuple[_Line, ...]
    unless: tuple[_Line, ...]
    unless_anywhere: tuple[_Line, ...]
    simple: bool  # each line is an "any of", so that its bit says all


class Matcher:
    """A rule set, ready to read tickets. Immutable once made, so threads share it."""

    def __init__(self, rules: RuleSet) -> None:
        self._names = [phrases.name for phrases in rules.lists]
        numbers = {name: number for number, name in enumerate(self._names)}
        self._questions = {phrases.name: phrases.question for phrases in rules.lists}
        fillers = {phrase for name in rules.fillers for phrase in rules.lists[numbers[name]].exact}
        used = _lists_used(rules)
        self._finder = Finder(rules.lists, fillers, {numbers[name] for name in used if name in numbers})
        self._sorter = Sorter(
            covers=frozenset(n for n, phrases in enumerate(rules.lists) if phrases.covers),
            aside={numbers[name]: (a.why, a.extent) for a in reversed(rules.set_aside) for name in a.lists},
            turns=frozenset(numbers[name] for name in rules.turns),
        )
        self._scopes = [(s.who, s.sure, tuple(numbers[name] for name in s.lists)) for s in rules.scopes]
        self._question_of_scope = rules.question_of_scope
        self._compiled = [self._compile(rule, numbers) for rule in rules.rules]
        self._planes = _Planes(self._compiled)
        self._readers = sorted({rule.reads for rule in rules.rules if rule.reads}, key=sorted)
        self._narrow = {
            reads: _Planes([c if c.rule.reads == reads else None for c in self._compiled])
            for reads in self._readers
        }

    def match(self, reading: Reading) -> Matches:
        """Return the rules that hold for a reading, those one line short, and who is hit."""
        findings = self._sorter.sort(self._finder.find(reading.words, reading.sentences, reading.clauses), reading)
        scope = self._scope(findings)
        view = _View(findings.counted, scope, reading, self._names)
        full, near = self._planes.ask(findings.counted, scope)
        hits = [hit for number in _bits(full) if (hit := view.hit(self._compiled[number]))]
        if findings.elsewhere and self._readers:
            hits = self._hits_of_readers(hits, findings, view)
        misses = [self._miss(view, self._compiled[number]) for number in _bits(near)] if near else []
        return Matches(hits, [miss for miss in misses if miss], scope, findings.asides)

    def _compile(self, rule: Rule, numbers: dict[str, int]) -> _Compiled:
        def lines(conditions: Iterable[Condition]) -> tuple[_Line, ...]:
            return tuple(self._line(condition, numbers) for condition in conditions)

        simple = all(condition.mode in ("any of", "scope") for condition in rule.when)
        return _Compiled(rule, lines(rule.when), lines(rule.unless), lines(rule.unless_anywhere), simple)

    def _line(self, condition: Condition, numbers: dict[str, int]) -> _Line:
        if condition.mode == "scope":
            who = frozenset(condition.names)
            return _Line(condition, "scope", (), 0, who, self._question_of_scope)
        lists = tuple(numbers[name] for name in condition.names)
        question = next((q for name in condition.names if (q := self._questions[name])), None)
        needed = {"any of": 1, "2 of": 2}.get(condition.mode, len(lists))
        return _Line(condition, condition.mode, lists, needed, frozenset(), question)

    def _scope(self, findings: Findings) -> ScopeFound:
        """Return who is hit. "Everyone else is fine" is set aside as an incident, yet tells that it is one."""
        aside = findings.elsewhere.get(ASIDE, {})
        for who, sure, lists in self._scopes:
            for number in lists:
                places = findings.counted.get(number) or (aside.get(number) if who == "one person" else None)
                if places:
                    first, last, _ = places[0]
                    return ScopeFound(who, sure, Evidence(self._names[number], first, last))
        return _UNKNOWN

    def _hits_of_readers(self, hits: list[Hit], findings: Findings, view: _View) -> list[Hit]:
        """Return the hits with those added of rules that read more than the newest text."""
        for reads in self._readers:
            seen = findings.reading(reads)
            wide = _View(seen, view.scope, view.reading, self._names)
            full, _ = self._narrow[reads].ask(seen, view.scope)
            hits = [hit for hit in hits if hit.rule.reads != reads]
            hits += [hit for number in _bits(full) if (hit := wide.hit(self._compiled[number]))]
        return hits

    def _miss(self, view: _View, compiled: _Compiled) -> Miss | None:
        """Return the miss of a rule of which exactly one line, one with a question, is not found."""
        missing = [line for line in compiled.when if not view.found(line)]
        if len(missing) != 1 or missing[0].question is None or view.vetoed(compiled):
            return None
        if missing[0].mode == "scope" and view.scope.sure:
            return None  # the text has answered the question already
        return Miss(compiled.rule, missing[0].source, missing[0].question)


def _lists_used(rules: RuleSet) -> set[str]:
    """Return the names of the lists that something looks for; others only fill the phrases of these."""
    used = {phrases.name for phrases in rules.lists if phrases.covers} | set(rules.turns)
    for part in (*rules.scopes, *rules.set_aside):
        used.update(part.lists)
    for rule in rules.rules:
        for condition in (*rule.when, *rule.unless, *rule.unless_anywhere):
            used.update(condition.names)
    return used


class _Planes:
    """Bit ``r`` of plane ``k`` says that line ``k`` of rule ``r`` is found (or that it has no such line)."""

    def __init__(self, compiled: Sequence[_Compiled | None]) -> None:
        self._size = size = len(compiled)
        self._all = (1 << size) - 1
        self._absent = 0
        self._askable = 0
        by_list: dict[int, list[int]] = {}
        by_scope: dict[str, list[int]] = {}
        for number, rule in enumerate(compiled):
            for k in range(_MOST_LINES):
                bit = k * size + number
                if rule is None or k >= len(rule.when):
                    self._absent |= 0 if rule is None else 1 << bit
                    continue
                line = rule.when[k]
                if line.question is not None and len(rule.when) > 1:
                    self._askable |= 1 << bit
                for list_number in line.lists:
                    by_list.setdefault(list_number, []).append(bit)
                for who in line.who:
                    by_scope.setdefault(who, []).append(bit)
        self._by_list = {key: _sum_of_bits(bits) for key, bits in by_list.items()}
        self._by_scope = {key: _sum_of_bits(bits) for key, bits in by_scope.items()}

    def ask(self, counted: Occurrences, scope: ScopeFound) -> tuple[int, int]:
        """Return as bits the rules all of whose lines are found, and those that lack just one askable line."""
        found = self._absent | self._by_scope.get(scope.who, 0)
        by_list = self._by_list
        for number in counted:
            if number in by_list:
                found |= by_list[number]
        size, every = self._size, self._all
        a, b, c, d = (
            found & every,
            found >> size & every,
            found >> 2 * size & every,
            found >> 3 * size,
        )
        ab, cd = a & b, c & d
        full = ab & cd
        three = (ab & (c | d) | cd & (a | b)) & ~full
        if not three:
            return full, 0
        missing = ~found & self._askable
        askable = (missing | missing >> size | missing >> 2 * size | missing >> 3 * size) & every
        return full, three & askable


def _sum_of_bits(bits: list[int]) -> int:
    total = bytearray(max(bits) // 8 + 1)
    for bit in bits:
        total[bit >> 3] |= 1 << (bit & 7)
    return int.from_bytes(total, "little")


def _bits(number: int) -> Iterator[int]:
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest


class _View:
    """What one rule sees of a ticket: occurrences by list, and who is hit."""

    __slots__ = ("counted", "names", "reading", "scope", "subject_words")

    def __init__(self, counted: Occurrences, scope: ScopeFound, reading: Reading, names: list[str]) -> None:
        self.counted = counted
        self.scope = scope
        self.reading = reading
        self.subject_words = reading.subject_words
        self.names = names

    def found(self, line: _Line) -> bool:
        """Return whether a line holds, anywhere in what is read."""
        if line.mode == "scope":
            return self.scope.who in line.who
        if line.needed == 1:
            return not self.counted.keys().isdisjoint(line.lists)
        return sum(number in self.counted for number in line.lists) >= line.needed

    def vetoed(self, compiled: _Compiled) -> bool:
        """Return whether an `unless` line holds anywhere."""
        return any(map(self.barred, compiled.unless)) or any(map(self.barred, compiled.unless_anywhere))

    def barred(self, line: _Line) -> bool:
        """Return whether an `unless` line holds; one about scope needs a text that is sure of it."""
        return self.found(line) and (line.mode != "scope" or self.scope.sure)

    def hit(self, compiled: _Compiled) -> Hit | None:
        """Return the hit of a rule whose every line has been found, or None after a closer look."""
        if not compiled.simple and not all(map(self.found, compiled.when)):
            return None
        if compiled.unless_anywhere and any(map(self.barred, compiled.unless_anywhere)):
            return None
        within = compiled.rule.within
        if within is None or all(line.mode == "scope" for line in compiled.when):
            if compiled.unless and any(map(self.barred, compiled.unless)):
                return None
            return Hit(compiled.rule, self._evidence(compiled, None))
        if within.words is not None:
            return self._hit_in_words(compiled, within.words)
        return self._hit_in_sentences(compiled, within)

    def _hit_in_sentences(self, compiled: _Compiled, within: Within) -> Hit | None:
        reach = within.sentences or 1
        together: set[int] | None = None
        for line in compiled.when:
            if line.mode == "scope":
                continue
            sentences = self._sentences(line, reach)
            if sentences is not None:
                together = sentences if together is None else together & sentences
        for line in compiled.unless:
            if line.mode == "scope":
                if self.barred(line):
                    return None
                continue
            if self.found(line):
                barred = self._sentences(line, reach)
                if barred is None or together is None:
                    return None
                together = together - barred
        if together is not None and not together:
            return None
        near = None if together is None else frozenset(s + r for s in together for r in range(reach))
        return Hit(compiled.rule, self._evidence(compiled, near))

    def _sentences(self, line: _Line, reach: int) -> set[int] | None:
        """Return the sentences from which the line is in reach; None says all, as the subject is everywhere."""
        sentences: set[int] = set()
        for number in line.lists:
            for place in self.counted.get(number, ()):
                if place.first < self.subject_words:
                    return None
                sentence = bisect_right(self.reading.sentences, place.first)
                sentences.update(range(sentence - reach + 1, sentence + 1))
        return sentences

    def _is_near(self, first: int, near: frozenset[int]) -> bool:
        return first < self.subject_words or bisect_right(self.reading.sentences, first) in near

    def _hit_in_words(self, compiled: _Compiled, words: int) -> Hit | None:
        if any(map(self.barred, compiled.unless)):
            return None
        lines = [line for line in compiled.when if line.mode != "scope"]
        places = sorted(
            (place.first, place.last, which)
            for which, line in enumerate(lines)
            for number in line.lists
            for place in self.counted.get(number, ())
        )
        for start, (first, _, _) in enumerate(places):
            inside = {which for _, end, which in _until(places, start, first + words) if end <= first + words}
            if len(inside) == len(lines):
                return Hit(compiled.rule, self._evidence(compiled, None, span=(first, first + words)))
        return None

    def _evidence(
        self, compiled: _Compiled, near: frozenset[int] | None, span: tuple[int, int] | None = None
    ) -> tuple[Evidence, ...]:
        evidence: list[Evidence] = []
        for line in compiled.when:
            if line.mode == "scope":
                if self.scope.evidence:
                    evidence.append(self.scope.evidence)
                continue
            kept = 0
            for number in line.lists:
                for first, last, _ in self.counted.get(number, ()):
                    if kept == _MOST_EVIDENCE:
                        break
                    if near is not None and not self._is_near(first, near):
                        continue
                    if span is not None and not (span[0] <= first and last <= span[1]):
                        continue
                    evidence.append(Evidence(self.names[number], first, last))
                    kept += 1
        return tuple(evidence)


def _until(
    places: list[tuple[int, int, int]], start: int, limit: int
) -> Iterator[tuple[int, int, int]]:
    for number in range(start, len(places)):
        if places[number][0] >= limit:
            return
        yield places[number]
