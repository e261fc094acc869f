"""All phrases of all lists, found in one pass over the words of a text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from triage.reading.english import base_form, spellings
from triage.reading.folding import fold
from triage.reading.words import split_words
from triage.rules.ruleset import PhraseList

_FILLERS_BETWEEN_TWO_WORDS = 2


class Found(NamedTuple):
    """A phrase of the lists with these numbers stands at the words from ``first`` up to ``last``."""

    lists: tuple[int, ...]
    first: int
    last: int


class _Node:
    """A place in the tree of phrases: the lists whose phrase ends here, and the words that can follow."""

    __slots__ = ("children", "exact", "lists")

    def __init__(self) -> None:
        self.lists: tuple[int, ...] = ()
        self.exact: tuple[tuple[int, str], ...] = ()
        self.children: dict[str, _Node] = {}


class Finder:
    """Finds the phrases of lists. Immutable once made, so threads share it.

    >>> finder = Finder([PhraseList("broken", ("not working",))], fillers=("really",))
    >>> finder.find("it does not really work".split(), [])
    [Found(lists=(0,), first=2, last=5)]
    """

    def __init__(self, lists: Sequence[PhraseList], fillers: Iterable[str]) -> None:
        root = _Node()
        self._fillers = frozenset(fillers)
        for number, phrases in enumerate(lists):
            for phrase in phrases.phrases:
                _add(root, number, phrase)
            for phrase in phrases.exact:
                _add_exact(root, number, phrase)
        self._bases = spellings(_all_words(root))
        self._first = {word: root.children[base] for word, base in self._bases.items() if base in root.children}

    def find(self, words: list[str], sentences: list[int]) -> list[Found]:
        """Return every phrase found, in the order of the text; a phrase never crosses the end of a sentence.

        ``sentences`` are the numbers of the words that begin a sentence.
        """
        found: list[Found] = []
        starts = frozenset(sentences)
        for number, node in enumerate(map(self._first.get, words)):
            if node is not None:
                if node.lists:
                    found.append(Found(node.lists, number, number + 1))
                if node.exact or node.children:
                    self._follow(node, words, number, starts, found)
        return found

    def _follow(
        self, node: _Node, words: list[str], first: int, starts: frozenset[int], found: list[Found]
    ) -> None:
        """Add the phrases of more than one word that begin here: a filler may be a word of one or lie between."""
        bases, fillers, end = self._bases, self._fillers, len(words)
        waiting = [(node, first + 1, 0)]
        while waiting:
            node, here, skipped = waiting.pop()
            if node.exact and not skipped:
                self._find_exact(node, words[first:here], first, found)
            if here >= end or here in starts or not node.children:
                continue
            word = words[here]
            if skipped < _FILLERS_BETWEEN_TWO_WORDS and word in fillers:
                waiting.append((node, here + 1, skipped + 1))
            step = node.children.get(bases.get(word, ""))
            if step is not None:
                waiting.append((step, here + 1, 0))
                if step.lists:
                    found.append(Found(step.lists, first, here + 1))

    def _find_exact(self, node: _Node, spoken: list[str], first: int, found: list[Found]) -> None:
        said = _plain(spoken)
        said_without = _plain([word for word in spoken if word not in self._fillers])
        lists = tuple(number for number, phrase in node.exact if phrase in (said, said_without))
        if lists:
            found.append(Found(lists, first, first + len(spoken)))


def _plain(words: Sequence[str]) -> str:
    return " ".join(words).replace("'", "")


def phrase_words(phrase: str) -> list[str]:
    """Return the folded words of a phrase as the rule file writes it; ``#`` stands for any number.

    >>> phrase_words("all # of us")
    ['all', 'two', 'of', 'us']
    """
    return split_words(fold(phrase.replace("#", " two "))).words


def _add(root: _Node, number: int, phrase: str) -> None:
    for words in _joined_too(phrase):
        node = _leaf(root, words)
        if {base_form(word) for word in words} == {"not"}:  # "cannot" alone is that word, not every "not"
            node.exact = tuple(sorted({*node.exact, (number, _plain(words))}))
        else:
            node.lists = tuple(sorted({*node.lists, number}))


def _add_exact(root: _Node, number: int, phrase: str) -> None:
    for words in _joined_too(phrase):
        node = _leaf(root, words)
        node.exact = tuple(sorted({*node.exact, (number, _plain(words))}))


def _leaf(root: _Node, words: Iterable[str]) -> _Node:
    node = root
    for base in map(base_form, words):
        node = node.children.setdefault(base, _Node())
    return node


def _joined_too(phrase: str) -> list[list[str]]:
    """Return the words of the phrase, and for "e-mail" those of "email" too."""
    spoken = [phrase_words(phrase)]
    if "-" in phrase:
        spoken.append(phrase_words(phrase.replace("-", "")))
    return spoken


def _all_words(node: _Node) -> set[str]:
    words: set[str] = set()
    waiting = [node]
    while waiting:
        here = waiting.pop()
        words.update(here.children)
        waiting.extend(here.children.values())
    return words
