"""Tickets whose label is probably wrong, the most suspicious first, with what speaks against it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from cleanlab.filter import find_label_issues

from triage.model.labels import Example, Suggest
from triage.model.train import Progress, Settings, train
from triage.priority import Priority
from triage.suggestion import Suggestion


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspect:
    """A label that is probably wrong: ``likely`` is what a model says that never saw the ticket.

    ``labelled`` is the probability of the label, ``probability`` that of the likely level; ``rules`` is what
    the rules say and why, "" where none decides.
    """

    example: Example
    likely: str
    labelled: float
    probability: float
    rules: str


def suspects_of(
    examples: Sequence[Example],
    levels: Sequence[Priority],
    settings: Settings,
    *,
    suggest: Suggest,
    progress: Progress = lambda step, done, of: None,
) -> list[Suspect]:
    """Return the examples whose label is probably wrong, the most suspicious first.

    Each is judged by models that were trained without it and without copies of it, and by confident learning
    (cleanlab), which allows for levels that a model confuses anyway.

    Raises:
        TrainingError: there are too few tickets to train on.
    """
    trained = train(examples, levels, replace(settings, held_out=0.0), progress=progress)
    judged = [examples[number] for number in trained.split.trained]
    present = sorted({example.level for example in judged}, key=[level.id for level in levels].index)
    codes = np.array([present.index(example.level) for example in judged])
    ranked = find_label_issues(
        codes, trained.out_of_fold, return_indices_ranked_by="self_confidence", n_jobs=1
    )
    return [
        _suspect(
            judged[number], dict(zip(present, trained.out_of_fold[number].tolist(), strict=True)), suggest
        )
        for number in ranked.tolist()
    ]


def _suspect(example: Example, shares: dict[str, float], suggest: Suggest) -> Suspect:
    likely = max(shares, key=lambda level: shares[level])
    return Suspect(
        example=example,
        likely=likely,
        labelled=shares[example.level],
        probability=shares[likely],
        rules=_told(suggest(example.ticket)),
    )


def _told(suggestion: Suggestion) -> str:
    if not suggestion.reasons:
        return ""
    first = suggestion.reasons[0]
    return f"{suggestion.priority.id}: {first.says} ({first.rule})"
