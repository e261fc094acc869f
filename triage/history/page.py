"""The statistics as a page: plain HTML with its plots inside, nothing loaded from elsewhere."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from triage.history.decision import now
from triage.history.stats import Stats

_MOST_RULES = 25
_MOST_WEEKS = 26
_VERDICTS = {
    "over": "more urgent than the guideline says",
    "agree": "as the guideline says",
    "under": "less urgent than the guideline says",
    "unsure": "not judged: the rules were unsure",
}


def page_of(stats: Stats) -> str:
    """Return the statistics as an HTML page.

    >>> "Choices by verdict" in page_of(Stats())
    True
    """
    templates = Environment(
        loader=PackageLoader("triage.history", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return templates.get_template("stats.html").render(**_shown(stats))


def _shown(stats: Stats) -> dict[str, Any]:
    """Return what the template shows: each plot as bars of a name, a number and a share of the widest."""
    by_verdict = [(said, stats.verdicts[name]) for name, said in _VERDICTS.items()]
    apart = [(_levels(levels), stats.apart[levels]) for levels in sorted(stats.apart, reverse=True)]
    rules = [(f"{rule.rule} ({rule.settled} settled)", rule.overridden) for rule in stats.rules]
    weeks = [
        (f"week of {week.starts}: {week.choices} chosen", week.over + week.under) for week in stats.weeks
    ]
    warnings = [("heeded", stats.heeded), ("the choice stood", stats.warned - stats.heeded)]
    return {
        "stats": stats,
        "made": now(),
        "plots": [
            ("Choices by verdict", "the first level that a person chose for each ticket", _bars(by_verdict)),
            ("How far apart", "levels between the choice and the suggestion, where doubted", _bars(apart)),
            ("Warnings", "whether the suggested level was chosen after a warning", _bars(warnings)),
            (
                "Overrides by rule",
                "final levels that differ from what it suggested",
                _bars(rules[:_MOST_RULES]),
            ),
            ("By week", "choices that were doubted", _bars(weeks[-_MOST_WEEKS:])),
        ],
    }


def _bars(counted: list[tuple[str, int]]) -> list[tuple[str, int, float]]:
    widest = max((number for _, number in counted), default=0) or 1
    return [(name, number, 100 * number / widest) for name, number in counted]


def _levels(levels: int) -> str:
    number = f"{abs(levels)} level{'s' if abs(levels) > 1 else ''}"
    return f"{number} too urgent" if levels > 0 else f"{number} not urgent enough"
