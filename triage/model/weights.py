"""The weights of a model as plain data: what training writes and scoring reads."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Weights:
    """A linear model over three kinds of terms: words, parts of words, and findings of the rules.

    With w, c and f terms and k levels, the most urgent first: ``idf`` has w + c numbers, ``coefficients`` are
    (w + c + f) x k, calibrated, ``intercept`` has k. ``scales`` are the factors of the three kinds.
    ``costs[i][j]`` is what it costs to say level j of a ticket of level i. ``once`` tells that a term counts
    once however often it stands in a ticket; models of format 1 count it by the logarithm of how often.
    ``unlearned`` are the levels that no ticket had which it learned from.
    """

    levels: tuple[str, ...]
    words: tuple[str, ...]
    parts: tuple[str, ...]
    findings: tuple[str, ...]
    scales: tuple[float, float, float]
    costs: tuple[tuple[float, ...], ...]
    threshold: float
    idf: Array
    coefficients: Array
    intercept: Array
    once: bool = False
    unlearned: tuple[str, ...] = ()

    @property
    def faults(self) -> list[str]:
        """What does not fit together, in words; empty where all does."""
        k, lengths = len(self.levels), (len(self.words), len(self.parts), len(self.findings))
        shapes = {
            "idf": (self.idf.shape, (lengths[0] + lengths[1],)),
            "coefficients": (self.coefficients.shape, (sum(lengths), k)),
            "intercept": (self.intercept.shape, (k,)),
            "costs": ((len(self.costs), *{len(line) for line in self.costs}), (k, k)),
            "scales": ((len(self.scales),), (3,)),
        }
        wrong = [
            f"{name} of shape {found}, expected {expected}"
            for name, (found, expected) in shapes.items()
            if found != expected
        ]
        unknown = set(self.unlearned).difference(self.levels)
        return wrong + [f"unlearned is {name!r}, which is no level" for name in sorted(unknown)]
