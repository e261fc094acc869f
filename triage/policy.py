"""How rules and a model are joined: one pure function that a person can recite."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from triage.opinion import Opinion
from triage.priority import Priority
from triage.suggestion import OVERRULED, DecidedBy, Loser, Suggestion

_STANDS = 0.1  # the probability of an emergency from which on a rule that says so is believed


def who_decides(suggestion: Suggestion, opinion: Opinion) -> DecidedBy:
    """Return who decides, given what the rules suggest and what the model says of the same ticket.

    The policy, to be recited:
    1. A model that is not sure has no say, and none against a level that it never learned.
    2. Where no rule decides, a sure model does.
    3. Where both say the same, the rule decides, with its quote.
    4. A rule's emergency stands, unless the model gives it less than one chance in ten.
    5. Else the sure model decides, and the overruled rule is shown.
    """
    said = None if suggestion.unsure else suggestion.priority.id
    return "model" if decides_against(said, opinion) else suggestion.decided_by


def decides_against(said: str | None, opinion: Opinion) -> bool:
    """Return whether the model decides where rules say this level; None where none of them decides.

    >>> say = (("high", 0.2), ("low", 0.8))
    >>> opinion = Opinion(priority="low", probabilities=say, threshold=0.6, words=(), findings=(), version="")
    >>> decides_against(None, opinion), decides_against("low", opinion), decides_against("high", opinion)
    (True, False, False)
    """
    if said is None or not opinion.sure:
        return opinion.sure
    emergency, chance = opinion.probabilities[0]
    stands = said == emergency and chance >= _STANDS
    return not stands and said not in (opinion.priority, *opinion.unlearned)


def join(suggestion: Suggestion, opinion: Opinion, levels: Mapping[str, Priority]) -> Suggestion:
    """Return the suggestion of rules and model together; rules that the model overruled stay to be seen.

    ``levels`` are the priorities by their ids.
    """
    if who_decides(suggestion, opinion) != "model":
        return replace(suggestion, opinion=opinion)
    priority = levels[opinion.priority]
    why = f"{OVERRULED}: {opinion.probability:.0%} for {opinion.priority}"
    return replace(
        suggestion,
        priority=priority,
        decided_by="model",
        unsure=False,
        reasons=(),
        losers=(*(Loser(reason, why) for reason in suggestion.reasons), *suggestion.losers),
        near_misses=tuple(
            miss for miss in suggestion.near_misses if levels[miss.priority].rank < priority.rank
        ),
        certainty=f"calibrated: {opinion.probability:.0%} of such tickets are {priority.name}",
        measured=None,
        opinion=opinion,
    )
