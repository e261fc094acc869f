"""How long it takes to begin: the import, and the first answer on the command line, beside importing spaCy.

    python benchmarks/start.py [--repeats N] [--check]

Each measure is the median over fresh processes that take turns.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
from statistics import median
from time import perf_counter

IMPORT = """
from time import perf_counter
start = perf_counter()
import triage
print(perf_counter() - start)
"""
LOADED = """
import sys, triage
print(*{name.partition(".")[0] for name in sys.modules} & {"spacy", "sklearn", "pandas"})
"""
SUGGEST = ("-m", "triage", "suggest", "Critical network server is down.")
IMPORT_SPACY = ("-c", "import spacy")
NOTHING = ("-c", "pass")
MOST_FOR_IMPORT, MOST_BEYOND_SPACY = 0.15, 0.4


def run(*arguments: str) -> str:
    """Return what a fresh Python with these arguments prints; it raises when that fails."""
    command = [sys.executable, *arguments]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def wall(*arguments: str) -> float:
    """Return the seconds from start to end of a fresh Python with these arguments."""
    start = perf_counter()
    run(*arguments)
    return perf_counter() - start


def verdict(seconds: float, most: float) -> bool:
    reached = seconds <= most
    print(f"    at most {most:.2f} s: {'reached' if reached else 'MISSED'}")
    return reached


def spacy_is_installed() -> bool:
    return subprocess.run([sys.executable, *IMPORT_SPACY], capture_output=True, check=False).returncode == 0


def report(repeats: int) -> bool:
    """Print each measure; return whether no target is missed."""
    loaded = run("-c", LOADED).strip()
    print(f"import triage loads, of spaCy, scikit-learn and pandas: {loaded or 'none'}")
    run(*SUGGEST)  # so that what Python compiles once is compiled
    commands = {"an empty Python": NOTHING, "triage suggest TEXT": SUGGEST}
    if spacy_is_installed():
        commands["import spacy"] = IMPORT_SPACY
    imports: list[float] = []
    walls: dict[str, list[float]] = {name: [] for name in commands}
    for _ in range(repeats):
        imports.append(float(run("-c", IMPORT)))
        for name, command in commands.items():
            walls[name].append(wall(*command))
    print(f"import triage: {median(imports):.3f} s")
    reached = [not loaded, verdict(median(imports), MOST_FOR_IMPORT)]
    for name, seconds in walls.items():
        print(f"{name}, from cold: {median(seconds):.3f} s")
    if "import spacy" not in walls:
        print("spaCy is not installed, so there is nothing to compare with.")
    else:
        most = median(walls["import spacy"]) + MOST_BEYOND_SPACY
        print("triage suggest TEXT, beside importing spaCy and 0.4 s:")
        reached.append(verdict(median(walls["triage suggest TEXT"]), most))
    return all(reached)


def main() -> int:
    """Measure; return 1 when a target is missed and --check is given."""
    parser = argparse.ArgumentParser(description="How long it takes to begin.")
    parser.add_argument("--repeats", type=int, default=9, help="how many processes of each kind (9)")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a target is missed")
    options = parser.parse_args()
    reached = report(options.repeats)
    return int(options.check and not reached)


if __name__ == "__main__":
    raise SystemExit(main())
