"""Which lists occur where in a ticket, with unread zones and set-aside sentences taken out."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from triage.reading.reader import Reading
from triage.rules.finder import Found
from triage.rules.ruleset import Extent

ASIDE = "set aside"


Occurrences = dict[int, list[Found]]


class Aside(NamedTuple):
    """Words that do not count as an incident, from ``first`` up to ``last``, why, and what told so."""

    first: int
    last: int
    why: str
    marker: Found


@dataclass(frozen=True, slots=True)
class Findings:
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


@dataclass(frozen=True, slots=True)
class Sorter:
    """What sorts found phrases: the numbers of lists that cover, set aside or turn a sentence."""

    covers: frozenset[int]
    aside: dict[int, tuple[str, Extent]]
    turns: frozenset[int]

    def sort(self, found: list[Found], reading: Reading) -> Findings:
        """Return the findings of a ticket."""
        if all(zone.kind in reading.read for zone in reading.zones):
            counted: Occurrences = {}
            _add_all(found, counted)
            if counted.keys().isdisjoint(self.covers) and counted.keys().isdisjoint(self.aside):
                return Findings(counted, {}, ())  # the usual ticket: nothing is hidden or set aside
        return self._sort_closely(self._uncovered(found), reading)

    def _sort_closely(self, found: list[Found], reading: Reading) -> Findings:
        hidden = [zone for zone in reading.zones if zone.kind not in reading.read and zone.end > zone.start]
        counted_found, unread = _by_zone(found, reading) if hidden else (found, ())
        asides = self._asides(counted_found, reading)
        counted: Occurrences = {}
        elsewhere: dict[str, Occurrences] = {}
        if asides:
            counted_found, set_aside = self._divided(counted_found, _edges(asides))
            _add_all(set_aside, elsewhere.setdefault(ASIDE, {}))
        _add_all(counted_found, counted)
        for kind, item in unread:
            _add_all([item], elsewhere.setdefault(kind, {}))
        return Findings(counted, elsewhere, asides)

    def _divided(self, found: list[Found], edges: list[int]) -> tuple[list[Found], list[Found]]:
        """Return what counts and what is set aside; markers themselves count, so that rules can name them."""
        kept, aside = [], []
        for item in found:
            if bisect_right(edges, item.first) % 2 == 0:
                kept.append(item)
                continue
            aside.append(item)
            markers = tuple(number for number in item.lists if number in self.aside)
            if markers:
                kept.append(item._replace(lists=markers))
        return kept, aside

    def _uncovered(self, found: list[Found]) -> list[Found]:
        """Return the phrases that do not lie inside a longer phrase of a covering list."""
        covers = [item for item in found if not self.covers.isdisjoint(item.lists)]
        if not covers:
            return found
        starts = [cover.first for cover in covers]
        return [item for item in found if not _covered(item, covers, starts)]

    def _asides(self, found: list[Found], reading: Reading) -> tuple[Aside, ...]:
        aside = self.aside
        markers = [item for item in found if any(number in aside for number in item.lists)]
        if not markers:
            return ()
        turns = [item.first for item in found if not self.turns.isdisjoint(item.lists)]
        return tuple(self._aside(marker, reading, turns) for marker in markers)

    def _aside(self, marker: Found, reading: Reading, turns: list[int]) -> Aside:
        why, extent = next(self.aside[number] for number in marker.lists if number in self.aside)
        if extent == "everything":
            return Aside(0, len(reading.words), why, marker)
        first, last = _between(reading.sentences, marker, 0, len(reading.words))
        if extent == "clause":
            first, last = _between(reading.clauses, marker, first, last)
        first, last = _between(turns, marker, first, last)
        return Aside(0 if extent == "everything before" else first, last, why, marker)


def _between(starts: list[int], marker: Found, first: int, last: int) -> tuple[int, int]:
    """Return the part of ``first`` to ``last`` around the marker that no start divides."""
    before, after = bisect_right(starts, marker.first), bisect_left(starts, marker.last)
    if before:
        first = max(first, starts[before - 1])
    if after < len(starts):
        last = min(last, starts[after])
    return first, last


def _add_all(found: Iterable[Found], occurrences: Occurrences) -> None:
    for item in found:
        for number in item.lists:
            if number in occurrences:
                occurrences[number].append(item)
            else:
                occurrences[number] = [item]


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
    number = bisect_right(starts, item.first) - 1
    while number >= 0 and starts[number] > item.first - 8:
        cover = covers[number]
        if item.last <= cover.last and item.last - item.first < cover.last - cover.first:
            return True
        number -= 1
    return False


def _by_zone(found: list[Found], reading: Reading) -> tuple[list[Found], list[tuple[str, Found]]]:
    counted, unread = [], []
    for item in found:
        kind = reading.zone_at(reading.starts[item.first])
        if kind in reading.read:
            counted.append(item)
        else:
            unread.append((kind, item))
    return counted, unread
