"""How likely a doubt about a chosen priority is right: what the rule of silence compares.

Where the deciding rule was measured, its share of right levels counts. Elsewhere the estimate is made from
how the rule holds: a stated guess, told by no other name than "strong", "fair" or "weak".
"""

from __future__ import annotations

from triage.suggestion import Suggestion

_OFF = (1.0, 0.5, 0.2, 0.1)  # of wrong levels, how many are wrong by so many levels towards the choice
_WORDS = ((0.93, "strong"), (0.8, "fair"), (0.01, "weak"))


def estimate(suggestion: Suggestion, apart: int) -> float:
    """Return how likely the right level stands on the suggested side of one ``apart`` levels away, 0 to 1."""
    if suggestion.unsure:
        return 0.0
    wrong = 1 - level_is_right(suggestion)
    return 1 - wrong * _OFF[min(abs(apart), len(_OFF) - 1)]


def level_is_right(suggestion: Suggestion) -> float:
    """Return how likely the suggested level is right: by a deciding model, as measured, or by structure."""
    if suggestion.decided_by == "model" and suggestion.opinion is not None:
        return suggestion.opinion.probability
    share = measured_share(suggestion)
    return _by_structure(suggestion) if share is None else share


def measured_share(suggestion: Suggestion) -> float | None:
    """Return the share of tickets that the deciding rule got right, None where nothing was measured."""
    measured = getattr(suggestion, "measured", None)
    return measured.precision if measured else None


def in_words(right: float) -> str:
    """Return an estimate in words.

    >>> in_words(0.95), in_words(0.85), in_words(0.5), in_words(0.0)
    ('strong', 'fair', 'weak', 'none')
    """
    return next((words for least, words in _WORDS if right >= least), "none")


def _by_structure(suggestion: Suggestion) -> float:
    first = suggestion.reasons[0] if suggestion.reasons else None
    if first is None:
        return 0.5
    right = 0.8 if first.line is not None else 0.7
    if len({item.field for item in first.evidence}) > 1:
        right += 0.05
    if any(loser.reason.priority != first.priority for loser in suggestion.losers):
        right -= 0.1
    if suggestion.near_misses:
        right -= 0.05
    return right
