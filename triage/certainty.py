"""How certain a rule is: how often it was right on labelled tickets, with what that count can tell."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from math import sqrt
from typing import Any, Self

NOT_MEASURED = "not measured"
_NORMAL_95 = 1.959963984540054  # of a normal distribution 95% lie within so many standard deviations


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """A rule's precision on ``n`` labelled tickets that it decided, with its 95% interval (Wilson).

    ``precision``, ``low`` and ``high`` are shares from 0 to 1, ``date`` is the ISO date of the measurement.
    As a text it is what a suggestion says.

    >>> print(Measured.of(132, 143, date="2026-03-02"))
    right in 92% of 143 tickets (87-96%)
    """

    precision: float
    low: float
    high: float
    n: int
    date: str

    @classmethod
    def of(cls, right: int, n: int, *, date: str) -> Self:
        """Return what ``right`` of ``n`` tickets tell; ``n`` is at least 1.

        >>> Measured.of(3, 4, date="2026-03-02").precision
        0.75
        """
        low, high = wilson(right, n)
        return cls(precision=right / n, low=low, high=high, n=n, date=date)

    def __str__(self) -> str:
        tickets = "1 ticket" if self.n == 1 else f"{self.n:,} tickets"
        return f"right in {self.precision:.0%} of {tickets} ({100 * self.low:.0f}-{self.high:.0%})"

    def to_dict(self) -> dict[str, Any]:
        """Return the measurement as plain data.

        >>> Measured.of(3, 4, date="2026-03-02").to_dict()["n"]
        4
        """
        return asdict(self)


def wilson(right: int, n: int) -> tuple[float, float]:
    """Return the 95% interval of a share by Wilson's score; unlike the usual one it holds for few tickets.

    >>> [round(bound, 3) for bound in wilson(10, 10)]
    [0.722, 1.0]
    """
    share, z2 = right / n, _NORMAL_95**2
    middle = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = _NORMAL_95 * sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    low = 0.0 if right == 0 else max(0.0, middle - half)
    return low, 1.0 if right == n else min(1.0, middle + half)
