"""One pass over a text: every pattern found at once, and the frames that go on where they began."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from triage.reading.alphabet import Alphabet
from triage.reading.english import ANY_NUMBER
from triage.rules.patterns import Entry, Exacts, Frames, Patterns

# A phrase stands at the words from the first place up to the last, and is in the lists with these numbers.
# It is a plain tuple, since each ticket has dozens.
Found = tuple[int, int, tuple[int, ...]]
_Meaning = tuple[tuple[int, ...], Entry | None, tuple[int, ...]]  # lists, entry, slots it fills
_Begun = tuple[int, int, Frames]
# By where it begins, what fills slots: the numbers of these, and where it ends.
_Members = dict[int, list[tuple[tuple[int, ...], int]]]


class Pass:
    """The patterns of one pass, compiled."""

    def __init__(self, patterns: Patterns, alphabet: Alphabet) -> None:
        slots = (patterns.filled.get(pattern, ()) for pattern in patterns.lists)
        meanings = zip(patterns.lists.values(), patterns.entries(), slots, strict=True)
        shared: dict[_Meaning, _Meaning] = {}  # few meanings stay in the cache of the processor
        self._meanings = [shared.setdefault(meaning, meaning) for meaning in meanings]
        self._filled = patterns.written
        self._machine = AhoCorasick(list(patterns.lists), store_patterns=False)
        self._as_written = alphabet.as_written

    def find(self, letters: str, places: Sequence[int], written: str, found: list[Found]) -> None:
        """Add what is found in the letters; ``places`` says where each of them stands in ``written``."""
        meanings = self._meanings
        begun: list[_Begun] = []
        matches = self._machine.find_matches_as_indexes(letters, overlapping=True)
        for pattern, a, b in matches:
            lists, entry, _ = meanings[pattern]
            if entry is not None:
                if entry.exacts is not None:
                    lists += self._exactly(entry.exacts, written[places[a] : places[b - 1] + 1])
                for frames in entry.frames:
                    if letters[b : b + 1] in frames.next_letters:
                        begun.append((a, b, frames))
            if lists:
                found.append((places[a], places[b - 1] + 1, lists))
        if begun:
            self._finish(begun, _Text(letters, self._members(matches), places, written), found)

    def _exactly(self, exacts: Exacts, said: str) -> tuple[int, ...]:
        """Return the lists whose exact words stand here, fillers between them aside."""
        if len(said) == exacts.length:
            return exacts.lists.get(said, ())
        said = self._as_written(said)
        of_lists = (numbers for wanted, numbers in exacts.closely.items() if _in_order(wanted, said))
        return tuple(chain.from_iterable(of_lists))

    def _finish(self, begun: list[_Begun], text: _Text, found: list[Found]) -> None:
        """Add the phrases with slots that go on where their beginning was found."""
        for a, b, frames in begun:
            going_on = frames.by_letter.get(text.letters[b], ())
            if frames.by_slot and b in text.members:
                slots = {slot for slots, _ in text.members[b] for slot in slots}
                of_slots = (frames.by_slot[slot] for slot in frames.by_slot.keys() & slots)
                going_on = [*going_on, *chain.from_iterable(of_slots)]
            for frame in going_on:
                for edges in text.follow(frame.rest, (a, b)):
                    if frame.written is None or self._stands_exactly(frame.written, edges, text):
                        places = text.places
                        found.append((places[edges[0]], places[edges[-1] - 1] + 1, (frame.list,)))

    def _members(self, matches: Sequence[tuple[int, int, int]]) -> _Members:
        members: _Members = {}
        for pattern, a, b in matches:
            slots = self._meanings[pattern][2]
            if not slots:
                continue
            if a in members:
                members[a].append((slots, b))
            else:
                members[a] = [(slots, b)]
        return members

    def _stands_exactly(self, wanted: tuple[str | int, ...], edges: tuple[int, ...], text: _Text) -> bool:
        for part, start, end in zip(wanted, edges[:-1], edges[1:], strict=True):
            said = self._as_written("".join([text.written[place] for place in text.places[start:end]]))
            if isinstance(part, int):
                if said not in self._filled[part]:
                    return False
            elif not _in_order(part, said):
                return False
        return True


class _Text(NamedTuple):
    """A text as letters, and what fills slots in it by its beginning."""

    letters: str
    members: _Members
    places: Sequence[int]
    written: str

    def follow(self, rest: tuple[str | int, ...], edges: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        """Yield the edges of all parts for each way in which the rest of a frame goes on."""
        if not rest:
            yield edges
        elif isinstance(rest[0], str):
            if self.letters.startswith(rest[0], edges[-1]):
                yield from self.follow(rest[1:], (*edges, edges[-1] + len(rest[0])))
        else:
            for slots, end in self.members.get(edges[-1], ()):
                if rest[0] in slots:
                    yield from self.follow(rest[1:], (*edges, end))


def _in_order(wanted: str, said: str) -> bool:
    if len(wanted) == len(said):
        return all(map(_is, wanted, said))
    left = iter(said)
    return all(any(_is(letter, other) for other in left) for letter in wanted)


def _is(wanted: str, said: str) -> bool:
    return wanted in (said, ANY_NUMBER)  # that a number stands here has been found already
