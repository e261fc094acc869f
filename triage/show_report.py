"""A report of rules on past tickets, on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from triage.show import Figures, clean, count_tickets, show_unknown

if TYPE_CHECKING:
    from triage.certainty import Measured
    from triage.report.values import Report

_MOST_WORDS = 20
_USE = ("holds", "decided", "overlaps", "conflicts", "right", "interval")


def show_report(report: Report) -> RenderableType:
    """Return a report for ``Console.print``: what is decided, then by level, by rule and by line."""
    share = report.decided / report.tickets if report.tickets else 0
    top = f"{report.decided:,} of {count_tickets(report.tickets)} are decided by a rule ({share:.1%})"
    parts: list[RenderableType] = [Text(top, style="bold")]
    if report.labelled:
        right = report.right / report.labelled
        parts.append(Text(f"{right:.1%} of {count_tickets(report.labelled)} with a label get its level"))
    if report.unknown:
        parts.append(show_unknown(report.unknown))
    parts += [
        Text(),
        _levels(report),
        Text(),
        _rules(report),
        Text(),
        *_drafts(report),
        _lines(report),
        Text(),
    ]
    return Group(*parts, *_open_ends(report))


def _levels(report: Report) -> Figures:
    header = ("level", "suggested", "by default", "labelled", "right", "wrong", "not decided")
    rows = [
        (
            level.id,
            _counts(
                *(level.suggested, level.default, level.labelled, level.right, level.wrong, level.undecided)
            ),
        )
        for level in report.levels
    ]
    return Figures(header, rows)


def _rules(report: Report) -> Figures:
    header = ("rule", *_USE)
    rows = [
        (
            rule.id,
            [*_counts(rule.holds, rule.decided, rule.overlaps, rule.conflicts), *_measured(rule.measured)],
        )
        for rule in report.rules
        if rule.holds and not rule.draft
    ]
    return Figures(header, rows)


def _drafts(report: Report) -> list[RenderableType]:
    """Return a table of the drafts, if there are any: what each would decide, were they active."""
    header = ("draft", "holds", "would decide", "overlaps", "conflicts", "right", "interval")
    rows = [
        (
            rule.id,
            [
                *_counts(rule.holds, rule.would_decide, rule.overlaps, rule.conflicts),
                *_measured(rule.measured),
            ],
        )
        for rule in report.rules
        if rule.draft
    ]
    return [Figures(header, rows), Text()] if rows else []


def _lines(report: Report) -> Figures:
    rows = [
        (
            "a definition" if line.number is None else f"line {line.number}",
            [
                *_counts(len(line.rules), line.holds, line.decided, line.overlaps, line.conflicts),
                *_measured(line.measured),
            ],
        )
        for line in report.lines
    ]
    return Figures(("guideline", "rules", *_USE), rows)


def _counts(*counts: int) -> list[Text]:
    return [Text(f"{count:,}" if count else "·") for count in counts]


def _measured(measured: Measured | None) -> list[Text]:
    if measured is None:
        return [Text("-"), Text("-")]
    return [Text(f"{measured.precision:.0%}"), Text(f"{100 * measured.low:.0f}-{measured.high:.0%}")]


def _open_ends(report: Report) -> list[RenderableType]:
    idle = [rule.id for rule in report.rules if not rule.decided and not rule.draft]
    lines = [f'line {line.number} "{line.text}"' for line in report.unused_lines]
    words = [f"{word} ({count:,})" for word, count in report.words[:_MOST_WORDS]]
    said = (
        ("Lines of the guideline that decided no ticket", lines),
        ("Active rules that decided no ticket", idle),
        ("Words that stand out in tickets that no rule decided", words),
    )
    return [Text(f"{name}: {clean(', '.join(found)) or 'none'}") for name, found in said]
