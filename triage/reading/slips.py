"""Typing errors: a letter left out, doubled, swapped with the next, or a wrong vowel."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator

_SHORTEST = 5  # what is shorter is too near to other words
_MISTAKEN = {"a": "eo", "e": "ai", "i": "e", "o": "au", "u": "o"}


class Slips:
    """The words that a typing error can have meant.

    >>> slips = Slips({"password", "printer", "mouse"})
    >>> [slips.meant(word) for word in ("pasword", "passwrod", "pprinter", "printor", "house")]
    ['password', 'password', 'printer', None, None]
    """

    def __init__(self, words: Iterable[str]) -> None:
        self._words = frozenset(word for word in words if len(word) >= _SHORTEST)
        self._forwards = sorted(self._words)
        self._backwards = sorted(word[::-1] for word in self._words)
        self._letters = sorted(frozenset("".join(self._words)))
        self._longest = max(map(len, self._words), default=0)

    def meant(self, word: str) -> str | None:
        """Return the word that this one is one slip away from, or None; first letters are never left out."""
        if not _SHORTEST - 1 <= len(word) <= self._longest + 1:
            return None
        begins = _shared(word, self._forwards)
        ends = len(word) - _shared(word[::-1], self._backwards)
        if ends - 2 > begins:
            return None
        for candidate in (*self._left_out(word, ends, begins), *_mistyped(word, ends, begins)):
            if candidate in self._words:
                return candidate
        return None

    def _left_out(self, word: str, first: int, last: int) -> list[str]:
        return [
            f"{word[:place]}{letter}{word[place:]}"
            for place in range(max(1, first), last + 1)
            for letter in self._letters
        ]


def _mistyped(word: str, first: int, last: int) -> Iterator[str]:
    """Yield what a wrong vowel, a doubled letter and two swapped letters can have meant."""
    for place in range(max(0, first - 2), min(last + 1, len(word))):
        before, letter, after = word[:place], word[place], word[place + 1 :]
        if place > 0:
            yield from (before + vowel + after for vowel in _MISTAKEN.get(letter, ""))
        if after[:1] == letter:
            yield before + after
        elif after:
            yield before + after[0] + letter + after[1:]


def _shared(word: str, ordered: list[str]) -> int:
    """Return how many letters the word has in common with the beginning of one of the ordered words."""
    at = bisect_left(ordered, word)
    return max((_common(word, other) for other in ordered[max(0, at - 1) : at + 1]), default=0)


def _common(one: str, other: str) -> int:
    for place, (letter, another) in enumerate(zip(one, other, strict=False)):
        if letter != another:
            return place
    return min(len(one), len(other))
