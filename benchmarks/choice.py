"""The rule of silence: precision of warnings against the share of wrong choices caught, by its one number.

    python benchmarks/choice.py [--gold FOLDER] [--plot FILE.svg|FILE.png] [--check]

The users are made up, and these are their habits; every ticket is chosen once by each. "right" chooses the
labelled level, "one up" and "two up" a level that much more urgent where there is one, "always Critical"
what it says, and "channel default" chooses nothing, so that the ticket stands at Standard. Of a ticket whose
label is "unclear" no choice is wrong, and only the last two habits choose.

A warning is right when the labelled level stands on the side of the choice that the warning names: "over",
and the label is less urgent than what was chosen. Any warning about a choice that is the label, or about an
unclear ticket, is wrong. "exact" counts only those whose suggested level is the label itself. A wrong choice
is caught by a right warning. Notes to a technician about a default count like warnings.

"doubted" is the share of right choices that are warned of. It does not depend on how many users are right, as
precision does, which is told once more as if half of all choices were. "two down" is a sixth habit, told
apart and not counted, since the others hardly ever choose too low.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from quality import GOLD, half, labelled_files, shown

from triage import Suggestion, Triage
from triage.strength import estimate
from triage.table import read_rows
from triage.verdict import ranks

LAYOUT = "{:>9}{:>10}{:>11}{:>9}{:>10}{:>10}{:>11}{:>10}{:>10}"
HEADINGS = (
    *("warn from", "warnings", "precision", "exact", "doubted", "two over", "two under", "two off"),
    "Critical",
)
NUMBERS = (0.0, 0.8, 0.84, 0.86, 0.88, 0.9, 0.92, 0.94, 0.96)
HABITS: dict[str, Callable[[int], int]] = {
    "right": lambda label: label,
    "one up": lambda label: max(0, label - 1),
    "two up": lambda label: max(0, label - 2),
    "always Critical": lambda label: 0,
    "channel default": lambda label: 2,
}
UNCLEAR_HABITS = ("always Critical", "channel default")


@dataclass(frozen=True, slots=True)
class Drawn:
    """A choice that a made-up user made: ranks of the label (None: unclear), the choice and the suggestion.

    ``right`` is the estimate that a warning about it is right; where nothing decided there is no warning.
    """

    label: int | None
    chosen: int
    suggested: int
    right: float

    def warned(self, warn_from: float) -> bool:
        return self.chosen != self.suggested and self.right >= max(warn_from, 1e-9)

    def caught(self, warn_from: float) -> bool:
        """Return whether it is warned of, on the side on which the label stands."""
        if self.label is None or not self.warned(warn_from):
            return False
        return (self.label - self.chosen) * (self.suggested - self.chosen) > 0


def draw(
    rows: Iterable[tuple[str | None, Suggestion]], triage: Triage, down: bool = False
) -> Iterator[Drawn]:
    """Yield the choices of all habits for labelled suggestions, or with ``down`` those two levels too low."""
    rank = ranks(triage.rules)
    ids = [level.id for level in triage.rules.priorities]
    for label, suggestion in rows:
        place = rank.get(label or "")
        if down:
            habits = [min(4, place + 2)] if place is not None else []
        else:
            names = HABITS if place is not None else UNCLEAR_HABITS
            habits = [HABITS[name](place or 0) for name in names]
        for chosen in habits:
            right = estimate(suggestion, ids[chosen], rank)
            yield Drawn(place, chosen, suggestion.priority.rank, right)


@dataclass(frozen=True, slots=True)
class Measured:
    """Shares of one number of silence, each None where nothing was counted."""

    warn_from: float
    warnings: int
    precision: float | None
    exact: float | None
    doubted: float | None
    over: float | None
    under: float | None
    two_off: float | None
    critical: float | None


TARGETS = (("precision", 0.90), ("two_off", 0.70), ("over", 0.70), ("under", 0.70), ("critical", 0.85))


def measure(drawn: Sequence[Drawn], warn_from: float) -> Measured:
    """Return what a number of silence does to these choices."""
    warned = [one for one in drawn if one.warned(warn_from)]

    def caught(wrong: Callable[[int, int], bool]) -> float | None:
        those = [one for one in drawn if one.label is not None and wrong(one.label, one.chosen)]
        return share(sum(one.caught(warn_from) for one in those), len(those))

    return Measured(
        warn_from=warn_from,
        warnings=len(warned),
        precision=share(sum(one.caught(warn_from) for one in warned), len(warned)),
        exact=share(sum(one.suggested == one.label for one in warned), len(warned)),
        doubted=share(
            sum(one.chosen == one.label for one in warned), sum(one.chosen == one.label for one in drawn)
        ),
        over=caught(lambda label, chosen: label - chosen >= 2),
        under=caught(lambda label, chosen: chosen - label >= 2),
        two_off=caught(lambda label, chosen: abs(label - chosen) >= 2),
        critical=caught(lambda label, chosen: (label == 0) != (chosen == 0)),
    )


def precision_were_half_right(drawn: Sequence[Drawn], warn_from: float) -> float | None:
    """Return the precision were half of all choices the labelled level."""
    right = [one for one in drawn if one.chosen == one.label]
    others = [one for one in drawn if one.chosen != one.label]
    caught = sum(one.caught(warn_from) for one in others) / max(1, len(others))
    warned = sum(one.warned(warn_from) for one in others) / max(1, len(others))
    doubted = sum(one.warned(warn_from) for one in right) / max(1, len(right))
    return caught / (warned + doubted) if warned + doubted else None


def share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


def report(name: str, drawn: Sequence[Drawn], own: float) -> list[Measured]:
    """Print the line of each number of silence, that of the rule file marked; return them."""
    print(f"\n{name}: {len(drawn):,} choices")
    print(LAYOUT.format(*HEADINGS))
    curve = [measure(drawn, number) for number in sorted({*NUMBERS, own})]
    for it in curve:
        shares = (it.precision, it.exact, it.doubted, it.over, it.under, it.two_off, it.critical)
        line = LAYOUT.format(f"{it.warn_from:.2f}", it.warnings, *map(shown, shares))
        print(line + ("  <- the rule file's" if it.warn_from == own else ""))
    return curve


def missed(measured: Measured) -> list[str]:
    """Return the targets that are missed, in words."""
    shares = ((name, getattr(measured, name), least) for name, least in TARGETS)
    return [
        f"{name} {shown(found)} < {least:.2f}"
        for name, found, least in shares
        if found is None or found < least
    ]


def report_file(path: Path, triage: Triage) -> tuple[list[Measured], bool]:
    """Print a file whole and by halves; return the curve of the whole and whether its targets are reached."""
    rows = list(read_rows(path))
    labelled = [(row.label, triage.suggest(row.ticket)) for row in rows]
    own = triage.rules.warn_from
    curve = report(f"{path.stem}, whole", list(draw(labelled, triage)), own)
    for number, name in enumerate(("the half that may be read", "the blind half")):
        part = [it for it, row in zip(labelled, rows, strict=True) if half(row, path.stem) == number]
        report(f"{path.stem}, {name}", list(draw(part, triage)), own)
    down = measure(list(draw(labelled, triage, down=True)), own)
    half_right = precision_were_half_right(list(draw(labelled, triage)), own)
    print(f"\n{path.stem}, were half of the choices right: precision {shown(half_right)}")
    print(f"{path.stem}, two down: precision {shown(down.precision)}, caught {shown(down.under)}")
    wrong = missed(next(it for it in curve if it.warn_from == own))
    print(
        f"{path.stem}: "
        + ("every target of the whole is reached" if not wrong else f"MISSED: {', '.join(wrong)}")
    )
    return curve, not wrong


def plot(curves: dict[str, list[Measured]], file: Path) -> None:
    """Write precision against what is caught as a picture; its ending tells the format."""
    try:
        from matplotlib import pyplot
    except ImportError:
        raise SystemExit("A plot needs matplotlib: pip install 'ticket-triage[bench]'") from None
    figure, axes = pyplot.subplots(figsize=(7, 5))
    for name, curve in curves.items():
        points = [(it.two_off, it.precision, it.warn_from) for it in curve if it.two_off and it.precision]
        axes.plot([x for x, _, _ in points], [y for _, y, _ in points], marker="o", label=name)
        for x, y, number in points:
            axes.annotate(f"{number:.2f}", (x, y), fontsize=7, xytext=(3, 4), textcoords="offset points")
    axes.axhline(0.90, color="grey", linewidth=0.7)
    axes.axvline(0.70, color="grey", linewidth=0.7)
    axes.set(xlabel="choices wrong by two levels or more that are caught", ylabel="warnings that are right")
    axes.set_title("The rule of silence, by its number")
    axes.legend()
    figure.savefig(file)


def main() -> int:
    """Report every file of the folder; return 1 when a target is missed and --check is given."""
    parser = argparse.ArgumentParser(description="Warnings right, and choices caught.")
    parser.add_argument("--gold", type=Path, default=GOLD, help="folder of labelled CSV files")
    parser.add_argument(
        "--plot", type=Path, metavar="FILE", help="write the curves as a picture (.svg, .png)"
    )
    parser.add_argument("--check", action="store_true", help="exit with 1 when a target is missed")
    options = parser.parse_args()
    files = labelled_files(options.gold)
    if not files:
        return 0
    triage = Triage()
    print(f"Rules version {triage.rules.version}; the number of silence is {triage.rules.warn_from:.2f}.")
    reports = {path.stem: report_file(path, triage) for path in files}
    if options.plot:
        plot({name: curve for name, (curve, _) in reports.items()}, options.plot)
    return int(options.check and not all(reached for _, reached in reports.values()))


if __name__ == "__main__":
    raise SystemExit(main())
