"""The patterns of one pass over a text: strings of letters, and what each stands for.

A phrase without slots is a pattern. A phrase with slots is a frame: the words before its first slot are a
pattern that begins it, or any phrase of the list that fills the slot does. Phrases of the same letters
share one pattern.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from triage.reading.alphabet import Alphabet
from triage.reading.english import ANY_NUMBER
from triage.rules.phrases import Part


class Frame(NamedTuple):
    """A phrase with slots: its list, its parts as written if they must be so, and what follows the first.

    A number among the parts is that of the list that fills a slot; the other parts are letters.
    """

    list: int
    written: tuple[str | int, ...] | None
    rest: tuple[str | int, ...]


class Frames:
    """Frames that begin alike, by what they go on with: the next letter, or a list that fills a slot."""

    __slots__ = ("by_letter", "by_slot", "next_letters")

    def __init__(self) -> None:
        self.by_letter: dict[str, list[Frame]] = {}
        self.by_slot: dict[int, list[Frame]] = {}
        self.next_letters: frozenset[str] = frozenset()

    def add(self, frame: Frame) -> None:
        """Add a frame that begins so."""
        step = frame.rest[0]
        if isinstance(step, int):
            self.by_slot.setdefault(step, []).append(frame)
        else:
            self.by_letter.setdefault(step[0], []).append(frame)

    def close(self, first_letters: dict[int, set[str]]) -> None:
        """Note with which letters these frames can go on, once all phrases that fill slots are known."""
        of_slots = (first_letters.get(slot, set()) for slot in self.by_slot)
        self.next_letters = frozenset(self.by_letter).union(*of_slots)


class Exacts(NamedTuple):
    """Lists that want a pattern written so: numbers by letters, and those by letters to be looked at closely.

    The latter have a ``#``, or are for a text that has fillers between the words of the pattern.
    """

    lists: dict[str, tuple[int, ...]]
    closely: dict[str, tuple[int, ...]]
    length: int


@dataclass(frozen=True, slots=True, eq=False)
class Entry:
    """What a pattern stands for beside lists: lists that want it written so, frames that begin with it."""

    exacts: Exacts | None
    frames: tuple[Frames, ...]


class Patterns:
    """The patterns of one pass, each with its lists and the slots it fills; ``slots`` are all there are."""

    def __init__(self, alphabet: Alphabet, *, wanted: frozenset[int], slots: frozenset[int]) -> None:
        self.lists: dict[str, tuple[int, ...]] = {}
        self.filled: dict[str, tuple[int, ...]] = {}
        self.written: dict[int, set[str]] = defaultdict(set)  # by slot, what fills it as it is written
        self._exacts: dict[str, dict[str, tuple[int, ...]]] = defaultdict(dict)
        self._frames: dict[str, Frames] = defaultdict(Frames)
        self._slot_first: dict[int, Frames] = defaultdict(Frames)
        self._alphabet = alphabet
        self._negation = alphabet.negation
        self._wanted = wanted
        self.slots = slots

    def add(self, number: int, parts: tuple[Part, ...], *, exact: bool) -> None:
        """Add a phrase of the list with this number, if something looks for the list, and what it fills."""
        if len(parts) == 1 and not isinstance(parts[0], int):
            if number in self.slots:
                self.add_member(number, parts[0])
            if number in self._wanted:
                self._add_words(number, parts[0], exact=exact)
        elif number in self._wanted:
            self._add_frame(number, parts, exact=exact)

    def add_member(self, number: int, words: tuple[str, ...]) -> None:
        """Add a phrase that only fills a slot."""
        pattern = self._spelled(words)
        self.lists.setdefault(pattern, ())
        self.filled[pattern] = (*self.filled.get(pattern, ()), number)
        self.written[number].add(self._as_written(words))

    def entries(self) -> Iterable[Entry | None]:
        """Yield the entry of each pattern in the order of ``lists``, once all phrases are added."""
        first_letters: dict[int, set[str]] = defaultdict(set)
        for pattern, slots in self.filled.items():
            for slot in slots:
                first_letters[slot].add(pattern[0])
        for frames in (*self._frames.values(), *self._slot_first.values()):
            frames.close(first_letters)
        return map(self._entry, self.lists)

    def _entry(self, pattern: str) -> Entry | None:
        exact = self._exacts.get(pattern)
        frames = [self._slot_first[slot] for slot in self.filled.get(pattern, ()) if slot in self._slot_first]
        if pattern in self._frames:
            frames.append(self._frames[pattern])
        if not exact and not frames:
            return None
        return Entry(self._closed(exact, len(pattern)) if exact else None, tuple(frames))

    def _closed(self, exact: dict[str, tuple[int, ...]], length: int) -> Exacts:
        lists = {
            spelled: numbers
            for letters, numbers in exact.items()
            for spelled in self._alphabet.spellings(letters)
        }
        has_number = any(ANY_NUMBER in letters for letters in exact)
        return Exacts(lists, exact, -1 if has_number else length)

    def _add_words(self, number: int, words: tuple[str, ...], *, exact: bool) -> None:
        pattern = self._spelled(words)
        lists = self.lists.setdefault(pattern, ())
        if exact or not pattern.strip(self._negation):  # "cannot" alone is that word only
            exacts, written = self._exacts[pattern], self._as_written(words)
            exacts[written] = (*exacts.get(written, ()), number)
        elif number not in lists:
            self.lists[pattern] = tuple(sorted((*lists, number)))

    def _add_frame(self, number: int, parts: tuple[Part, ...], *, exact: bool) -> None:
        spelled = tuple(part if isinstance(part, int) else self._spelled(part) for part in parts)
        written = tuple(part if isinstance(part, int) else self._as_written(part) for part in parts)
        frame = Frame(number, written if exact else None, spelled[1:])
        first = spelled[0]
        if isinstance(first, int):
            self._slot_first[first].add(frame)
        else:
            self.lists.setdefault(first, ())
            self._frames[first].add(frame)

    def _spelled(self, words: tuple[str, ...]) -> str:
        return "".join([self._alphabet.bases[word] for word in words])

    def _as_written(self, words: tuple[str, ...]) -> str:
        return "".join(map(self._alphabet.written, words))
