"""Levels: an order that contradicts itself. What is wrong with business hours is found at load."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations

from triage.check.rulebook import Rulebook
from triage.check.values import Check, Found

_DEGREES = {"low": 0, "medium": 1, "high": 2}


def _not_monotone(book: Rulebook) -> Iterator[Found]:
    for upper, lower in combinations(book.rules.priorities, 2):
        rises = [_DEGREES[getattr(lower, k)] - _DEGREES[getattr(upper, k)] for k in ("impact", "urgency")]
        if min(rises) >= 0 and max(rises) > 0:
            message = (
                f"{lower.name} stands below {upper.name}, yet of impact and urgency one is higher, none lower"
                f" ({lower.impact}/{lower.urgency} against {upper.impact}/{upper.urgency})"
            )
            yield Found(("priorities", lower.rank), f"{message}; put the levels in order, or change the pair")


CHECKS = (
    Check("TR503", "error", "the order of the levels is not that of impact and urgency", _not_monotone),
)
