"""How far probabilities can be believed, and from which on a model may speak."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from triage.model.weights import Array

    Flags = NDArray[np.bool_]

NEVER = 1.01  # a threshold that no probability reaches
_BINS = 10
_FEWEST = 20  # tickets that a precision is told of


class Bin(NamedTuple):
    """Tickets of a probability from ``low`` to ``high``: what was said on average, and what was right."""

    low: float
    high: float
    said: float
    right: float
    n: int


class Coverage(NamedTuple):
    """What share of the tickets has at least this probability, and what share of those is right."""

    threshold: float
    covered: float
    precision: float


def reliability(said: Array, right: Flags) -> list[Bin]:
    """Return bins of equal width that hold tickets, of the probabilities that were said.

    >>> [one] = reliability(np.array([0.75, 0.75]), np.array([True, False]))
    >>> one.said, one.right, one.n
    (0.75, 0.5, 2)
    """
    edges = np.linspace(0, 1, _BINS + 1)
    place = np.clip(np.digitize(said, edges) - 1, 0, _BINS - 1)
    return [
        Bin(
            float(edges[n]),
            float(edges[n + 1]),
            float(said[inside].mean()),
            float(right[inside].mean()),
            int(inside.sum()),
        )
        for n in range(_BINS)
        if (inside := place == n).any()
    ]


def calibration_error(said: Array, right: Flags) -> float:
    """Return the expected calibration error: how far, on average, what was said lies from what was right.

    >>> calibration_error(np.array([0.75, 0.75]), np.array([True, False]))
    0.25
    """
    bins = reliability(said, right)
    return float(sum(abs(b.said - b.right) * b.n for b in bins) / sum(b.n for b in bins))


def coverage(said: Array, right: Flags) -> list[Coverage]:
    """Return coverage and precision at each probability that was said, the highest first.

    >>> coverage(np.array([0.9, 0.6]), np.array([True, False]))[-1]
    Coverage(threshold=0.6, covered=1.0, precision=0.5)
    """
    order = np.argsort(-said, kind="stable")
    counts = np.arange(1, len(order) + 1)
    precision = right[order].cumsum() / counts
    last = np.append(np.diff(said[order]) != 0, True)  # of equal probabilities the last one tells of all
    shares = (said[order][last], counts[last] / len(order), precision[last])
    return [Coverage(*point) for point in zip(*(share.tolist() for share in shares), strict=True)]


def threshold_for(precision: float, said: Array, right: Flags) -> float:
    """Return the lowest probability from which on at least this share is right; NEVER where there is none.

    >>> threshold_for(0.5, np.tile([0.9, 0.6], 20), np.tile([True, False], 20))
    0.6
    """
    enough = [
        point.threshold
        for point in coverage(said, right)
        if point.precision >= precision and point.covered * len(said) >= _FEWEST
    ]
    return min(enough, default=NEVER)
