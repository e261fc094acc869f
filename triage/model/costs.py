"""What a wrong level costs: the table that weighs levels in training, and decides between them after it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

Costs = tuple[tuple[float, ...], ...]

_FARTHER = 0.5  # what each level of distance beyond the first adds
_MISSED_EMERGENCY = 1.5  # how much dearer it is to miss the most urgent level


def documented_costs(levels: int) -> Costs:
    """Return the stated table: ``costs[i][j]`` is what it costs to say level j of a ticket of level i.

    The neighbouring level costs 1, and each level farther a half more. A missed emergency costs half as much
    again, so it costs most.

    >>> documented_costs(3)
    ((0.0, 1.5, 2.25), (1.0, 0.0, 1.0), (1.5, 1.0, 0.0))
    """
    return tuple(tuple(_cost(true, said) for said in range(levels)) for true in range(levels))


def _cost(true: int, said: int) -> float:
    if true == said:
        return 0.0
    return (1 + _FARTHER * (abs(true - said) - 1)) * (1 if true else _MISSED_EMERGENCY)


def dearer_where_rare(costs: Costs, counts: Mapping[int, int]) -> Costs:
    """Return the costs with rare levels dearer to miss, by the root of how rare: for levels that all matter.

    >>> dearer_where_rare(((0, 3), (1, 0)), {0: 25, 1: 100})
    ((0.0, 6.0), (1.0, 0.0))
    """
    most = max(counts.values())
    return tuple(
        tuple(cost * (most / max(counts.get(level, 0), 1)) ** 0.5 for cost in line)
        for level, line in enumerate(costs)
    )


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
