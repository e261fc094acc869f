"""How likely a doubt about a chosen priority is right: the number that the rule of silence compares.

It begins with how often the deciding rule suggests a wrong level: as measured, else as guessed. What else the
ticket holds makes that more or less likely. And most wrong levels are wrong by one, so a choice that stands
far from the suggestion is doubted with more right than its neighbour.
"""

from __future__ import annotations

from collections.abc import Mapping

from triage.suggestion import Suggestion

_WRONG = 0.2  # a guess: of rules that were not measured one suggestion in five is wrong
_GUESS_COUNTS = 10  # tickets: so much the guess weighs beside a measurement of few
_RULES_AGREE = 0.5
_RULE_FOR_THE_CHOICE = 2.5  # another rule that holds speaks for the choice, and lost
_RULE_NEARLY_FOR_IT = 1.5  # one that lacks a fact does, which whoever chose may know
# Of wrong suggestions, how many are wrong by at least one, two, three levels: not urgent enough, too urgent.
_NOT_URGENT_ENOUGH = (0.4, 0.1, 0.05)
_TOO_URGENT = (0.7, 0.2, 0.1)
_WORDS = ((0.94, "strong"), (0.88, "fair"), (0.01, "weak"))


def estimate(suggestion: Suggestion, chosen: str, rank: Mapping[str, int]) -> float:
    """Return how likely the right level stands on the suggested side of the chosen one, from 0 to 1.

    ``chosen`` is the id of a level and ``rank`` tells each level's rank. Of a choice that is the suggestion
    it is how likely that is right.

    >>> from triage import Triage
    >>> triage = Triage()
    >>> rank = {level.id: level.rank for level in triage.rules.priorities}
    >>> jammed = triage.suggest("The printer is jammed")
    >>> estimate(jammed, "high", rank) < estimate(jammed, "critical", rank)
    True
    """
    if suggestion.unsure:
        return 0.0
    wrong = _level_is_wrong(suggestion)
    apart = suggestion.priority.rank - rank[chosen]
    if not apart:
        return 1 - wrong
    side = [level for level in rank if (rank[level] - rank[chosen]) * apart <= 0]  # the choice and beyond it
    if any(loser.reason.priority in side for loser in suggestion.losers):
        wrong *= _RULE_FOR_THE_CHOICE
    if apart > 0 and any(miss.priority in side for miss in suggestion.open):
        wrong *= _RULE_NEARLY_FOR_IT
    by_levels = _NOT_URGENT_ENOUGH if apart > 0 else _TOO_URGENT
    return 1 - min(1.0, wrong * by_levels[min(abs(apart), len(by_levels)) - 1])


def in_words(right: float) -> str:
    """Return an estimate in words.

    >>> in_words(0.95), in_words(0.9), in_words(0.5), in_words(0.0)
    ('strong', 'fair', 'weak', 'none')
    """
    return next((words for least, words in _WORDS if right >= least), "none")


def _level_is_wrong(suggestion: Suggestion) -> float:
    if suggestion.decided_by == "model" and suggestion.opinion is not None:
        return 1 - suggestion.opinion.probability
    wrong, measured = _WRONG, suggestion.measured
    if measured:
        counted = measured.n + _GUESS_COUNTS
        wrong = (measured.n * (1 - measured.precision) + _GUESS_COUNTS * _WRONG) / counted
    return wrong * (_RULES_AGREE if len(suggestion.reasons) > 1 else 1)
