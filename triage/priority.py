"""The levels of priority, as a rule file defines them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Priority:
    """One level: ``rank`` counts from 0, the most urgent; ``target`` is the documented response.

    ``impact`` and ``urgency`` are "high", "medium" or "low": the pair that other ticket systems go by.

    >>> p = Priority(id="high", name="High", rank=1, definition="work is halted", target="2 hours",
    ...              impact="medium", urgency="high")
    >>> str(p)
    'High'
    """

    id: str
    name: str
    rank: int
    definition: str
    target: str
    impact: str
    urgency: str

    def __str__(self) -> str:
        return self.name
