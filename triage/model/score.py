"""Scoring: a reading in, an opinion out. numpy is all it needs."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from triage.model.document import RUNS, Document, document, parts_of, runs_of, subject_terms
from triage.opinion import Opinion, Weight
from triage.reading.reader import places_of
from triage.ticket import Ticket

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from triage.model.weights import Array, Weights

    Numbers = NDArray[np.int64]

MOST_WORDS_TOLD, MOST_FINDINGS_TOLD = 6, 4
_MOST_KNOWN = 20_000  # words whose terms are kept; a service that reads for weeks does not grow
_LEAST_TOLD = 0.01  # a smaller weight moves nothing that anybody could see


class _Terms(NamedTuple):
    """The terms of a document, place by place, in the order of their numbers.

    ``values`` are shared among the places at which a term stands, ``numbers`` are the lines of coefficients.
    Each begins at the word ``word_of`` and has ``sizes`` words.
    """

    values: Array
    numbers: Numbers
    word_of: Numbers
    sizes: Numbers


class Model:
    """A trained model, ready to score. Immutable to its callers, so threads share it.

    ``version`` is the hash that opinions carry.
    """

    def __init__(self, weights: Weights, *, version: str) -> None:
        self.weights = weights
        self.version = version
        self._first_part = len(weights.words)
        self._word = _numbered(weights.words, 0)
        self._part = _numbered(weights.parts, self._first_part)
        self._finding = _numbered(weights.findings, self._first_part + len(weights.parts))
        self._costs = np.array(weights.costs)
        self._mean = np.full(len(weights.levels), 1 / len(weights.levels))
        self._known: dict[str, Numbers] = {}

    def opinion(self, ticket: Ticket, findings: tuple[str, ...]) -> Opinion:
        """Return what the model says of a ticket, given what the rules found in it."""
        return self._opinion(document(ticket, findings), ticket)

    def probabilities(self, document: Document) -> Array:
        """Return the calibrated probability of each level, the most urgent first."""
        return _softmax(self._score(self._terms(document), self._found(document)))

    def _opinion(self, document: Document, ticket: Ticket) -> Opinion:
        terms, found = self._terms(document), self._found(document)
        shares = _softmax(self._score(terms, found))
        level = int((shares @ self._costs).argmin())
        return Opinion(
            priority=self.weights.levels[level],
            probabilities=tuple(zip(self.weights.levels, shares.tolist(), strict=True)),
            threshold=self.weights.threshold,
            words=_strongest(self._word_weights(terms, level, len(document.words)), ticket),
            findings=self._strongest_findings(found, level),
            version=self.version,
            unlearned=self.weights.unlearned,
        )

    def _terms(self, document: Document) -> _Terms:
        unsorted, word_of, sizes = self._places(document)
        order = unsorted.argsort()
        numbers = unsorted[order]
        counts = _counts(numbers)
        idf = self.weights.idf[numbers]
        shared = idf / counts
        if not self.weights.once:
            often = 1.0 + np.log(counts)
            idf, shared = idf * often, shared * often
        parts = int(numbers.searchsorted(self._first_part))
        for block, scale in zip((slice(parts), slice(parts, None)), self.weights.scales, strict=False):
            if idf[block].size:
                shared[block] *= scale / math.sqrt(idf[block] @ shared[block])
        return _Terms(shared, numbers, word_of[order], sizes[order])

    def _places(self, document: Document) -> tuple[Numbers, Numbers, Numbers]:
        """Return the known terms, the word that each begins at, and how many words each has."""
        words, known = document.words, self._known
        alone = [known[word] if word in known else self._learn(word) for word in words]
        runs, begins, sizes = self._runs(document)
        begin = np.arange(len(words)).repeat([found.size for found in alone])
        size = np.ones(begin.size + len(runs), dtype=np.int64)
        size[begin.size :] = sizes
        return (
            np.concatenate([*alone, np.array(runs, dtype=np.int64)]),
            np.concatenate([begin, np.array(begins, dtype=np.int64)]),
            size,
        )

    def _runs(self, document: Document) -> tuple[list[int], list[int], list[int]]:
        """Return the known terms that are no words alone, where each begins, and how many words each has."""
        number_of, words = self._word.get, document.words
        kinds = [(1, subject_terms(document)), *((size, runs_of(words, size)) for size in RUNS)]
        numbers: list[int] = []
        begins: list[int] = []
        sizes: list[int] = []
        for size, terms in kinds:
            for begin, number in enumerate(map(number_of, terms)):
                if number is not None:
                    numbers.append(number)
                    begins.append(begin)
                    sizes.append(size)
        return numbers, begins, sizes

    def _learn(self, word: str) -> Numbers:
        found = [self._word.get(word), *(self._part.get(part) for part in parts_of(word))]
        terms = np.array([number for number in found if number is not None], dtype=np.int64)
        if len(self._known) >= _MOST_KNOWN:
            self._known = {}
        self._known[word] = terms
        return terms

    def _score(self, terms: _Terms, found: Mapping[str, int]) -> Array:
        coefficients = self.weights.coefficients
        score = terms.values @ coefficients.take(terms.numbers, axis=0) + self.weights.intercept
        if found:
            rows = coefficients.take([*found.values()], axis=0)
            score += self.weights.scales[2] * rows.sum(axis=0)
        return score

    def _found(self, document: Document) -> dict[str, int]:
        """Return the known findings with their numbers."""
        return {name: self._finding[name] for name in document.findings if name in self._finding}

    def _moved(self, numbers: Sequence[int] | Numbers, level: int) -> Array:
        """Return how far each term, at the value 1, moves the score of a level against the mean of all."""
        rows = self.weights.coefficients.take(numbers, axis=0)
        moved: Array = rows[:, level] - rows @ self._mean
        return moved

    def _word_weights(self, terms: _Terms, level: int, words: int) -> Array:
        """Return how much each word moved the score of a level against the mean of all levels.

        A term that stands at several words is shared among them, a run of words among these: the weights of
        all words, with those of the findings and the intercept, add up to the score.
        """
        shares = terms.values * self._moved(terms.numbers, level) / terms.sizes
        weights: Array = np.bincount(terms.word_of, shares, minlength=words).astype(np.float64)
        for further in range(1, max(RUNS)):
            longer = terms.sizes > further
            weights += np.bincount(terms.word_of[longer] + further, shares[longer], minlength=words)
        return weights

    def _strongest_findings(self, found: Mapping[str, int], level: int) -> tuple[tuple[str, float], ...]:
        if not found:
            return ()
        moved = self.weights.scales[2] * self._moved([*found.values()], level)
        strongest = sorted(zip(found, moved.tolist(), strict=True), key=lambda item: -abs(item[1]))
        return tuple(item for item in strongest[:MOST_FINDINGS_TOLD] if abs(item[1]) >= _LEAST_TOLD)


def _strongest(moved: Array, ticket: Ticket) -> tuple[Weight, ...]:
    """Return the words that moved a score most, of equal words all, the strongest first."""
    strongest = [
        at
        for at in np.abs(moved).argsort(kind="stable")[::-1][:MOST_WORDS_TOLD].tolist()
        if abs(moved[at]) >= _LEAST_TOLD
    ]
    weighed = zip(places_of(ticket, strongest), moved[strongest].tolist(), strict=True)
    return tuple(Weight(*place, weight) for place, weight in weighed)


def _counts(ordered: Numbers) -> Array:
    """Return for each of these numbers, which are in order, how often it stands there."""
    last = np.ones(ordered.size, dtype=np.bool_)
    np.not_equal(ordered[1:], ordered[:-1], out=last[:-1])
    ends = last.nonzero()[0]
    counts = ends + 1
    counts[1:] -= ends[:-1] + 1
    return counts.repeat(counts).astype(np.float64)


def _numbered(terms: tuple[str, ...], first: int) -> dict[str, int]:
    return dict(zip(terms, range(first, first + len(terms)), strict=True))


def _softmax(score: Array) -> Array:
    raised: Array = np.exp(score - score.max())
    shares: Array = raised / raised.sum()
    return shares
