"""Which lists occur where in a ticket, with unread zones and set-aside sentences taken out."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from triage.reading.reader import Reading
from triage.rules.passes import Found
from triage.rules.ruleset import Extent

ASIDE = "set aside"
_LONGEST_COVER = 8  # words


Occurrences = dict[int, list[Found]]


class Aside(NamedTuple):
    """Words that do not count as an incident, from ``first`` up to ``last``, why, and what told so."""

    first: int
    last: int
    why: str
    marker: tuple[int, int]


class Findings(NamedTuple):
    """The occurrences of each list: those that count, and by kind of zone those that do not."""

    counted: Occurrences
    elsewhere: dict[str, Occurrences]
    asides: tuple[Aside, ...]

    def reading(self, zones: Iterable[str]) -> Occurrences:
        """Return the occurrences that a rule sees which also reads these zones."""
        seen = {number: list(places) for number, places in self.counted.items()}
        for zone in zones:
            for number, places in self.elsewhere.get(zone, {}).items():
                seen[number] = sorted(seen.get(number, []) + places)
        return seen


class Sorter(NamedTuple):
    """What sorts found phrases: the numbers of lists that cover, set aside or turn a sentence.

    ``negation`` is the letter of "not", and ``fillers`` are the letters of words that may stand behind it.
    """

    covers: frozenset[int]
    aside: dict[int, tuple[str, Extent]]
    turns: frozenset[int]
    negation: str
    fillers: frozenset[str]

    def sort(self, found: list[Found], reading: Reading) -> Findings:
        """Return the findings of a ticket."""
        found = self._uncovered(found)
        elsewhere: dict[str, Occurrences] = {}
        if not all(zone.kind in reading.read for zone in reading.zones):
            found, unread = _by_zone(found, reading)
            for kind, item in unread:
                _add_all([item], elsewhere.setdefault(kind, {}))
        counted = _add_all(found, {})
        if counted.keys().isdisjoint(self.aside):
            return Findings(counted, elsewhere, ())
        found = list(self._undenied(found, reading))
        asides = self._asides(found, reading)
        kept, set_aside = self._divided(found, _edges(asides))
        _add_all(set_aside, elsewhere.setdefault(ASIDE, {}))
        return Findings(_add_all(kept, {}), elsewhere, asides)

    def _divided(self, found: list[Found], edges: list[int]) -> tuple[list[Found], list[Found]]:
        """Return what counts and what is set aside; markers themselves count, so that rules can name them."""
        kept, aside = [], []
        for item in found:
            first, last, lists = item
            if bisect_right(edges, first) % 2 == 0:
                kept.append(item)
                continue
            aside.append(item)
            markers = tuple(number for number in lists if number in self.aside)
            if markers:
                kept.append((first, last, markers))
        return kept, aside

    def _undenied(self, found: list[Found], reading: Reading) -> Iterator[Found]:
        """Yield what was found, less what sets aside and is denied: "not able to print now"."""
        for item in found:
            first, last, lists = item
            if self.aside.keys().isdisjoint(lists) or not self._is_denied(first, reading):
                yield item
            elif others := tuple(number for number in lists if number not in self.aside):
                yield first, last, others

    def _is_denied(self, first: int, reading: Reading) -> bool:
        """Return whether a "not" stands before the place, with nothing but fillers between them."""
        before = first - 1
        while before >= 0 and reading.letters[before] != self.negation:
            if reading.written[before] not in self.fillers:
                return False
            before -= 1
        return before >= 0

    def _uncovered(self, found: list[Found]) -> list[Found]:
        """Return the phrases that do not lie inside a longer phrase of a covering list."""
        covers = [item for item in found if not self.covers.isdisjoint(item[2])]
        if not covers:
            return found
        starts = [first for first, _, _ in covers]
        return [item for item in found if not _covered(item, covers, starts)]

    def _asides(self, found: list[Found], reading: Reading) -> tuple[Aside, ...]:
        aside = self.aside
        markers = [item for item in found if not aside.keys().isdisjoint(item[2])]
        turns = [first for first, _, lists in found if not self.turns.isdisjoint(lists)]
        return tuple(dict.fromkeys(self._aside(marker, reading, turns) for marker in markers))

    def _aside(self, marker: Found, reading: Reading, turns: list[int]) -> Aside:
        start, end, lists = marker
        why, extent = next(self.aside[number] for number in lists if number in self.aside)
        everything = len(reading.letters)
        if extent == "everything":
            return Aside(0, everything, why, (start, end))
        first, last = _between(reading.sentences, start, end, (0, everything))
        if extent == "clause":
            first, last = _between(reading.clauses, start, end, (first, last))
        first, last = _between(turns, start, end, (first, last))
        return Aside(0 if extent == "everything before" else first, last, why, (start, end))


def _between(starts: Sequence[int], start: int, end: int, part: tuple[int, int]) -> tuple[int, int]:
    """Return what of the part around the words from ``start`` to ``end`` no start divides."""
    first, last = part
    before, after = bisect_right(starts, start), bisect_left(starts, end)
    if before:
        first = max(first, starts[before - 1])
    if after < len(starts):
        last = min(last, starts[after])
    return first, last


def _add_all(found: Iterable[Found], occurrences: Occurrences) -> Occurrences:
    for item in found:
        for number in item[2]:
            if number in occurrences:
                occurrences[number].append(item)
            else:
                occurrences[number] = [item]
    return occurrences


def _edges(asides: tuple[Aside, ...]) -> list[int]:
    """Return first, last, first, last ... of the joined ranges: an odd place in this list lies inside one."""
    edges: list[int] = []
    for first, last, _, _ in sorted(asides):
        if edges and first <= edges[-1]:
            edges[-1] = max(edges[-1], last)
        else:
            edges += (first, last)
    return edges


def _covered(item: Found, covers: list[Found], starts: list[int]) -> bool:
    first, last, _ = item
    number = bisect_right(starts, first) - 1
    while number >= 0 and starts[number] > first - _LONGEST_COVER:
        start, end, _ = covers[number]
        if last <= end and last - first < end - start:
            return True
        number -= 1
    return False


def _by_zone(found: list[Found], reading: Reading) -> tuple[list[Found], list[tuple[str, Found]]]:
    zones = reading.zones
    starts = [reading.place_at(zone.start) for zone in zones]
    counted, unread = [], []
    for item in found:
        kind = zones[bisect_right(starts, item[0]) - 1].kind
        if kind in reading.read:
            counted.append(item)
        else:
            unread.append((kind, item))
    return counted, unread
