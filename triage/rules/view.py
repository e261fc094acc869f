"""The closer look at one rule: which lines hold together, near each other, and on what evidence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from triage.reading.reader import Reading
from triage.rules.compiled import CompiledRule, Evidence, Hit, Line, Miss, ScopeFound
from triage.rules.findings import Occurrences
from triage.rules.ruleset import Within

_MOST_EVIDENCE = 2  # occurrences shown for one line of a rule


class View:
    """What one rule sees of a ticket: occurrences by list, and who is hit."""

    __slots__ = ("counted", "names", "reading", "scope")

    def __init__(self, counted: Occurrences, scope: ScopeFound, reading: Reading, names: list[str]) -> None:
        self.counted = counted
        self.scope = scope
        self.reading = reading
        self.names = names

    def found(self, line: Line) -> bool:
        """Return whether a line holds, anywhere in what is read."""
        if line.who:
            return self.scope.who in line.who
        if line.needed == 1:
            return not self.counted.keys().isdisjoint(line.any_list)
        return sum(number in self.counted for number in line.lists) >= line.needed

    def missing(self, compiled: CompiledRule) -> list[Line]:
        """Return the lines of `when` that do not hold."""
        return [line for line in compiled.when if not self.found(line)]

    def barred(self, line: Line) -> bool:
        """Return whether an `unless` line holds; one about scope needs a text that is sure of it."""
        return self.found(line) and (not line.who or self.scope.sure)

    def miss(self, compiled: CompiledRule, missing: Line) -> Miss | None:
        """Return the miss of a rule that lacks only this line: one with a question, of which nothing is found."""
        if missing.question is None or len(compiled.when) == 1:
            return None
        if self.scope.sure if missing.who else not self.counted.keys().isdisjoint(missing.any_list):
            return None  # the text has answered the question already
        if any(map(self.barred, compiled.unless)) or any(map(self.barred, compiled.unless_anywhere)):
            return None
        return Miss(compiled.rule, missing.source, missing.question)

    def hit(self, compiled: CompiledRule) -> Hit | None:
        """Return the hit of a rule whose every line has been found, or None after a closer look."""
        if compiled.unless_anywhere and any(map(self.barred, compiled.unless_anywhere)):
            return None
        within = compiled.rule.within
        if within is None or all(line.who for line in compiled.when):
            if compiled.unless and any(map(self.barred, compiled.unless)):
                return None
            return Hit(compiled.rule, self._evidence(compiled, None))
        if within.words is not None:
            return self._hit_in_words(compiled, within.words)
        return self._hit_in_sentences(compiled, within)

    def _hit_in_sentences(self, compiled: CompiledRule, within: Within) -> Hit | None:
        reach = within.sentences or 1
        together: set[int] | None = None
        for line in compiled.when:
            if line.who:
                continue
            sentences = self._sentences(line, reach)
            if sentences is not None:
                together = sentences if together is None else together & sentences
        for line in compiled.unless:
            if line.who:
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

    def _sentences(self, line: Line, reach: int) -> set[int] | None:
        """Return the sentences from which the line is in reach; None says all: the subject is everywhere."""
        if line.needed == 1:
            return self._union(line, reach)
        everywhere = 0
        here: Counter[int] = Counter()
        for number in line.lists:
            sentences = self._sentences_of(number, reach)
            if sentences is None:
                everywhere += 1
            else:
                here.update(sentences)
        if everywhere >= line.needed:
            return None
        return {sentence for sentence, lists in here.items() if lists + everywhere >= line.needed}

    def _union(self, line: Line, reach: int) -> set[int] | None:
        together: set[int] = set()
        for number in line.lists:
            sentences = self._sentences_of(number, reach)
            if sentences is None:
                return None
            together |= sentences
        return together

    def _sentences_of(self, number: int, reach: int) -> set[int] | None:
        sentences: set[int] = set()
        for first, _, _ in self.counted.get(number, ()):
            if self.reading.is_in_subject(first):
                return None
            sentence = self.reading.sentence_at(first)
            sentences.update(range(sentence - reach + 1, sentence + 1))
        return sentences

    def _is_near(self, first: int, near: frozenset[int]) -> bool:
        return self.reading.is_in_subject(first) or self.reading.sentence_at(first) in near

    def _hit_in_words(self, compiled: CompiledRule, words: int) -> Hit | None:
        if any(map(self.barred, compiled.unless)):
            return None
        lines = [line for line in compiled.when if not line.who]
        places = sorted(
            (first, last, number)
            for number in {number for line in lines for number in line.lists}
            for first, last, _ in self.counted.get(number, ())
        )
        for start, (first, _, _) in enumerate(places):
            end = self.reading.words_on(first, words)
            inside = {which for _, last, which in _until(places, start, end) if last <= end}
            if all(len(inside.intersection(line.lists)) >= line.needed for line in lines):
                return Hit(compiled.rule, self._evidence(compiled, None, span=(first, end)))
        return None

    def _evidence(
        self, compiled: CompiledRule, near: frozenset[int] | None, span: tuple[int, int] | None = None
    ) -> tuple[Evidence, ...]:
        evidence: list[Evidence] = []
        shown: list[tuple[int, int]] = []
        for line in compiled.when:
            if line.who:
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
                    if any(start <= first and last <= end for start, end in shown):
                        continue
                    shown.append((first, last))
                    evidence.append(Evidence(self.names[number], first, last))
                    kept += 1
        return tuple(evidence)


def _until(places: list[tuple[int, int, int]], start: int, limit: int) -> Iterator[tuple[int, int, int]]:
    for number in range(start, len(places)):
        if places[number][0] >= limit:
            return
        yield places[number]
