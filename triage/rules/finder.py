"""All phrases of all lists, found in two passes over the words of a text.

Each base form is one letter of an alphabet, a text is a string of such letters, and one Aho-Corasick automaton
finds every phrase at once, however many there are. The first pass leaves out the fillers of the text ("the",
"my", "still"), so that they may stand between the words of any phrase; the second reads all words, for the
phrases that fillers are a part of ("is up", "all of us").
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import NamedTuple

from ahocorasick_rs import AhoCorasick

from triage.reading.english import ANY_NUMBER, base_form, spellings
from triage.reading.folding import fold
from triage.reading.words import split_words
from triage.rules.ruleset import PhraseList

_FIRST_LETTER = 0x100
_OTHER_WORD = "\x00"
_ENOUGH_CONTENT = 3  # a phrase of so many words beside its fillers means the same without them
_NUMBER_WORD = "xnumberx"
_ONLY_NEGATION = {"not"}


class Found(NamedTuple):
    """A phrase of the lists with these numbers stands at the words from ``first`` up to ``last``."""

    first: int
    last: int
    lists: tuple[int, ...]


class _Pattern(NamedTuple):
    """What a string of letters stands for: lists in any word form, and lists with the exact words they want."""

    lists: tuple[int, ...]
    exact: tuple[tuple[int, tuple[str, ...]], ...]


class Finder:
    """Finds the phrases of lists. Immutable once made, so threads share it.

    >>> finder = Finder([PhraseList("broken", ("not working",))], fillers=("really",))
    >>> finder.find("it does not really work".split(), [], [])
    [Found(first=2, last=5, lists=(0,))]
    """

    def __init__(self, lists: Sequence[PhraseList], fillers: Iterable[str]) -> None:
        self._fillers = frozenset(fillers)
        phrases = [
            (number, tuple(words), exact)
            for number, entry in enumerate(lists)
            for exact, group in ((False, entry.phrases), (True, entry.exact))
            for phrase in group
            for words in _joined_too(phrase)
        ]
        alphabet = _alphabet(words for _, words, _ in phrases)
        self._letters = {word: alphabet[base] for word, base in spellings(alphabet).items()}
        without, literal = _Patterns(alphabet), _Patterns(alphabet)
        for number, words, exact in phrases:
            content = self._content(words)
            if len(content) == len(words) or len(content) >= _ENOUGH_CONTENT:
                without.add(number, content, exact=exact)
            if len(content) < len(words):
                literal.add(number, words, exact=exact)
        self._without_fillers = without.automaton()
        self._literal = literal.automaton()

    def find(self, words: list[str], sentences: list[int], clauses: list[int]) -> list[Found]:
        """Return every phrase found, in the order of the text; none crosses a comma or the end of a sentence.

        ``sentences`` and ``clauses`` are the numbers of the words that begin one.
        """
        letters = list(map(self._letters.get, words, repeat(_OTHER_WORD)))
        found: list[Found] = []
        breaks = sorted(sentences + clauses) if clauses else sentences
        self._literal.find(letters, None, words, breaks, found)
        fillers = self._fillers
        content = [number for number, word in enumerate(words) if word not in fillers]
        self._without_fillers.find([letters[n] for n in content], content, words, breaks, found)
        return sorted(set(found))

    def _content(self, words: Sequence[str]) -> tuple[str, ...]:
        return tuple(word for word in words if word not in self._fillers)


class _Automaton:
    """The patterns of one pass, compiled."""

    __slots__ = ("_machine", "_patterns")

    def __init__(self, patterns: dict[str, _Pattern]) -> None:
        self._patterns = list(patterns.values())
        self._machine = AhoCorasick(list(patterns))

    def find(
        self,
        letters: list[str],
        numbers: list[int] | None,
        words: list[str],
        breaks: list[int],
        found: list[Found],
    ) -> None:
        """Add what is found in the letters; ``numbers`` says which word each letter is, None that it is its own."""
        patterns = self._patterns
        matches = self._machine.find_matches_as_indexes("".join(letters), overlapping=True)
        for pattern, first, last in matches:
            if numbers is not None:
                first, last = numbers[first], numbers[last - 1] + 1
            if last - first > 1 and breaks and bisect_right(breaks, first) != bisect_right(breaks, last - 1):
                continue
            lists, exact = patterns[pattern]
            if exact:
                lists = _with_exact(lists, exact, words[first:last])
            if lists:
                found.append(Found(first, last, lists))


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
    """Patterns being gathered: phrases of the same letters become one pattern."""

    def __init__(self, alphabet: dict[str, str]) -> None:
        self._alphabet = alphabet
        self._patterns: dict[str, _Pattern] = {}

    def add(self, number: int, words: Sequence[str], *, exact: bool) -> None:
        bases = list(map(base_form, words))
        letters = "".join(map(self._alphabet.__getitem__, bases))
        lists, wanted = self._patterns.get(letters, _Pattern((), ()))
        if exact or set(bases) == _ONLY_NEGATION:  # "cannot" alone is that word, not every "not"
            wanted = tuple(sorted({*wanted, (number, tuple(map(_plain, words)))}))
        else:
            lists = tuple(sorted({*lists, number}))
        self._patterns[letters] = _Pattern(lists, wanted)

    def automaton(self) -> _Automaton:
        return _Automaton(self._patterns)


def phrase_words(phrase: str) -> list[str]:
    """Return the folded words of a phrase as the rule file writes it; ``#`` stands for any number.

    >>> phrase_words("All # of us")
    ['all', '#', 'of', 'us']
    """
    words = split_words(fold(phrase.replace(ANY_NUMBER, f" {_NUMBER_WORD} "))).words
    return [ANY_NUMBER if word == _NUMBER_WORD else word for word in words]


def _joined_too(phrase: str) -> list[list[str]]:
    """Return the words of the phrase, and for "e-mail" those of "email" too."""
    spoken = [phrase_words(phrase)]
    if "-" in phrase:
        spoken.append(phrase_words(phrase.replace("-", "")))
    return [words for words in spoken if words]


def _alphabet(phrases: Iterable[Sequence[str]]) -> dict[str, str]:
    """Return a letter for each base form; the letters are code points that are no surrogates."""
    bases = dict.fromkeys(base for words in phrases for base in map(base_form, words))
    points = (point for point in range(_FIRST_LETTER, 0x110000) if not 0xD800 <= point <= 0xDFFF)
    return {base: chr(point) for base, point in zip(bases, points, strict=False)}
