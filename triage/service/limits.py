"""How often one caller may ask: a bucket of tokens for each, filled as time passes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from time import monotonic

_MOST_CALLERS = 10_000  # beyond that the caller who was quiet for longest is forgotten


class RateLimit:
    """So many requests a second for each caller, and ``burst`` at once after a pause, else twice as many.

    >>> limit = RateLimit(1.0, clock=lambda: 0.0)
    >>> limit.wait("ann"), limit.wait("ann"), limit.wait("ann")
    (0.0, 0.0, 1.0)
    """

    def __init__(
        self, rate: float, *, burst: float | None = None, clock: Callable[[], float] = monotonic
    ) -> None:
        self._rate, self._burst, self._clock = rate, burst or max(1.0, 2 * rate), clock
        self._callers: OrderedDict[str, tuple[float, float]] = OrderedDict()

    def wait(self, caller: str) -> float:
        """Return 0 and count a request of the caller, or how many seconds to wait."""
        at = self._clock()
        tokens, last = self._callers.pop(caller, (self._burst, at))
        tokens = min(self._burst, tokens + (at - last) * self._rate)
        allowed = tokens >= 1
        self._callers[caller] = (tokens - 1 if allowed else tokens, at)
        if len(self._callers) > _MOST_CALLERS:
            self._callers.popitem(last=False)
        return 0.0 if allowed else (1 - tokens) / self._rate
