"""How models, their measures and suspect labels look on a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rich.console import Group, RenderableType
from rich.text import Text

from triage.errors import ModelError
from triage.evaluate import Measures
from triage.show import Figures, clean, count_tickets

if TYPE_CHECKING:
    from triage.model.keep import Made
    from triage.model.labels import Cleaned
    from triage.model.promote import Trial
    from triage.model.suspects import Suspect

_SHORT = 160  # characters of a ticket that are shown beside its label


def show_made(made: Made) -> RenderableType:
    """Return what was made: what was dropped, how good it is beside the rules, and where it stands."""
    added = _dropped(made.added, "added rows") if made.added.rows else []
    figures = (*_figures(made.measures), *_worse(made.measures))
    return Group(*_dropped(made.cleaned), *added, *_trained(made), *figures, *_speaks(made))


def show_trial(trial: Trial, drops: Iterable[tuple[str, int]] = ()) -> RenderableType:
    """Return how a model did at the gates, and how many rows were dropped before it, by why."""
    lines = [
        *_drops(drops),
        Text(f"Judged on {count_tickets(trial.tickets)} that no model at the trial learned from"),
    ]
    if trial.seen:
        lines.append(Text(f"{count_tickets(trial.seen)} left out: a model learned from them"))
    gates = [
        Text.assemble(("passed  " if gate.passed else "FAILED  ", "bold"), f"{gate.name}: {gate.told}")
        for gate in trial.gates
    ]
    return Group(*lines, *_figures(trial.measures), Text(), *gates)


def show_suspects(found: Sequence[Suspect], cleaned: Cleaned, *, most: int) -> RenderableType:
    """Return the most suspicious labels with what speaks against each."""
    head = Text(
        f"{len(found):,} of {count_tickets(len(cleaned.examples))} have a label that is probably wrong"
    )
    head.stylize("bold")
    blocks = (line for suspect in found[:most] for line in _suspect(suspect))
    rest = [Text(f"and {len(found) - most:,} more; --out OUT.csv writes all")] if len(found) > most else []
    return Group(head, *_drops(cleaned.drops), *blocks, *rest)


def model_lines(
    found: Sequence[tuple[str, dict[str, Any] | ModelError]], live: str | None
) -> list[dict[str, Any]]:
    """Return each model as plain data: its name, whether it is live, its measures, or what is wrong."""
    return [_model_line(name, manifest, name == live) for name, manifest in found]


def show_models(lines: Sequence[Mapping[str, Any]], folder: Path) -> RenderableType:
    """Return the models of a folder, the live one marked."""
    if not lines:
        return Text(f"There is no model in {folder}. `triage train FILE --out {folder}/NAME` makes one.")
    rows = [(line["name"], [Text(str(line.get(key, "-"))) for key in _SHOWN]) for line in lines]
    return Figures(("model", *_SHOWN), rows)


_SHOWN = ("live", "date", "accuracy", "kappa", "tickets", "version")


def _model_line(name: str, manifest: dict[str, Any] | ModelError, live: bool) -> dict[str, Any]:
    if isinstance(manifest, ModelError):
        return {"name": name, "live": "live" if live else "", "error": str(manifest)}
    joined = manifest["measures"].get("rules + model", {})
    return {
        "name": name,
        "live": "live" if live else "",
        "date": manifest["told"].get("date", ""),
        "accuracy": _share(joined.get("accuracy")),
        "kappa": _share(joined.get("kappa")),
        "tickets": manifest["data"]["trained"],
        "version": manifest["version"],
    }


def _dropped(cleaned: Cleaned, rows: str = "rows") -> list[Text]:
    left = f"{cleaned.rows:,} {rows}, {count_tickets(len(cleaned.examples))} to learn from"
    return [Text(left, style="bold"), *_drops(cleaned.drops)]


def _drops(drops: Iterable[tuple[str, int]]) -> list[Text]:
    return [Text(clean(f"{count:,} dropped: {why}"), style="yellow") for why, count in drops]


def _trained(made: Made) -> Iterator[Text]:
    split = made.trained.split
    if split.copies:
        yield Text(f"{split.copies:,} dropped: copies of a held-out ticket", style="yellow")
    yield from (Text(f"{note}.", style="yellow") for note in made.notes)
    yield Text(f"{len(split.trained):,} trained on, {len(split.held_out):,} held out")


def _figures(measures: Mapping[str, Measures]) -> Iterator[RenderableType]:
    if not measures:
        return
    first = next(iter(measures.values())).levels[0].id
    rows = [
        (
            name,
            [
                Text(_share(one.accuracy)),
                Text(_share(one.macro_f1)),
                Text(_share(one.kappa)),
                Text(_share(one.levels[0].recall)),
            ],
        )
        for name, one in measures.items()
    ]
    yield Text()
    yield Figures(("on held-out tickets", "accuracy", "macro-F1", "kappa", f"{first} recall"), rows)


def _worse(measures: Mapping[str, Measures]) -> Iterator[Text]:
    from triage.model.judge import JOINED, RULES

    joined, rules = (measures[name].accuracy if measures else None for name in (JOINED, RULES))
    if joined is not None and rules is not None and joined < rules:
        yield Text(
            f"With the model {joined:.1%} are right, by the rules alone {rules:.1%}: it does harm. "
            f"A higher --precision makes it speak less.",
            style="yellow",
        )


def _speaks(made: Made) -> Iterator[Text]:
    threshold = made.model.weights.threshold
    yield Text()
    yield Text(f"Expected calibration error out of fold: {made.trained.error:.3f}")
    if threshold > 1:
        yield Text("It never speaks: at no probability was it right often enough.", style="yellow")
    else:
        yield Text(f"It speaks from a probability of {threshold:.2f} on.")
    yield Text(f"Written to {made.folder}; read {made.folder / 'card.md'}")


def _suspect(suspect: Suspect) -> Iterator[Text]:
    example = suspect.example
    yield Text()
    yield Text(
        f"row {example.row}: labelled {example.level} ({suspect.labelled:.0%}), "
        f"probably {suspect.likely} ({suspect.probability:.0%})",
        style="bold",
    )
    yield Text(f"  rules: {suspect.rules or 'none decides'}", style="dim")
    words = " ".join(f"{example.ticket.subject} | {example.ticket.body}".split())
    yield Text(f"  {clean(words[:_SHORT])}{'…' if len(words) > _SHORT else ''}")


def _share(value: float | None) -> str:
    return "-" if value is None else f"{value:.3f}"
