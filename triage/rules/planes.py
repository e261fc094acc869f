"""The lines of all rules as bits of large integers: a thousand rules cost little more than ten."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from triage.rules.compiled import CompiledRule, ScopeFound
from triage.rules.findings import Occurrences

_MOST_LINES = 4


class Planes:
    """Bit ``r`` of plane ``k`` says that line ``k`` of rule ``r`` is found (or that it has no such line)."""

    def __init__(self, compiled: Sequence[CompiledRule | None]) -> None:
        self._size = size = len(compiled)
        self._all = (1 << size) - 1
        self._absent = 0
        self._askable = 0
        by_list: dict[int, list[int]] = {}
        by_scope: dict[str, list[int]] = {}
        for number, rule in enumerate(compiled):
            for k in range(_MOST_LINES):
                bit = k * size + number
                if rule is None or k >= len(rule.when):
                    self._absent |= 0 if rule is None else 1 << bit
                    continue
                line = rule.when[k]
                if line.question is not None and len(rule.when) > 1:
                    self._askable |= 1 << bit
                for list_number in line.lists:
                    by_list.setdefault(list_number, []).append(bit)
                for who in line.who:
                    by_scope.setdefault(who, []).append(bit)
        self._by_list = {key: _sum_ofbits(bits) for key, bits in by_list.items()}
        self._by_scope = {key: _sum_ofbits(bits) for key, bits in by_scope.items()}

    def ask(self, counted: Occurrences, scope: ScopeFound) -> tuple[int, int]:
        """Return as bits the rules whose lines are all found, and those that lack just one askable line."""
        found = self._absent | self._by_scope.get(scope.who, 0)
        by_list = self._by_list
        for number in counted:
            if number in by_list:
                found |= by_list[number]
        size, every = self._size, self._all
        a, b, c, d = (
            found & every,
            found >> size & every,
            found >> 2 * size & every,
            found >> 3 * size,
        )
        ab, cd = a & b, c & d
        full = ab & cd
        three = (ab & (c | d) | cd & (a | b)) & ~full
        if not three:
            return full, 0
        missing = ~found & self._askable
        askable = (missing | missing >> size | missing >> 2 * size | missing >> 3 * size) & every
        return full, three & askable


def _sum_ofbits(bits: list[int]) -> int:
    total = bytearray(max(bits) // 8 + 1)
    for bit in bits:
        total[bit >> 3] |= 1 << (bit & 7)
    return int.from_bytes(total, "little")


def bits(number: int) -> Iterator[int]:
    """Yield the places of the ones of a number, the lowest first."""
    while number:
        lowest = number & -number
        yield lowest.bit_length() - 1
        number ^= lowest
