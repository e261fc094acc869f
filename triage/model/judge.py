"""Judging a model on tickets that it did not learn from: beside the rules, and joined with them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from triage.evaluate import Answer, Measures, score
from triage.model.document import findings_of
from triage.model.labels import Example, Suggest
from triage.model.score import Model
from triage.opinion import Opinion
from triage.policy import join
from triage.priority import Priority
from triage.suggestion import Suggestion

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from triage.model.weights import Array

Join = Callable[[Suggestion, Opinion, dict[str, Priority]], Suggestion]
MAJORITY, RULES, MODEL, JOINED = "always the most common", "rules alone", "model alone", "rules + model"
_RESAMPLES = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """What was said of a ticket: by the rules, by the model with all its probabilities, and by both.

    ``row`` is the number of its row in the table; its text is not kept.
    """

    row: int
    label: str
    rules: str
    unsure: bool
    model: str
    probabilities: tuple[float, ...]
    joined: str
    decided_by: str

    def to_dict(self) -> dict[str, Any]:
        """Return it as plain data."""
        return asdict(self)


def judge(
    examples: Iterable[Example],
    model: Model,
    levels: Sequence[Priority],
    *,
    suggest: Suggest | None,
    join: Join = join,
) -> list[Judged]:
    """Return what rules, model and both say of each example; without rules the model says it all."""
    by_id = {level.id: level for level in levels}
    return [_judged(example, model, by_id, suggest, join) for example in examples]


def _judged(
    example: Example, model: Model, by_id: dict[str, Priority], suggest: Suggest | None, join: Join
) -> Judged:
    by_rules = suggest(example.ticket) if suggest else None
    opinion = model.opinion(example.ticket, findings_of(by_rules) if by_rules else ())
    both = join(by_rules, opinion, by_id) if by_rules else None
    return Judged(
        row=example.row,
        label=example.level,
        rules=by_rules.priority.id if by_rules else opinion.priority,
        unsure=by_rules.unsure if by_rules else True,
        model=opinion.priority,
        probabilities=tuple(share for _, share in opinion.probabilities),
        joined=both.priority.id if both else opinion.priority,
        decided_by=both.decided_by if both else "model",
    )


def measures_of(judged: Sequence[Judged], levels: Sequence[Priority]) -> dict[str, Measures]:
    """Return the measures of always answering the most common level, of rules, of the model, and of both."""
    by_name = {
        RULES: [Answer(label=one.label, suggested=one.rules) for one in judged],
        MODEL: [Answer(label=one.label, suggested=one.model) for one in judged],
        JOINED: [Answer(label=one.label, suggested=one.joined) for one in judged],
    }
    scores = {name: score(answers, levels) for name, answers in by_name.items()}
    return {MAJORITY: scores[RULES].majority, **scores}


def recall_of_most_urgent(measures: Measures) -> float | None:
    """Return the share of the most urgent tickets that were found; None where there is none."""
    return measures.levels[0].recall


def said_and_right(judged: Sequence[Judged], levels: Sequence[Priority]) -> tuple[Array, NDArray[np.bool_]]:
    """Return the probability of the level that the model says of each ticket, and whether it is right."""
    place = {level.id: number for number, level in enumerate(levels)}
    said = np.array([one.probabilities[place[one.model]] for one in judged])
    return said, np.array([one.model == one.label for one in judged], dtype=bool)


def better_by(ours: Sequence[bool], theirs: Sequence[bool], *, seed: int = 0) -> tuple[float, float, float]:
    """Return how much more often ours is right than theirs on the same tickets, with its 95% interval.

    The interval is that of a paired bootstrap: tickets are drawn anew, each with both answers.

    >>> better_by([True] * 50, [False] * 50)
    (1.0, 1.0, 1.0)
    """
    differences = np.array(ours, dtype=float) - np.array(theirs, dtype=float)
    draws = np.random.default_rng(seed).integers(0, len(differences), (_RESAMPLES, len(differences)))
    means = differences[draws].mean(axis=1)
    low, high = np.quantile(means, [0.025, 0.975])
    return float(differences.mean()), float(low), float(high)
