"""What the commands of ``triage rules`` print: tables of rules, plain where there is no colour."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.console import Group, RenderableType
from rich.text import Text

from triage.show import Figures, clean, count_tickets

if TYPE_CHECKING:
    from triage.rules.certainty_file import CertaintyFile
    from triage.rules.ruleset import Rule


def show_certainty(found: CertaintyFile, rules: Sequence[Rule], *, written: str) -> RenderableType:
    """Return a table of how often each rule was right, the most used first, and where it was written."""
    by_use = sorted(found.rules.items(), key=lambda item: (-item[1].n, item[0]))
    rows = [
        (id, [Text(f"{r.precision:.0%}"), Text(f"{r.low:.0%}-{r.high:.0%}"), Text(f"{r.n:,}")])
        for id, r in by_use
    ]
    idle = sum(1 for rule in rules if not rule.draft and rule.id not in found.rules)
    return Group(
        Text(f"{count_tickets(found.tickets)} labelled with a level in {clean(found.table)}", style="bold"),
        Text(),
        Figures(("rule", "right", "95% interval", "tickets it decided"), rows),
        Text(),
        *([Text(f"{idle:,} active rules decided none of them: not measured")] if idle else []),
        Text(f"Written to {clean(written)}; suggestions by these rules now say it."),
    )
