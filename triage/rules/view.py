"""The closer look at one rule: which lines hold together, near each other, and on what evidence."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Set
from itertools import chain

from triage.reading.reader import Reading
from triage.rules.compiled import CompiledRule, Evidence, Hit, Line, Miss, ScopeFound
from triage.rules.findings import Occurrences
from triage.rules.passes import Found

_MOST_EVIDENCE = 2  # occurrences shown for one line of a rule


class View:
    """What one rule sees of a ticket: occurrences by list, and who is hit."""

    __slots__ = ("_by_list", "counted", "names", "reading", "scope")

    def __init__(self, counted: Occurrences, scope: ScopeFound, reading: Reading, names: list[str]) -> None:
        self.counted = counted
        self.scope = scope
        self.reading = reading
        self.names = names
        self._by_list: dict[int, set[int] | None] = {}  # the sentences of each list

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
        """Return the miss of a rule that lacks only this line, if a question can settle it."""
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
        return self._hit_in_sentences(compiled, within.sentences or 1)

    def _hit_in_sentences(self, compiled: CompiledRule, reach: int) -> Hit | None:
        together: set[int] | None = None  # None says all: what stands in the subject is everywhere
        for line in compiled.when:
            sentences = None if line.who else self._sentences(line, reach)
            if sentences is not None:
                together = sentences if together is None else together & sentences
        for line in compiled.unless:
            if not self.barred(line):
                continue
            barred = None if line.who else self._sentences(line, reach)
            if barred is None or together is None:
                return None
            together = together - barred
        if together is None:
            return Hit(compiled.rule, self._evidence(compiled, None))
        near = frozenset(s + r for s in together for r in range(reach)) if reach > 1 else together
        return Hit(compiled.rule, self._evidence(compiled, near)) if together else None

    def _sentences(self, line: Line, reach: int) -> set[int] | None:
        """Return the sentences from which the line is in reach; None says all."""
        found = [self._reached(number, reach) for number in line.lists if number in self.counted]
        everywhere = found.count(None)
        if everywhere >= line.needed:
            return None
        some = [sentences for sentences in found if sentences is not None]
        if line.needed == 1:
            return set().union(*some)
        here = Counter(chain.from_iterable(some))
        return {sentence for sentence, lists in here.items() if lists + everywhere >= line.needed}

    def _reached(self, number: int, reach: int) -> set[int] | None:
        """Return the sentences from which a phrase of the list is in reach; None says all."""
        sentences = self._sentences_of(number)
        if sentences is None or reach == 1:
            return sentences
        return {sentence - back for sentence in sentences for back in range(reach)}

    def _sentences_of(self, number: int) -> set[int] | None:
        """Return the sentences in which a phrase of the list stands; None for a phrase in the subject."""
        if number not in self._by_list:
            subject_end, starts = self.reading.subject_end, self.reading.sentences
            places = [first for first, _, _ in self.counted[number]]
            in_subject = places[0] < subject_end
            self._by_list[number] = None if in_subject else {bisect_right(starts, place) for place in places}
        return self._by_list[number]

    def _is_near(self, first: int, near: Set[int]) -> bool:
        return first < self.reading.subject_end or bisect_right(self.reading.sentences, first) in near

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
        self, compiled: CompiledRule, near: Set[int] | None, span: tuple[int, int] | None = None
    ) -> tuple[Evidence, ...]:
        evidence: list[Evidence] = []
        shown: list[Found] = []
        for line in compiled.when:
            if line.who:
                if self.scope.evidence:
                    evidence.append(self.scope.evidence)
                continue
            for number, place in self._shown(line, near, span, shown):
                shown.append(place)
                evidence.append(Evidence(self.names[number], place[0], place[1]))
        return tuple(evidence)

    def _shown(
        self, line: Line, near: Set[int] | None, span: tuple[int, int] | None, shown: list[Found]
    ) -> Iterator[tuple[int, Found]]:
        """Yield the first occurrences of a line that lie in nothing shown already, each with its list."""
        kept = 0
        for number in line.lists:
            for place in self.counted.get(number, ()):
                if kept == _MOST_EVIDENCE:
                    return
                first, last, _ = place
                if near is not None and not self._is_near(first, near):
                    continue
                if span is not None and not (span[0] <= first and last <= span[1]):
                    continue
                if not any(start <= first and last <= end for start, end, _ in shown):
                    kept += 1
                    yield number, place


def _until(places: list[tuple[int, int, int]], start: int, limit: int) -> Iterator[tuple[int, int, int]]:
    for number in range(start, len(places)):
        if places[number][0] >= limit:
            return
        yield places[number]
