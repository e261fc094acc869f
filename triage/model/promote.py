"""Which model is live, and the gates that a model passes to become so."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import NamedTuple

import numpy as np

from triage.errors import ModelError, TrainingError
from triage.evaluate import Measures
from triage.model.card import card_of
from triage.model.folder import CARD, SEEN, load_model, read_file, read_manifest, write_folder
from triage.model.judge import (
    JOINED,
    MAJORITY,
    RULES,
    Judged,
    better_by,
    judge,
    measures_of,
    recall_of_most_urgent,
)
from triage.model.keep import fingerprint, text_fingerprint
from triage.model.labels import Example, Suggest
from triage.model.score import Model
from triage.model.shelf import live_name
from triage.priority import Priority

_FEWEST = 50  # held-out tickets, below which nothing can be told apart
_SEEN_BY_WORDS = 3  # the format from which on models know a ticket by its words; by its very text before
_BETTER, _LIVE = "better than {}", "the live model"


class _Entrant(NamedTuple):
    """A model at a trial, and what tells whether it learned from an example."""

    model: Model
    saw: Callable[[Example], bool]


@dataclass(frozen=True, slots=True)
class Gate:
    """A condition for going live: what it is, whether it is met, and the figures."""

    name: str
    passed: bool
    told: str


@dataclass(frozen=True, slots=True)
class Trial:
    """How a model did at the gates, on tickets that neither it nor the live model learned from."""

    gates: tuple[Gate, ...]
    measures: Mapping[str, Measures]
    tickets: int
    seen: int

    @property
    def passed(self) -> bool:
        """Whether all gates were passed."""
        return all(gate.passed for gate in self.gates)


def try_model(
    name: str,
    examples: Iterable[Example],
    levels: Sequence[Priority],
    *,
    models: Path,
    suggest: Suggest,
    floor: float,
) -> Trial:
    """Return how a model does at the gates, on those of the examples that no model at the trial learned from.

    Raises:
        ModelError: the model cannot be used, or has other levels; a live one like that is a failed gate.
        TrainingError: too few tickets are left that no model learned from.
    """
    entrants, broken = [_entrant(models / name, levels)], []
    if (live := live_name(models)) and live != name:
        try:
            entrants.append(_entrant(models / live, levels))
        except ModelError as error:
            broken = [Gate(_BETTER.format(_LIVE), False, f"{live} is live and cannot be used: {error}")]
    everything = list(examples)
    unseen = [one for one in everything if not any(entrant.saw(one) for entrant in entrants)]
    if len(unseen) < _FEWEST:
        raise TrainingError(
            f"{len(unseen)} of {len(everything)} tickets were not learned from, expected {_FEWEST} or more; "
            "give a file of tickets that the models have not seen"
        )
    candidate, *others = (judge(unseen, entrant.model, levels, suggest=suggest) for entrant in entrants)
    gates = _gates(candidate, others[0] if others else None, levels, floor)
    return Trial(
        (*gates, *broken), measures_of(candidate, levels), len(unseen), len(everything) - len(unseen)
    )


def write_force(folder: Path, reason: str, failed: Sequence[Gate], date: str) -> None:
    """Write into a model's card and manifest why it went live although gates failed.

    Raises:
        ModelError: the model cannot be read or written.
    """
    manifest = read_manifest(folder)
    gates = "; ".join(f"{gate.name}: {gate.told}" for gate in failed)
    told = " ".join(f"{date}: {reason} (failed: {gates})".split())  # one line, so that it is no heading
    manifest["forced"] = [*manifest["forced"], told]
    files = {name: read_file(folder, name, manifest) for name in manifest["files"]}
    write_folder(folder, files | {CARD: card_of(manifest).encode()}, manifest)


def _entrant(folder: Path, levels: Sequence[Priority]) -> _Entrant:
    model, ids = load_model(folder), tuple(level.id for level in levels)
    if model.weights.levels != ids:
        found = ", ".join(model.weights.levels)
        raise ModelError(f"{folder}: found a model of the levels {found}; the rules have {', '.join(ids)}")
    return _Entrant(model, _saw(folder))


def _saw(folder: Path) -> Callable[[Example], bool]:
    """Return what tells whether a model learned from an example, or from one of the same words."""
    manifest = read_manifest(folder)
    data = read_file(folder, SEEN, manifest)
    try:
        seen = frozenset(np.load(BytesIO(data), allow_pickle=False).tolist())
    except ValueError as error:
        raise ModelError(f"{folder / SEEN}: it cannot be read: {error}. Train again") from None
    if manifest["format"] < _SEEN_BY_WORDS:
        return lambda example: text_fingerprint(example.ticket) in seen
    return lambda example: fingerprint(example.document) in seen


def _gates(
    candidate: Sequence[Judged], live: Sequence[Judged] | None, levels: Sequence[Priority], floor: float
) -> Iterator[Gate]:
    measures = measures_of(candidate, levels)
    majority = max(levels, key=lambda level: sum(one.label == level.id for one in candidate)).id
    ours = [one.joined == one.label for one in candidate]
    others = {
        MAJORITY: [one.label == majority for one in candidate],
        RULES: [one.rules == one.label for one in candidate],
    }
    if live is not None:
        others[_LIVE] = [one.joined == one.label for one in live]
    for name, theirs in others.items():
        ahead, low, high = better_by(ours, theirs)
        told = (
            f"right in {share(ours)} of {len(ours):,} tickets, against {share(theirs)}: {ahead:+.1%} "
            f"({low:+.1%} to {high:+.1%})"
        )
        yield Gate(_BETTER.format(name), low > 0, told)
    recall = recall_of_most_urgent(measures[JOINED])
    found = "no such ticket" if recall is None else f"{recall:.1%}"
    told = f"found {found}, the floor is {floor:.0%}"
    yield Gate(f"{levels[0].id} recall", recall is not None and recall >= floor, told)


def share(right: Sequence[bool]) -> str:
    """Return the share of what is right, in percent."""
    return f"{sum(right) / len(right):.1%}"


def trial_as_data(trial: Trial, drops: Iterable[tuple[str, int]] = ()) -> str:
    """Return a trial as JSON, with how many rows were dropped before it, by why."""
    gates = [{"gate": gate.name, "passed": gate.passed, "told": gate.told} for gate in trial.gates]
    counts = {"tickets": trial.tickets, "seen": trial.seen, "dropped": dict(drops)}
    return json.dumps({"passed": trial.passed, **counts, "gates": gates})
