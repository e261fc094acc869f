"""The policy that joins rules and model: total, and each of its five sentences."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import documented

from triage import Suggestion
from triage.opinion import Opinion
from triage.policy import join, who_decides

LEVELS = {level.id: level for level in documented().rules.priorities}
RULE_CRITICAL = documented().suggest("Entire computer network is down")
RULE_LOW = documented().suggest("The printer is jammed, only mine")
SILENT = documented().suggest("Hello there")


def opinion(level: str, share: float, *, critical: float = 0.0, threshold: float = 0.6) -> Opinion:
    """Return an opinion that gives a level this share, Critical another, and the rest to Standard."""
    shares = dict.fromkeys(LEVELS, 0.0) | {"critical": critical} | {level: share}
    shares["standard"] += 1 - sum(shares.values())
    return Opinion(
        priority=level,
        probabilities=tuple(shares.items()),
        threshold=threshold,
        words=(),
        findings=(),
        version="test",
    )


@pytest.mark.parametrize("suggestion", [RULE_CRITICAL, RULE_LOW, SILENT])
def test_a_model_that_is_not_sure_has_no_say(suggestion: Suggestion) -> None:
    assert suggestion.decided_by == who_decides(suggestion, opinion("high", 0.5))


def test_where_no_rule_decides_a_sure_model_does() -> None:
    joined = join(SILENT, opinion("high", 0.9), LEVELS)
    assert ("high", "model", False) == (joined.priority.id, joined.decided_by, joined.unsure)


def test_where_both_say_the_same_the_rule_decides() -> None:
    joined = join(RULE_LOW, opinion("low", 0.9), LEVELS)
    assert ("rule", RULE_LOW.reasons) == (joined.decided_by, joined.reasons)


def test_an_emergency_of_a_rule_stands() -> None:
    """One chance in ten that it is an emergency is enough for a rule that says so."""
    assert who_decides(RULE_CRITICAL, opinion("low", 0.8, critical=0.1)) == "rule"


def test_an_emergency_that_the_model_rules_out_does_not_stand() -> None:
    assert who_decides(RULE_CRITICAL, opinion("low", 0.8, critical=0.09)) == "model"


def test_a_rule_of_a_level_that_the_model_never_learned_stands() -> None:
    """That it gives such a level no chance says nothing; where no rule decides, it still may."""
    said = replace(opinion("scheduled", 0.9), unlearned=("critical",))
    assert ["rule", "model", "model"] == [who_decides(s, said) for s in (RULE_CRITICAL, RULE_LOW, SILENT)]


def test_a_sure_model_overrules_and_the_rule_is_shown() -> None:
    """The overruled rule stays to be seen, first of those that lost, with why."""
    joined = join(RULE_LOW, opinion("scheduled", 0.9), LEVELS)
    assert "scheduled" == joined.priority.id
    assert RULE_LOW.reasons[0] == joined.losers[0].reason
    assert "the model decides: 90% for scheduled" == joined.losers[0].why


@settings(deadline=None)
@given(st.sampled_from([RULE_CRITICAL, RULE_LOW, SILENT]), st.sampled_from(list(LEVELS)), st.floats(0.2, 1))
def test_somebody_always_decides_and_disagreement_is_shown(
    rules: Suggestion, level: str, share: float
) -> None:
    """The policy has an answer for all, the same each time, and never hides that a sure model disagrees."""
    said = opinion(level, share)
    joined = join(rules, said, LEVELS)
    assert joined == join(rules, said, LEVELS)
    assert said == joined.opinion
    disagree = said.sure and not rules.unsure and rules.priority.id != level
    assert disagree == joined.disagreement


@pytest.mark.parametrize(
    ("suggestion", "said", "told"),
    [
        (SILENT, opinion("high", 0.9), "High, of which the model is sure (90%)."),
        (RULE_LOW, opinion("scheduled", 0.9), "Not low by"),
        (
            RULE_CRITICAL,
            opinion("low", 0.8, critical=0.2),
            "The model: low, of which the model is sure (80%).",
        ),
    ],
)
def test_an_explanation_tells_what_the_model_says(suggestion: Suggestion, said: Opinion, told: str) -> None:
    """Whoever decides, the model's part is told."""
    assert told in join(suggestion, said, LEVELS).explain()


def test_near_misses_that_the_model_settled_are_not_asked() -> None:
    """A question whose answer could only make it less urgent than the model's level is not asked."""
    joined = join(RULE_LOW, opinion("critical", 0.9), LEVELS)
    assert () == joined.near_misses
