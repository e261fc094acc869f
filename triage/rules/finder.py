"""All phrases of all lists, found in two passes over the words of a text.

Each base form is one letter of an alphabet, a text is a string of such letters, and one Aho-Corasick
automaton finds every phrase at once, however many there are. The first pass leaves out the fillers of the
text ("the", "my", "still"), so that they may stand between the words of any phrase; the second reads all
words, for the phrases that fillers are a part of ("is up", "all of us").

A phrase with a slot ("none of the <person>") is not written out: its first words are a pattern that begins a
frame, and the frame goes on with whatever phrase of the slot's list was found just behind them.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import repeat
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from triage.reading.english import ANY_NUMBER, base_form, spellings
from triage.reading.folding import fold
from triage.reading.words import split_words
from triage.rules.ruleset import PhraseList

SLOT = re.compile(r"<([^<>]*)>")
_FIRST_LETTER = 0x100
_OTHER_WORD = "\x00"
_ENOUGH_CONTENT = 3  # a phrase of so many words beside its fillers means the same without them
_NUMBER_WORD = "xnumberx"
_ONLY_NEGATION = {"not"}

Part = tuple[str, ...] | int  # words, or the number of the list that fills a slot


class Found(NamedTuple):
    """A phrase of the lists with these numbers stands at the words from ``first`` up to ``last``."""

    first: int
    last: int
    lists: tuple[int, ...]


class Frame(NamedTuple):
    """A phrase with slots: its list, whether its words stand exactly so, and all its parts."""

    list: int
    exact: bool
    parts: tuple[Part, ...]
    rest: tuple[str | int, ...]


class _Frames:
    """Frames that begin alike, by what they go on with: the next letter, or a list that fills a slot."""

    __slots__ = ("by_letter", "by_slot")

    def __init__(self) -> None:
        self.by_letter: dict[str, list[Frame]] = {}
        self.by_slot: dict[int, list[Frame]] = {}

    def add(self, frame: Frame) -> None:
        step = frame.rest[0]
        if isinstance(step, int):
            self.by_slot.setdefault(step, []).append(frame)
        else:
            self.by_letter.setdefault(step[0], []).append(frame)


class _Entry:
    """What a string of letters stands for."""

    __slots__ = ("exact", "frames", "lists", "slots")

    def __init__(self) -> None:
        self.lists: tuple[int, ...] = ()
        self.exact: tuple[tuple[int, tuple[str, ...]], ...] = ()
        self.slots: tuple[int, ...] = ()
        self.frames: _Frames | None = None


class Finder:
    """Finds the phrases of lists. Immutable once made, so threads share it.

    ``wanted`` are the numbers of the lists to be found; the others only fill slots.

    >>> lists = [PhraseList("broken", ("not working", "no <thing> works")), PhraseList("thing", ("printer",))]
    >>> finder = Finder(lists, fillers=("really",), wanted={0})
    >>> finder.find("it does not really work".split(), [], [])
    [Found(first=2, last=5, lists=(0,))]
    >>> finder.find("no printer works".split(), [], [])
    [Found(first=0, last=3, lists=(0,))]
    """

    def __init__(self, lists: Sequence[PhraseList], fillers: Iterable[str], wanted: Iterable[int]) -> None:
        self._fillers = frozenset(fillers)
        numbers = {entry.name: number for number, entry in enumerate(lists)}
        slots = {numbers[name] for entry in lists for name in _slots_of(entry) if name in numbers}
        phrases = [
            (number, exact, parts)
            for number, entry in enumerate(lists)
            if number in slots or number in frozenset(wanted)
            for exact, group in ((False, entry.phrases), (True, entry.exact))
            for phrase in group
            for parts in _parts(phrase, numbers)
        ]
        alphabet = _alphabet(phrases)
        self._letters = {word: alphabet[base] for word, base in spellings(alphabet).items()}
        gathered = (
            _Patterns(alphabet, frozenset(wanted), slots),
            _Patterns(alphabet, frozenset(wanted), slots),
        )
        for number, exact, parts in phrases:
            self._gather(number, exact, parts, gathered)
        self._without_fillers, self._literal = (patterns.compiled() for patterns in gathered)

    def _gather(
        self, number: int, exact: bool, parts: tuple[Part, ...], gathered: tuple[_Patterns, _Patterns]
    ) -> None:
        content = tuple(part if isinstance(part, int) else self._content(part) for part in parts)
        content = tuple(part for part in content if part != ())
        length = sum(1 if isinstance(part, int) else len(part) for part in content)
        if content == parts or length >= _ENOUGH_CONTENT:
            gathered[0].add(number, content, exact=exact)
        if content != parts or number in gathered[1].slots:
            gathered[1].add(number, parts, exact=exact)

    def find(self, words: list[str], sentences: list[int], clauses: list[int]) -> list[Found]:
        """Return every phrase found, in the order of the text; none crosses a comma or the end of a sentence.

        ``sentences`` and ``clauses`` are the numbers of the words that begin one.
        """
        letters = list(map(self._letters.get, words, repeat(_OTHER_WORD)))
        breaks = sorted(sentences + clauses) if clauses else sentences
        found: set[Found] = set()
        if self._literal is not None:
            self._literal.find(letters, range(len(words)), words, breaks, found)
        if self._without_fillers is not None:
            fillers = self._fillers
            content = [number for number, word in enumerate(words) if word not in fillers]
            self._without_fillers.find([letters[n] for n in content], content, words, breaks, found)
        return sorted(found)

    def _content(self, words: Sequence[str]) -> tuple[str, ...]:
        return tuple(word for word in words if word not in self._fillers)


class _Pass:
    """The patterns and frames of one pass, compiled."""

    __slots__ = ("_entries", "_machine", "_slot_first", "_written")

    def __init__(
        self,
        entries: dict[str, _Entry],
        slot_first: dict[int, _Frames],
        written: dict[int, frozenset[tuple[str, ...]]],
    ) -> None:
        self._entries = list(entries.values())
        self._machine = AhoCorasick(list(entries))
        self._slot_first = slot_first
        self._written = written

    def find(
        self,
        letters: list[str],
        numbers: Sequence[int],
        words: list[str],
        breaks: list[int],
        found: set[Found],
    ) -> None:
        """Add what is found in the letters; ``numbers`` says which word each letter is."""
        text = "".join(letters)
        entries = self._entries
        members: dict[tuple[int, int], list[int]] = {}
        begun: list[tuple[int, int, _Frames]] = []
        for pattern, a, b in self._machine.find_matches_as_indexes(text, overlapping=True):
            first = numbers[a]
            last = numbers[b - 1] + 1
            if b - a > 1 and breaks and bisect_right(breaks, first) != bisect_right(breaks, last - 1):
                continue
            entry = entries[pattern]
            lists = entry.lists
            if entry.exact:
                lists = _with_exact(lists, entry.exact, words[first:last])
            if lists:
                found.add(Found(first, last, lists))
            for slot in entry.slots:
                members.setdefault((slot, a), []).append(b)
                if slot in self._slot_first:
                    begun.append((a, b, self._slot_first[slot]))
            if entry.frames:
                begun.append((a, b, entry.frames))
        if begun:
            self._finish(begun, _Text(text, members, numbers, words, breaks), found)

    def _finish(self, begun: list[tuple[int, int, _Frames]], text: _Text, found: set[Found]) -> None:
        """Add the phrases with slots that go on where their beginning was found."""
        letters, members = text.letters, text.members
        for a, b, frames in begun:
            going_on = frames.by_letter.get(letters[b : b + 1], ())
            for slot, filled in frames.by_slot.items():
                if (slot, b) in members:
                    going_on = [*going_on, *filled]
            for frame in going_on:
                for edges in text.follow(frame.rest, (a, b)):
                    self._add(frame, edges, text, found)

    def _add(self, frame: Frame, edges: tuple[int, ...], text: _Text, found: set[Found]) -> None:
        first, last = text.numbers[edges[0]], text.numbers[edges[-1] - 1] + 1
        breaks = text.breaks
        if breaks and bisect_right(breaks, first) != bisect_right(breaks, last - 1):
            return
        if not frame.exact or self._stands_exactly(frame, edges, text):
            found.add(Found(first, last, (frame.list,)))

    def _stands_exactly(self, frame: Frame, edges: tuple[int, ...], text: _Text) -> bool:
        for part, start, end in zip(frame.parts, edges[:-1], edges[1:], strict=True):
            said = [_plain(text.words[number]) for number in text.numbers[start:end]]
            if isinstance(part, int):
                if tuple(said) not in self._written[part]:
                    return False
            elif not all(map(_is, map(_plain, part), said)):
                return False
        return True


class _Text(NamedTuple):
    """A text as letters, and the ends of the members of each slot by slot and start."""

    letters: str
    members: dict[tuple[int, int], list[int]]
    numbers: Sequence[int]
    words: list[str]
    breaks: list[int]

    def follow(self, rest: tuple[str | int, ...], edges: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
        """Yield the edges of all parts for each way in which the rest of a frame goes on."""
        if not rest:
            yield edges
        elif isinstance(rest[0], str):
            if self.letters.startswith(rest[0], edges[-1]):
                yield from self.follow(rest[1:], (*edges, edges[-1] + len(rest[0])))
        else:
            for end in self.members.get((rest[0], edges[-1]), ()):
                yield from self.follow(rest[1:], (*edges, end))


def _with_exact(
    lists: tuple[int, ...], exact: tuple[tuple[int, tuple[str, ...]], ...], words: list[str]
) -> tuple[int, ...]:
    """Return the lists with those added whose exact words stand here, fillers between them aside."""
    said = list(map(_plain, words))
    return lists + tuple(number for number, wanted in exact if _in_order(wanted, said))


def _in_order(wanted: tuple[str, ...], said: list[str]) -> bool:
    if len(wanted) == len(said):
        return all(map(_is, wanted, said))
    left = iter(said)
    return all(any(_is(word, other) for other in left) for word in wanted)


def _is(wanted: str, said: str) -> bool:
    return wanted in (said, ANY_NUMBER)  # that a number stands here has been found already


def _plain(word: str) -> str:
    """Return a word without the apostrophe people leave out ("can't"); "user's" is not "users"."""
    return word if word.endswith("'s") else word.replace("'", "")


class _Patterns:
    """Patterns of one pass being gathered: phrases of the same letters become one entry."""

    def __init__(self, alphabet: dict[str, str], wanted: frozenset[int], slots: set[int]) -> None:
        self._alphabet = alphabet
        self._wanted = wanted
        self.slots = slots
        self._entries: dict[str, _Entry] = {}
        self._slot_first: dict[int, _Frames] = defaultdict(_Frames)
        self._written: dict[int, set[tuple[str, ...]]] = defaultdict(set)

    def add(self, number: int, parts: tuple[Part, ...], *, exact: bool) -> None:
        if len(parts) > 1 or isinstance(parts[0], int):
            self._add_frame(number, parts, exact=exact)
        else:
            self._add_words(number, parts[0], exact=exact)

    def _add_words(self, number: int, words: tuple[str, ...], *, exact: bool) -> None:
        entry = self._entry(words)
        if number in self.slots:
            entry.slots = (*entry.slots, number)
            self._written[number].add(tuple(map(_plain, words)))
        if number not in self._wanted:
            return
        if exact or {base_form(word) for word in words} == _ONLY_NEGATION:
            entry.exact = (
                *entry.exact,
                (number, tuple(map(_plain, words))),
            )  # "cannot" alone is that word only
        elif number not in entry.lists:
            entry.lists = tuple(sorted((*entry.lists, number)))

    def _add_frame(self, number: int, parts: tuple[Part, ...], *, exact: bool) -> None:
        if number not in self._wanted:
            return
        rest = tuple(part if isinstance(part, int) else self._spelled(part) for part in parts[1:])
        frame = Frame(number, exact, parts, rest)
        if isinstance(parts[0], int):
            self._slot_first[parts[0]].add(frame)
        else:
            entry = self._entry(parts[0])
            entry.frames = entry.frames or _Frames()
            entry.frames.add(frame)

    def _entry(self, words: tuple[str, ...]) -> _Entry:
        return self._entries.setdefault(self._spelled(words), _Entry())

    def _spelled(self, words: tuple[str, ...]) -> str:
        return "".join([self._alphabet[base_form(word)] for word in words])

    def compiled(self) -> _Pass | None:
        if not self._entries:
            return None
        written = {slot: frozenset(words) for slot, words in self._written.items()}
        return _Pass(self._entries, dict(self._slot_first), written)


def phrase_words(phrase: str) -> tuple[str, ...]:
    """Return the folded words of a phrase as the rule file writes it; ``#`` stands for any number.

    >>> phrase_words("All # of us")
    ('all', '#', 'of', 'us')
    """
    if ANY_NUMBER not in phrase:
        return tuple(split_words(fold(phrase)).words)
    words = split_words(fold(phrase.replace(ANY_NUMBER, f" {_NUMBER_WORD} "))).words
    return tuple(ANY_NUMBER if word == _NUMBER_WORD else word for word in words)


def _slots_of(entry: PhraseList) -> Iterator[str]:
    for phrase in (*entry.phrases, *entry.exact):
        if "<" in phrase:
            yield from SLOT.findall(phrase)


def _parts(phrase: str, numbers: dict[str, int]) -> Iterator[tuple[Part, ...]]:
    """Yield the parts of a phrase, and for "log-in" those of "login" too."""
    pieces = SLOT.split(phrase)
    readings: list[Callable[[str], str]] = [str, lambda piece: piece.replace("-", "")]
    for reading in readings[: 2 if "-" in phrase else 1]:
        parts = (
            numbers[piece] if place % 2 else phrase_words(reading(piece))
            for place, piece in enumerate(pieces)
        )
        yield tuple(part for part in parts if part != ())


def _alphabet(phrases: Iterable[tuple[int, bool, tuple[Part, ...]]]) -> dict[str, str]:
    """Return a letter for each base form; the letters are code points that are no surrogates."""
    words = {word for _, _, parts in phrases for part in parts if not isinstance(part, int) for word in part}
    bases = sorted(map(base_form, words))
    points = (point for point in range(_FIRST_LETTER, 0x110000) if not 0xD800 <= point <= 0xDFFF)
    return dict(zip(dict.fromkeys(bases), map(chr, points), strict=False))
