"""How long `triage rules diff` takes for 50,000 past tickets on two processors.

    python benchmarks/diff.py [--tickets N] [--processes N] [--check]

The tickets are made of the examples of the documented rules, two to four in one text, each text once. The new
version of the rules is the documented one with one level changed.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from shutil import copytree
from tempfile import TemporaryDirectory
from time import perf_counter

from triage import Ticket, Triage
from triage.compare import compare
from triage.rules.load import documented_rules
from triage.table import Row

MOST_SECONDS = 60.0


def tickets(number: int) -> Iterator[Row]:
    """Yield so many different tickets, each labelled Standard."""
    texts = [ticket.body for rule in Triage().rules.rules for ticket in (*rule.match, *rule.no_match)]
    several = (texts_of for length in (2, 3, 4) for texts_of in product(texts, repeat=length))
    for count, parts in zip(range(1, number + 1), several, strict=False):
        yield Row(ticket=Ticket(body=". ".join(parts)), label="standard", number=count)


def changed_rules(folder: Path) -> Path:
    """Write the documented rules with another level for printing, and return the file."""
    copytree(documented_rules().parent / "docs", folder / "docs")
    text = documented_rules().read_text("utf-8")
    before, marker, after = text.partition("  - id: printing-one\n")
    (folder / "rules.yaml").write_text(
        before + marker + after.replace("priority: Low", "priority: High", 1), "utf-8"
    )
    return folder / "rules.yaml"


def report(number: int, processes: int) -> bool:
    """Print how long the comparison took; return whether the target is reached."""
    rows = list(tickets(number))
    with TemporaryDirectory() as folder:
        new = changed_rules(Path(folder))
        start = perf_counter()
        found = compare(rows, documented_rules(), new, processes=processes)
        seconds = perf_counter() - start
    print(f"{found.tickets:,} tickets by two versions of the rules, {processes} processes: {seconds:.1f} s")
    print(f"    {len(found.changes):,} tickets change")
    reached = seconds <= MOST_SECONDS and bool(found.changes)
    print(f"    at most {MOST_SECONDS:.0f} s: {'reached' if reached else 'MISSED'}")
    return reached


def main() -> None:
    """Run the benchmark as the command line says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tickets", type=int, default=50_000, metavar="N", help="[default: 50000]")
    parser.add_argument("--processes", type=int, default=2, metavar="N", help="[default: 2]")
    parser.add_argument("--check", action="store_true", help="exit code 1 when the target is missed")
    options = parser.parse_args()
    reached = report(options.tickets, options.processes)
    if options.check and not reached:
        sys.exit(1)


if __name__ == "__main__":
    main()
