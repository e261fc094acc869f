"""Memory while one Triage answers a million tickets, no word of which was ever seen before.

    python benchmarks/memory.py [--tickets N] [--check]

Prints the resident size at each tenth. Each ticket has words of its own around a fault that rules find, so
every part of an answer is made each time.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from time import perf_counter

from triage import Ticket, Triage

STATUS = Path("/proc/self/status")
LETTERS = "abcdefghijklmnopqrstuvwxyz"
WORDS_A_TICKET = 12
MOST_GROWTH = (
    8.0  # megabytes from the first tenth to the last; to keep the words would cost fifty times as much
)


def new_words() -> Iterator[str]:
    """Yield words that never repeat, of letters only, as long as people's words are."""
    for number in count(len(LETTERS) ** 4):
        word = ""
        while number:
            number, letter = divmod(number, len(LETTERS))
            word += LETTERS[letter]
        yield word


def tickets(number: int) -> Iterator[Ticket]:
    words = new_words()
    for _ in range(number):
        subject, *others = (next(words) for _ in range(WORDS_A_TICKET))
        half = len(others) // 2
        body = f"{' '.join(others[:half])}. The printer is broken. {' '.join(others[half:])}"
        yield Ticket(subject=subject, body=body, channel="email")


def resident() -> float:
    """Return the resident size of this process in megabytes."""
    line = next(line for line in STATUS.read_text().splitlines() if line.startswith("VmRSS:"))
    return int(line.split()[1]) / 1024


def main() -> int:
    """Print the resident size at each tenth; return 1 when it grew and --check is given."""
    parser = argparse.ArgumentParser(description="Memory over many tickets of never-repeated words.")
    parser.add_argument("--tickets", type=int, default=1_000_000, help="how many (1,000,000)")
    parser.add_argument("--check", action="store_true", help="exit with 1 when memory is not flat")
    options = parser.parse_args()
    if not STATUS.exists():
        print(f"Skipped: this system has no {STATUS} to read the resident size from.")
        return 0
    sizes = measure(options.tickets)
    growth = sizes[-1] - sizes[0]
    flat = growth <= MOST_GROWTH
    print(f"From the first tenth to the last: {growth:+.1f} MB ({'flat' if flat else 'NOT flat'})")
    return int(options.check and not flat)


def measure(number: int) -> list[float]:
    """Return the resident size at each tenth of the tickets, and print it."""
    triage, tenth, sizes = Triage(), max(1, number // 10), []
    suggestions, start = triage.suggest_many(tickets(number)), perf_counter()
    print(f"{'tickets':>12}{'resident MB':>14}{'seconds':>10}")
    for done, _ in enumerate(suggestions, 1):
        if done % tenth == 0:
            sizes.append(resident())
            print(f"{done:>12,}{sizes[-1]:>14.1f}{perf_counter() - start:>10.1f}")
        elif done % (tenth // 20 or 1) == 0 and sys.stderr.isatty():
            print(f"\r{done:,} of {number:,}", end="\r", file=sys.stderr, flush=True)
    return sizes


if __name__ == "__main__":
    raise SystemExit(main())
