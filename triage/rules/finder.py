"""All phrases of all lists, found in two passes over the letters of a text.

Each base form is one letter of an alphabet, a text is a string of such letters, and one Aho-Corasick
automaton finds every phrase at once, however many there are. One pass leaves out the fillers of the
text ("the", "my", "still"), so that they may stand between the words of any phrase; the other reads all
words, for the phrases that fillers are a part of ("is up", "all of us").

A phrase with a slot ("none of the <person>") is not written out: its first words are a pattern that begins a
frame, and the frame goes on with whatever phrase of the slot's list was found just behind them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import chain

from triage.reading.alphabet import Alphabet
from triage.reading.english import NEGATIONS
from triage.reading.reader import Reading
from triage.rules.passes import Found, Pass
from triage.rules.patterns import Patterns
from triage.rules.phrases import Part, phrase_parts, slots_of
from triage.rules.ruleset import PhraseList

_ENOUGH_CONTENT = 3  # a phrase of so many words beside its fillers means the same without them
_Phrase = tuple[int, bool, tuple[Part, ...]]  # the number of its list, whether exactly so, and its parts


class Finder:
    """Finds the phrases of lists. What it is made of never changes, so threads share it.

    ``wanted`` are the numbers of the lists to be found; the others only fill slots. ``alphabet`` is what a
    ticket must be read with.

    >>> from triage.reading.reader import read
    >>> from triage.ticket import Ticket
    >>> lists = [PhraseList("broken", ("not working", "no <thing> works")), PhraseList("thing", ("printer",))]
    >>> finder = Finder(lists, fillers=("really",), wanted={0})
    >>> finder.find(read(Ticket(subject="It does not really work"), finder.alphabet))
    [(2, 5, (0,))]
    >>> finder.find(read(Ticket(subject="No printer works"), finder.alphabet))
    [(0, 3, (0,))]
    """

    def __init__(self, lists: Sequence[PhraseList], fillers: Iterable[str], wanted: Iterable[int]) -> None:
        numbers = {entry.name: number for number, entry in enumerate(lists)}
        slots = frozenset(numbers[name] for entry in lists for name in slots_of(entry) if name in numbers)
        looked_for = frozenset(wanted)
        phrases = list(_phrases(lists, numbers, slots | looked_for))
        exactly = (parts for number, exact, parts in phrases if exact or number in slots)
        self._filler_words = frozenset(fillers)
        self.alphabet = Alphabet(
            chain(_words(parts for _, _, parts in phrases), NEGATIONS),
            written=NEGATIONS.union(_words(exactly)),
            fillers=self._filler_words,
        )
        content, literal = (Patterns(self.alphabet, wanted=looked_for, slots=slots) for _ in range(2))
        for number, exact, parts in phrases:
            self._gather(number, exact, parts, content, literal)
        self._content, self._literal = Pass(content, self.alphabet), Pass(literal, self.alphabet)

    def _gather(
        self, number: int, exact: bool, parts: tuple[Part, ...], content: Patterns, literal: Patterns
    ) -> None:
        without = tuple([part if isinstance(part, int) else self._without_fillers(part) for part in parts])
        without = tuple([part for part in without if part != ()])
        if without == parts or (not exact and _length(without) >= _ENOUGH_CONTENT):
            content.add(number, without, exact=exact)
        if without != parts:
            literal.add(number, parts, exact=exact)
        elif number in literal.slots and not isinstance(parts[0], int):
            literal.add_member(number, parts[0])

    def _without_fillers(self, words: tuple[str, ...]) -> tuple[str, ...]:
        if self._filler_words.isdisjoint(words):
            return words
        return tuple(word for word in words if word not in self._filler_words)

    def find(self, reading: Reading) -> list[Found]:
        """Return every phrase found, in the order of the text; none crosses a comma or a full stop."""
        letters, fillers = reading.letters, self.alphabet.fillers
        found: list[Found] = []
        self._literal.find(letters, range(len(letters)), reading.written, found)
        places = [place for place, letter in enumerate(reading.written) if letter not in fillers]
        self._content.find("".join([letters[place] for place in places]), places, reading.written, found)
        found.sort()
        return found


def _phrases(lists: Sequence[PhraseList], numbers: Mapping[str, int], read: Set[int]) -> Iterator[_Phrase]:
    for number in sorted(read):
        for exact, group in ((False, lists[number].phrases), (True, lists[number].exact)):
            for phrase in group:
                for parts in phrase_parts(phrase, numbers):
                    yield number, exact, parts


def _length(parts: tuple[Part, ...]) -> int:
    return sum(1 if isinstance(part, int) else len(part) for part in parts)


def _words(phrases: Iterable[tuple[Part, ...]]) -> Iterator[str]:
    return (word for parts in phrases for part in parts if not isinstance(part, int) for word in part)
