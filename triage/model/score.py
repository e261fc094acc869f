"""Scoring: a reading in, an opinion out. numpy is all it needs."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from triage.model.document import RUNS, Document, document, parts_of, runs_of, subject_terms
from triage.opinion import Opinion, Weight
from triage.reading.reader import places_read
from triage.ticket import Ticket

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from triage.model.weights import Array, Weights

    Numbers = NDArray[np.int64]

MOST_WORDS_TOLD, MOST_FINDINGS_TOLD = 6, 4
_MOST_KNOWN = 20_000  # words whose terms are kept; a service that reads for weeks does not grow
_LEAST_TOLD = 0.01  # a smaller weight moves nothing that anybody could see


class _Terms(NamedTuple):
    """The different terms of a document: ``values`` and rows of coefficients; where each term stands.

    Hit h is a place in the ticket: term ``term_of[h]`` begins at the word ``word_of[h]`` and has ``sizes[h]``
    words.
    """

    values: Array
    coefficients: Array
    counts: Numbers
    term_of: Numbers
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
        self._known: dict[str, Numbers] = {}

    def opinion(self, ticket: Ticket, findings: tuple[str, ...]) -> Opinion:
        """Return what the model says of a ticket, given what the rules found in it."""
        return self._opinion(document(ticket, findings), ticket)

    def probabilities(self, document: Document) -> Array:
        """Return the calibrated probability of each level, the most urgent first."""
        return _softmax(self._score(self._terms(document), document))

    def _opinion(self, document: Document, ticket: Ticket) -> Opinion:
        terms = self._terms(document)
        shares = _softmax(self._score(terms, document))
        level = int((shares @ self._costs).argmin())
        return Opinion(
            priority=self.weights.levels[level],
            probabilities=tuple(zip(self.weights.levels, shares.tolist(), strict=True)),
            threshold=self.weights.threshold,
            words=_strongest(word_weights(terms, level, len(document.words)), ticket),
            findings=self._findings(level, document),
            version=self.version,
        )

    def _terms(self, document: Document) -> _Terms:
        terms, word_of, sizes = self._hits(document)
        different, term_of, counts = np.unique(terms, return_inverse=True, return_counts=True)
        values = self.weights.idf[different]
        if not self.weights.once:
            values *= 1.0 + np.log(counts)
        first_part = int(different.searchsorted(self._first_part))
        for block, scale in zip(
            (values[:first_part], values[first_part:]), self.weights.scales, strict=False
        ):
            if block.size:
                block *= scale / np.sqrt(block @ block)
        return _Terms(values, self.weights.coefficients[different], counts, term_of, word_of, sizes)

    def _hits(self, document: Document) -> tuple[Numbers, Numbers, Numbers]:
        """Return the known terms, the word that each begins at, and how many words each has."""
        words, known = document.words, self._known
        of_words = [known[word] if word in known else self._learn(word) for word in words]
        number_of = self._word.get
        kinds = [(1, subject_terms(document)), *((size, runs_of(words, size)) for size in RUNS)]
        further = [
            (number, at, size)
            for size, terms in kinds
            for at, term in enumerate(terms)
            if (number := number_of(term)) is not None
        ]
        alone = np.repeat(np.arange(len(words)), [found.size for found in of_words])
        numbers, at, sizes = np.array(further, dtype=np.int64).reshape(-1, 3).T
        return (
            np.concatenate([*of_words, numbers]),
            np.concatenate([alone, at]),
            np.concatenate([np.ones_like(alone), sizes]),
        )

    def _learn(self, word: str) -> Numbers:
        found = [self._word.get(word), *(self._part.get(part) for part in parts_of(word))]
        terms = np.array([number for number in found if number is not None], dtype=np.int64)
        if len(self._known) >= _MOST_KNOWN:
            self._known = {}
        self._known[word] = terms
        return terms

    def _score(self, terms: _Terms, document: Document) -> Array:
        score = terms.values @ terms.coefficients + self.weights.intercept
        found = self._found(document)
        if found:
            score += self.weights.scales[2] * self.weights.coefficients[found].sum(axis=0)
        return score

    def _found(self, document: Document) -> list[int]:
        return [self._finding[name] for name in document.findings if name in self._finding]

    def _findings(self, level: int, document: Document) -> tuple[tuple[str, float], ...]:
        found = [name for name in document.findings if name in self._finding]
        rows = self.weights.coefficients[[self._finding[name] for name in found]]
        moved = self.weights.scales[2] * (rows[:, level] - rows.mean(axis=1))
        strongest = sorted(zip(found, moved.tolist(), strict=True), key=lambda item: -abs(item[1]))
        return tuple(item for item in strongest[:MOST_FINDINGS_TOLD] if abs(item[1]) >= _LEAST_TOLD)


def _strongest(moved: Array, ticket: Ticket) -> tuple[Weight, ...]:
    """Return the words that moved a score most, of equal words all, the strongest first."""
    strongest = [
        at
        for at in np.abs(moved).argsort(kind="stable")[::-1][:MOST_WORDS_TOLD].tolist()
        if abs(moved[at]) >= _LEAST_TOLD
    ]
    places = list(islice(places_read(ticket), max(strongest, default=-1) + 1))
    cut = ((*places[at], float(moved[at])) for at in strongest)
    return tuple(map(Weight._make, cut))


def word_weights(terms: _Terms, level: int, words: int) -> Array:
    """Return how much each word moved the score of a level against the mean of all levels.

    A term that stands at several words is shared among them, a run of words among these: the weights of all
    words, with those of the findings and the intercept, add up to the score.
    """
    moved = terms.values * (terms.coefficients[:, level] - terms.coefficients.mean(axis=1)) / terms.counts
    shares = moved[terms.term_of] / terms.sizes
    weights: Array = np.bincount(terms.word_of, shares, minlength=words).astype(np.float64)
    for further in range(1, max(RUNS)):
        longer = terms.sizes > further
        weights += np.bincount(terms.word_of[longer] + further, shares[longer], minlength=words)
    return weights


def _numbered(terms: tuple[str, ...], first: int) -> dict[str, int]:
    return dict(zip(terms, range(first, first + len(terms)), strict=True))


def _softmax(score: Array) -> Array:
    raised: Array = np.exp(score - score.max())
    shares: Array = raised / raised.sum()
    return shares
