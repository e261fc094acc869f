"""A model's report: one HTML page that needs nothing else, from what its folder holds."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any

import jinja2
import numpy as np

from triage.errors import ModelError, TableError
from triage.model.calibration import NEVER, coverage, reliability
from triage.model.card import LIMITS, TABLE_HASH, share
from triage.model.folder import MEASURED, load_model, read_file, read_manifest
from triage.model.judge import Judged
from triage.model.svg import Axis, Line, chart
from triage.opinion import Opinion
from triage.policy import decides_against
from triage.table import Columns, digest_of, read_rows
from triage.ticket import Ticket

if TYPE_CHECKING:
    from triage.model.weights import Array, Weights

_MOST_WORDS = 12  # of a level
_MOST_ERRORS = 40
_LONGEST = 600  # characters of a ticket's body
_STEPS = 21  # points of the cost curve


@dataclass(frozen=True, slots=True)
class Error:
    """A wrong answer to read: how far off, what was said, and the ticket, if its file is there."""

    judged: Judged
    levels_off: int
    ticket: Ticket | None


def write_report(
    folder: str | Path, out: str | Path | None = None, *, tickets: str | Path | None = None
) -> tuple[Path, str]:
    """Write the report of a model, and return its path and what it could not show, "" where it shows all.

    Raises:
        ModelError: the model cannot be used, or the report cannot be written.
    """
    manifest = read_manifest(folder)
    if not Path(folder, MEASURED).exists():
        raise ModelError(
            f"{folder}: there is no {MEASURED}, which holds what a report tells; copy the whole folder of "
            f"the model from where it was trained"
        )
    judged = [
        Judged(**{**one, "probabilities": tuple(one["probabilities"])})
        for one in json.loads(read_file(folder, MEASURED, manifest))
    ]
    texts, note = _texts(tickets, manifest, {one.row for one in judged})
    page = report_of(manifest, judged, load_model(folder).weights, texts=texts)
    path = Path(out or Path(folder, "report.html"))
    try:
        path.write_text(page, "utf-8", errors="backslashreplace")
    except OSError as error:
        raise ModelError(f"{path}: the report cannot be written: {error.strerror}") from None
    return path, note


def report_of(
    manifest: Mapping[str, Any],
    judged: Sequence[Judged],
    weights: Weights,
    *,
    texts: Mapping[int, Ticket] | None = None,
) -> str:
    """Return the report as HTML; ``texts`` are the tickets by the number of their row."""
    template = files("triage.model").joinpath("report.html").read_text("utf-8")
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True)
    environment.filters["share"] = share
    return environment.from_string(template).render(
        manifest=manifest,
        levels=weights.levels,
        limits=[line.removeprefix("- ") for line in LIMITS.splitlines()],
        charts=_charts(judged, weights) if judged else (),
        words=useful_words(weights),
        errors=errors_of(judged, weights.levels, texts or {})[:_MOST_ERRORS],
        wrong=sum(one.joined != one.label for one in judged),
        texts=bool(texts),
        longest=_LONGEST,
    )


def useful_words(weights: Weights) -> dict[str, list[tuple[str, float]]]:
    """Return the words, and runs of words, that speak most for each level, with their weights."""
    rows = weights.coefficients[: len(weights.words)]
    ahead = (rows - rows.mean(axis=1, keepdims=True)) * weights.scales[0]
    best = {level: np.argsort(-ahead[:, n])[:_MOST_WORDS] for n, level in enumerate(weights.levels)}
    return {
        level: [(weights.words[at], float(ahead[at, n])) for at in best[level].tolist()]
        for n, level in enumerate(weights.levels)
    }


def errors_of(judged: Sequence[Judged], levels: Sequence[str], texts: Mapping[int, Ticket]) -> list[Error]:
    """Return the wrong answers, those farthest off first."""
    rank = {level: number for number, level in enumerate(levels)}
    wrong = [
        Error(one, abs(rank[one.label] - rank[one.joined]), texts.get(one.row))
        for one in judged
        if one.joined != one.label
    ]
    return sorted(wrong, key=lambda error: (-error.levels_off, error.judged.row))


def _charts(judged: Sequence[Judged], weights: Weights) -> Iterator[tuple[str, str, str]]:
    """Yield a heading, how to read it, and the picture of each chart."""
    rank = {level: number for number, level in enumerate(weights.levels)}
    labels = np.array([rank[one.label] for one in judged])
    shares = np.array([one.probabilities for one in judged])
    said = (shares @ np.array(weights.costs)).argmin(axis=1)
    chances = shares[np.arange(len(said)), said]
    yield _reliability(chances, said == labels)
    yield _coverage(chances, said == labels)
    yield _cost(judged, weights)


def _reliability(chances: Array, right: Any) -> tuple[str, str, str]:
    points = [(one.said, one.right) for one in reliability(chances, right)]
    lines = [Line("this model", points, marked=True), Line("perfect", [(0.0, 0.0), (1.0, 1.0)])]
    picture = chart(lines, Axis("what the model said"), Axis("what was right"), title="Reliability")
    return (
        "Reliability",
        "On the diagonal, 70% means right in 70%. Below it the model says too much.",
        picture,
    )


def _coverage(chances: Array, right: Any) -> tuple[str, str, str]:
    points = [(point.covered, point.precision) for point in coverage(chances, right)]
    picture = chart(
        [Line("this model", points)],
        Axis("share of tickets it speaks of"),
        Axis("share of those it has right"),
        title="Coverage against precision",
    )
    return "Coverage against precision", "The fewer tickets it speaks of, the surer it is of them.", picture


def mean_cost(judged: Sequence[Judged], weights: Weights, threshold: float) -> float:
    """Return what a ticket costs on average where the model speaks from this threshold on, by the policy."""
    rank = {level: number for number, level in enumerate(weights.levels)}
    costs = (weights.costs[rank[one.label]][rank[_joined(one, weights, threshold)]] for one in judged)
    return sum(costs) / len(judged)


def _joined(one: Judged, weights: Weights, threshold: float) -> str:
    opinion = Opinion(
        priority=one.model,
        probabilities=tuple(zip(weights.levels, one.probabilities, strict=True)),
        threshold=threshold,
        words=(),
        findings=(),
        version="",
        unlearned=weights.unlearned,
    )
    return one.model if decides_against(None if one.unsure else one.rules, opinion) else one.rules


def _cost(judged: Sequence[Judged], weights: Weights) -> tuple[str, str, str]:
    points = [(t, mean_cost(judged, weights, t)) for t in np.linspace(0, 1, _STEPS).tolist()]
    most = max(0.01, 1.1 * max(cost for _, cost in points))
    alone = mean_cost(judged, weights, NEVER)
    lines = [
        Line("rules and model, which is sure from this probability on", points, marked=True),
        Line("the rules alone", [(0.0, alone), (1.0, alone)]),
    ]
    up = Axis("mean cost of a ticket", most, shares=False)
    picture = chart(lines, Axis("threshold"), up, title="Cost")
    return "Cost", f"Lower is better. The threshold of this model is {weights.threshold:.2f}.", picture


def _texts(
    tickets: str | Path | None, manifest: Mapping[str, Any], rows: set[int]
) -> tuple[dict[int, Ticket], str]:
    """Return the tickets of these rows, and a note where their file is not there, or no longer the same."""
    file = str(tickets or manifest["told"].get("file", ""))
    if not rows or not file:
        return {}, "" if file else "the errors are shown without texts: name the tickets with --tickets"
    try:
        trained_on = manifest["told"].get(TABLE_HASH)
        if trained_on is not None and digest_of(file) != trained_on:
            return (
                {},
                f"the errors are shown without texts: {file} is not as it was when the model was trained",
            )
        table = read_rows(file, Columns(**manifest["columns"]))
        return {row.number: row.ticket for row in table if row.number in rows}, ""
    except TableError as error:
        if tickets is not None:
            raise
        return {}, f"the errors are shown without texts: {error}"
