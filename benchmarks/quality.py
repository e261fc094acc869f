"""How good suggestions are on labelled tickets: each figure beside always-majority, with its target.

    python benchmarks/quality.py [--gold FOLDER] [--check]

Every file is scored whole and in two halves, told apart by a hash of the ticket. While rules are widened one
half is looked at and the other is not: the blind half tells what the rules have learned, not memorised.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path

from triage import Triage
from triage.evaluate import Measures, Score, answers_of, score
from triage.table import Row, read_rows

GOLD = Path(__file__).resolve().parents[2] / "shared" / "gold"
LAYOUT = "{:24}{:>8}{:>11}{:>8}{:>15}   {}"
REAL, SMALL = "real_dev", "small_business_dev"


@dataclass(frozen=True, slots=True)
class Target:
    """A share that a figure is to reach, or with ``most`` not to pass."""

    share: float
    most: bool = False

    def reached(self, share: float | None) -> bool:
        """Return whether the share is good enough; a figure that cannot be told is not."""
        return share is not None and (share <= self.share if self.most else share >= self.share)

    def __str__(self) -> str:
        return f"at {'most' if self.most else 'least'} {self.share:.2f}"


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of the report: a share of a score, what always-majority reaches, and a target by file."""

    name: str
    of: Callable[[Score], float | None]
    of_majority: Callable[[Measures], float | None] = lambda majority: None
    targets: Mapping[str, Target] = field(default_factory=dict)

    def missed(self, score: Score, file: str) -> bool:
        """Return whether this file has a target for the figure and the score does not reach it."""
        return file in self.targets and not self.targets[file].reached(self.of(score))

    def verdict(self, score: Score, file: str) -> str:
        """Return the target and whether it is reached; empty where this file has none."""
        if file not in self.targets:
            return ""
        return f"{self.targets[file]}: {'MISSED' if self.missed(score, file) else 'reached'}"


def recall_of_critical(measures: Measures) -> float | None:
    return next((level.recall for level in measures.levels if level.id == "critical"), None)


def precision_of_critical(measures: Measures) -> float | None:
    return next((level.precision for level in measures.levels if level.id == "critical"), None)


def unclear_unsure(score: Score) -> float | None:
    return score.unclear_unsure / score.unclear if score.unclear else None


BOTH = (REAL, SMALL)
FIGURES = (
    Figure("accuracy", lambda s: s.accuracy, lambda m: m.accuracy, {REAL: Target(0.80), SMALL: Target(0.82)}),
    Figure("quadratic kappa", lambda s: s.kappa, lambda m: m.kappa, {REAL: Target(0.80)}),
    Figure("macro-F1", lambda s: s.macro_f1, lambda m: m.macro_f1),
    Figure("Critical recall", recall_of_critical, recall_of_critical, {REAL: Target(0.90)}),
    Figure("Critical precision", precision_of_critical, precision_of_critical, {REAL: Target(0.75)}),
    Figure(
        "off by two levels",
        lambda s: s.two_levels_off,
        lambda m: m.two_levels_off,
        {REAL: Target(0.04, most=True)},
    ),
    Figure("unsure", lambda s: s.unsure, targets=dict.fromkeys(BOTH, Target(0.12, most=True))),
    Figure("unclear answered unsure", unclear_unsure, targets=dict.fromkeys(BOTH, Target(0.50))),
    Figure("pairs with both right", lambda s: s.pairs_right, targets={SMALL: Target(0.75)}),
    Figure("lenient accuracy", lambda s: s.lenient),
)


def half(row: Row, file: str) -> int:
    """Return 0 for the half that is looked at, 1 for the blind one; a pair is never divided."""
    key = row.ticket.subject.strip().lower() if file == REAL else row.pair or row.id
    return int(sha256(key.encode()).hexdigest(), 16) % 2


def report(path: Path, triage: Triage) -> bool:
    """Print the figures of a file; return whether every target is reached."""
    file, rows = path.stem, list(read_rows(path))
    answers = list(answers_of(rows, triage))
    halves = [half(row, file) for row in rows]
    priorities = triage.rules.priorities
    whole = score(answers, priorities)
    looked_at, blind = (
        score([answer for answer, its in zip(answers, halves, strict=True) if its == number], priorities)
        for number in (0, 1)
    )
    print(
        f"\n{file}: {whole.rows:,} tickets ({looked_at.rows} + {blind.rows}), {whole.unclear} of them unclear"
    )
    majority = f"all {whole.majority_label}"
    print(LAYOUT.format("", "whole", "looked at", "blind", majority, "target for the whole"))
    for figure in FIGURES:
        shares = [*map(figure.of, (whole, looked_at, blind)), figure.of_majority(whole.majority)]
        print(LAYOUT.format(figure.name, *map(shown, shares), figure.verdict(whole, file)).rstrip())
    return not any(figure.missed(whole, file) for figure in FIGURES)


def labelled_files(folder: Path) -> list[Path]:
    """Return the labelled files of a folder; without any, say so."""
    files = sorted(folder.glob("*.csv"))
    if not files:
        print(f"Skipped: there are no labelled tickets in {folder}. Name their folder with --gold.")
    return files


def shown(share: float | None) -> str:
    return "-" if share is None else f"{share:.3f}"


def main() -> int:
    """Report every file of the folder; return 1 when a target is missed and --check is given."""
    parser = argparse.ArgumentParser(description="How good suggestions are on labelled tickets.")
    parser.add_argument("--gold", type=Path, default=GOLD, help="folder of labelled CSV files")
    parser.add_argument("--check", action="store_true", help="exit with 1 when a target is missed")
    options = parser.parse_args()
    files = labelled_files(options.gold)
    if not files:
        return 0
    triage = Triage()
    print(f"Rules alone, version {triage.rules.version}.")
    reached = [report(path, triage) for path in files]
    return int(options.check and not all(reached))


if __name__ == "__main__":
    raise SystemExit(main())
