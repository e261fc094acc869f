"""Dividing examples so that copies of a ticket never stand on both sides."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from itertools import islice
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from sklearn.feature_extraction.text import HashingVectorizer
from sklearn.model_selection import StratifiedGroupKFold

from triage.errors import TrainingError
from triage.model.document import Document
from triage.model.labels import Example

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Numbers = NDArray[np.int64]

ALIKE = 0.8  # cosine of the sets of three-word runs from which two tickets are copies of each other
TRAINED_ALWAYS = -1  # the fold of a row that is never held out
_MOST_PARTS = 20  # that tickets are divided into to hold some out; each needs a ticket of every level
_RUN = 3  # words
_BLOCK = 500  # tickets that are compared with all others at a time
_COMMONEST = 5_000  # tickets that share a run, above which it tells nothing


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Which examples are trained on, with the fold of each, and which are held out; by number."""

    trained: Numbers
    folds: Numbers
    held_out: Numbers
    copies: int  # examples left out of training because one like them is held out


def groups_of(documents: Sequence[Document]) -> Numbers:
    """Return the number of a group for each document; copies and near copies share one."""
    runs = HashingVectorizer(analyzer=_runs, binary=True, norm=None, alternate_sign=False, n_features=2**22)
    matrix = runs.transform(documents).tocsr()
    common = np.asarray(matrix.sum(axis=0)).ravel() > _COMMONEST
    if common.any():
        matrix = matrix[:, ~common]
    lengths = np.sqrt(np.maximum(np.asarray(matrix.sum(axis=1)).ravel(), 1))
    pairs = [pair for start in range(0, len(documents), _BLOCK) for pair in _alike(matrix, lengths, start)]
    rows, columns = (np.concatenate([pair[side] for pair in pairs]) for side in (0, 1))
    graph = coo_matrix((np.ones(rows.size), (rows, columns)), shape=(len(documents),) * 2)
    _, groups = connected_components(graph, directed=False)
    return np.asarray(groups, dtype=np.int64)


def without_copies(added: Sequence[Example], own: Sequence[Example]) -> tuple[Example, ...]:
    """Return those of the added examples that are no copies, or near copies, of one of our own.

    A copy teaches nothing new, and would tell the answer of a ticket that is held out.
    """
    if not added:
        return ()
    groups = groups_of([example.document for example in (*own, *added)])
    copies = np.isin(groups[len(own) :], groups[: len(own)])
    return tuple(example for example, is_copy in zip(added, copies.tolist(), strict=True) if not is_copy)


def split(examples: Sequence[Example], *, held_out: float, folds: int, seed: int, by_time: bool) -> Split:
    """Return the split: a share held out, the rest in folds; by time the latest are held out.

    Raises:
        TrainingError: a time cannot be read, the share is too small, or there are too few tickets of a level.
    """
    levels = np.array([example.level for example in examples])
    if len(found := set(levels.tolist())) < 2:
        raise TrainingError(f"found tickets of {len(found)} level; a model learns to tell at least two apart")
    groups = groups_of([example.document for example in examples])
    if held_out == 0:
        held = np.array([], dtype=np.int64)
    elif by_time:
        order = np.argsort(_times(examples), kind="stable")
        held = np.sort(order[len(order) - round(held_out * len(order)) :])
    else:
        share = _share(held_out)
        parts = _divided(levels, groups, share.denominator, seed)
        held = np.sort(np.concatenate([*islice(parts, share.numerator)]))
    copies = np.isin(groups, groups[held])
    trained = np.flatnonzero(~copies)
    fold_of = np.full(len(trained), TRAINED_ALWAYS)
    for number, rows in enumerate(_divided(levels[trained], groups[trained], folds, seed)):
        fold_of[rows] = number
    return Split(trained, fold_of, held, int(copies.sum()) - len(held))


def _share(held_out: float) -> Fraction:
    """Return the share as so many of so many equal parts, for the parts are what can be divided evenly."""
    share = Fraction(held_out).limit_denominator(_MOST_PARTS)
    if not share:
        least = 1 / _MOST_PARTS
        raise TrainingError(f"a share of {held_out:g} cannot be held out; expected 0, or {least:g} and more")
    return share


def _divided(levels: Any, groups: Any, parts: int, seed: int) -> Iterator[Numbers]:
    rarest, count = min(zip(*np.unique(levels, return_counts=True), strict=True), key=lambda item: item[1])
    if count < parts:
        raise TrainingError(
            f"{rarest} has {count} tickets to train on, and {parts} or more are needed; "
            f"map it to another level, or add tickets"
        )
    divided = StratifiedGroupKFold(parts, shuffle=True, random_state=seed)
    return (rows for _, rows in divided.split(levels, levels, groups))


def span_of(examples: Sequence[Example]) -> tuple[str, str] | None:
    """Return the times of the first and of the last ticket; None where not all tell when they came."""
    try:
        ordered = sorted(examples, key=_time)
    except TrainingError:
        return None
    return ordered[0].time or "", ordered[-1].time or ""


def _times(examples: Sequence[Example]) -> list[float]:
    return [_time(example) for example in examples]


def _time(example: Example) -> float:
    try:
        return datetime.fromisoformat(example.time or "").timestamp()
    except ValueError:
        raise TrainingError(
            f"row {example.row}: found the time {example.time or ''!r}, expected one as 2026-03-02T09:15:00"
        ) from None


def _runs(document: Document) -> Iterator[str]:
    words = document.words
    if len(words) < _RUN:
        return iter([" ".join(words)])
    return (" ".join(words[at : at + _RUN]) for at in range(len(words) - _RUN + 1))


def _alike(matrix: Any, lengths: Any, start: int) -> Iterator[tuple[Any, Any]]:
    block = (matrix[start : start + _BLOCK] @ matrix.T).tocoo()
    shares = block.data / (lengths[block.row + start] * lengths[block.col])
    near = shares >= ALIKE
    yield block.row[near] + start, block.col[near]
