"""What a wrong level costs: the table that weighs levels in training, and decides between them after it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import product
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from sklearn.metrics import cohen_kappa_score, f1_score

from triage.errors import TrainingError

if TYPE_CHECKING:
    from triage.model.weights import Array

Costs = tuple[tuple[float, ...], ...]

_FARTHER = 0.5  # what each level of distance beyond the first adds
_MISSED_EMERGENCY = 1.5  # how much dearer it is to miss the most urgent level
_BALANCED = tuple(product((0.0, 0.1, 0.2, 0.3, 0.5), (0.0, 0.2, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0)))
_DEAREST = 1_000_000
_AS_GOOD = 0.002  # macro-F1 that may be chance, even on ten thousand tickets


def documented_costs(levels: int) -> Costs:
    """Return the stated table: ``costs[i][j]`` is what it costs to say level j of a ticket of level i.

    The neighbouring level costs 1, and each level farther a half more. A missed emergency costs half as much
    again, so it costs most.

    >>> documented_costs(3)
    ((0.0, 1.5, 2.25), (1.0, 0.0, 1.0), (1.5, 1.0, 0.0))
    """
    emergency, *others = distance_costs(levels, farther=_FARTHER)
    return (tuple(cost * _MISSED_EMERGENCY for cost in emergency), *others)


def distance_costs(levels: int, *, farther: float = 0.0) -> Costs:
    """Return the costs where the neighbouring level costs 1, and each level beyond it ``farther`` more.

    >>> distance_costs(3, farther=0.25)
    ((0.0, 1.0, 1.25), (1.0, 0.0, 1.0), (1.25, 1.0, 0.0))
    """
    distances = [[abs(true - said) for said in range(levels)] for true in range(levels)]
    return tuple(tuple(1 + farther * (far - 1) if far else 0.0 for far in line) for line in distances)


def dearer_where_rare(costs: Costs, counts: Mapping[int, int], *, power: float = 0.5) -> Costs:
    """Return the costs with rare levels dearer to miss, by a power of how rare: for levels that all matter.

    >>> dearer_where_rare(((0, 3), (1, 0)), {0: 25, 1: 100})
    ((0.0, 6.0), (1.0, 0.0))
    """
    most = max(counts.values())
    return tuple(
        tuple(cost * (most / max(counts.get(level, 0), 1)) ** power for cost in line)
        for level, line in enumerate(costs)
    )


class _Tried(NamedTuple):
    macro_f1: float
    kappa: float
    costs: Costs


def balanced_costs(shares: Array, codes: Any) -> Costs:
    """Return the table that does best on tickets of known level, where every level counts, however rare.

    ``shares`` (tickets x levels) are probabilities by models that did not see the ticket, ``codes`` the
    numbers of the true levels. Tables differ in what each level of distance adds and in how much dearer a
    rare level is to miss. The greatest macro-F1 decides; of tables as good but for chance, quadratic kappa.

    >>> balanced_costs(np.array([[0.9, 0.1], [0.4, 0.6]]), np.array([0, 1]))
    ((0.0, 1.0), (1.0, 0.0))
    """
    counts = Counter(codes.tolist())
    tables = (
        dearer_where_rare(distance_costs(shares.shape[1], farther=farther), counts, power=power)
        for farther, power in _BALANCED
    )
    tried = [_try(costs, shares, codes) for costs in tables]
    enough = max(one.macro_f1 for one in tried) - _AS_GOOD
    return max((one for one in tried if one.macro_f1 >= enough), key=lambda one: one.kappa).costs


def _try(costs: Costs, shares: Array, codes: Any) -> _Tried:
    said = (shares @ np.array(costs)).argmin(axis=1)
    f1 = f1_score(codes, said, labels=np.unique(codes), average="macro", zero_division=0)
    return _Tried(float(f1), float(cohen_kappa_score(codes, said, weights="quadratic")), costs)


def costs_told(told: Any, levels: Sequence[str]) -> Costs:
    """Return the table that a person wrote: for each level what it costs to say each other one of it.

    >>> costs_told({"high": {"low": "3"}, "low": {"high": 1}}, ["high", "low"])
    ((0.0, 3.0), (1.0, 0.0))

    Raises:
        TrainingError: a level is missing or unknown, or a cost is no number above 0.
    """
    lines = _line_of(told, levels, "the table of costs")
    return tuple(_line_told(lines[true], true, levels) for true in levels)


def _line_told(told: Any, true: str, levels: Sequence[str]) -> tuple[float, ...]:
    line = _line_of(told, [level for level in levels if level != true], f"the costs of {true}")
    return tuple(0.0 if said == true else _cost(line[said], true, said) for said in levels)


def _line_of(told: Any, levels: Sequence[str], where: str) -> Mapping[str, Any]:
    expected = f"expected a line for each of {', '.join(levels)}"
    if not isinstance(told, Mapping):
        raise TrainingError(f"{where}: found {str(told)[:40]!r}, {expected}")
    wrong = [f"no {level}" for level in levels if level not in told]
    wrong += [repr(name) for name in told if name not in levels]
    if wrong:
        raise TrainingError(f"{where}: found {', '.join(wrong)[:200]}; {expected}")
    return told


def _cost(cost: Any, true: str, said: str) -> float:
    try:
        number = float(cost)
    except (TypeError, ValueError):
        number = 0.0
    if not 0 < number < _DEAREST:
        where = f"what it costs to say {said} of {true}"
        raise TrainingError(
            f"{where}: found {str(cost)[:40]!r}, expected a number above 0, below {_DEAREST:,}"
        )
    return number


def level_weights(costs: Costs, counts: Mapping[int, int]) -> dict[int, float]:
    """Return the weight of each level in training: the mean cost of missing it, the rarer the level the more.

    >>> level_weights(((0, 3), (1, 0)), {0: 10, 1: 10})
    {0: 3.0, 1: 1.0}
    """
    tickets, levels = sum(counts.values()), len(costs)
    return {
        level: sum(costs[level]) / (levels - 1) * tickets / (levels * counts[level])
        for level in range(levels)
        if counts.get(level)
    }


def least_cost(shares: Sequence[float], costs: Costs) -> int:
    """Return the level of the least expected cost, by its number.

    >>> least_cost([0.4, 0.6], ((0, 3), (1, 0)))
    0
    """
    expected = [
        sum(p * line[said] for p, line in zip(shares, costs, strict=True)) for said in range(len(costs))
    ]
    return expected.index(min(expected))
