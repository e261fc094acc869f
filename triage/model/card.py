"""A model told to people: card.md, written from the manifest alone, so that both say the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

LIMITS = """\
- It learned the words of these tickets. On those of another firm it knows less; measure before you trust it.
- Words outside its vocabulary, and tickets that are not in English, say little or nothing to it.
- What it is sure of is right as often as the threshold says on tickets like these, not on every ticket.
- The labels it learned from are what people chose. Where they chose wrongly in the same way, so does it.
- It reads words and what the rules found. It does not understand."""

TABLE_HASH = "SHA-256 of the file"  # what a manifest calls it among what was told


def card_of(manifest: Mapping[str, Any]) -> str:
    """Return the card of the model that a manifest describes, as Markdown."""
    return "\n".join(_lines(manifest)) + "\n"


def _lines(manifest: Mapping[str, Any]) -> Iterator[str]:
    data, told = manifest["data"], manifest["told"]
    yield f"# {manifest['name']}"
    yield ""
    levels = ", ".join(manifest["levels"])
    yield f"A model of priorities, version `{manifest['version']}`, for the levels {levels}."
    yield ""
    yield "## What it learned from"
    yield ""
    yield from (f"- {name}: {value}" for name, value in sorted(told.items()) if name != "command")
    latest = ", the latest ones" if manifest["settings"]["by_time"] and data["held_out"] else ""
    yield (
        f"- {data['rows']:,} rows: {data['trained']:,} trained on, {data['held_out']:,} held out to measure"
        f"{latest}"
    )
    yield from ([f"- tickets from {data['from']} to {data['to']}"] if "from" in data else [])
    yield from (f"- {count:,} dropped: {why}" for why, count in data["drops"].items())
    yield from ([f"- {data['copies']:,} dropped: copies of a held-out ticket"] if data["copies"] else [])
    yield from ([f"- {data['added']:,} added tickets"] if data["added"] else [])
    yield from (
        f"- {count:,} added rows dropped: {why}" for why, count in data.get("added_drops", {}).items()
    )
    yield f"- tickets by level: {', '.join(f'{level} {n:,}' for level, n in data['labels'].items())}"
    yield f"- rules of version `{manifest['rules_version'] or 'none'}`"
    yield f"- made with {', '.join(f'{name} {number}' for name, number in manifest['versions'].items())}"
    if "command" in told:
        yield from ("", "The same again:", "", "```sh", told["command"], "```")
    yield from ("", "## What it was measured to be", "")
    yield from _measured(manifest)
    yield from ("", "## What a wrong level costs", "")
    yield from _costs(manifest)
    yield from ("", "## Limits", "", LIMITS, *(f"- {note}." for note in manifest["notes"]))
    if manifest["forced"]:
        yield from ("", "## Forced", "", *(f"- {forced}" for forced in manifest["forced"]))


def _measured(manifest: Mapping[str, Any]) -> Iterator[str]:
    if manifest["measures"]:
        yield from _figures(manifest)
    else:
        yield "No ticket was held out."
    yield ""
    errors = manifest["calibration_error"]
    told = ", ".join(f"{value:.3f} {where}" for where, value in errors.items())
    yield f"Expected calibration error: {told}."
    yield ""
    yield _threshold(manifest)


def _figures(manifest: Mapping[str, Any]) -> Iterator[str]:
    yield "On the held-out tickets:"
    yield ""
    yield f"| | accuracy | macro-F1 | quadratic kappa | {manifest['levels'][0]} recall |"
    yield "|---|---|---|---|---|"
    for name, measures in manifest["measures"].items():
        shares = (measures["accuracy"], measures["macro_f1"], measures["kappa"])
        recall = measures["levels"][manifest["levels"][0]]["recall"]
        yield f"| {name} | {' | '.join(map(share, (*shares, recall)))} |"


def _threshold(manifest: Mapping[str, Any]) -> str:
    wanted = f"{manifest['settings']['precision']:.0%}"
    if manifest["threshold"] > 1:
        return f"At no probability was {wanted} right, so the model never speaks."
    return (
        f"It speaks from a probability of {manifest['threshold']:.3f} on, where {wanted} or more were right."
    )


def _costs(manifest: Mapping[str, Any]) -> Iterator[str]:
    levels = manifest["levels"]
    yield f"| it is, and we say | {' | '.join(levels)} |"
    yield "|---" * (len(levels) + 1) + "|"
    for level, line in zip(levels, manifest["costs"], strict=True):
        yield f"| {level} | {' | '.join(f'{cost:g}' for cost in line)} |"


def share(value: float | None) -> str:
    """Return a share with three digits, or a dash for a share of nothing.

    >>> share(0.75), share(None)
    ('0.750', '-')
    """
    return "-" if value is None else f"{value:.3f}"
