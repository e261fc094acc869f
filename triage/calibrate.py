"""How often each rule was right on labelled tickets, kept beside the rule file for suggestions to carry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from triage.certainty import wilson
from triage.evaluate import level_names
from triage.writing import open_whole

if TYPE_CHECKING:
    from triage.engine import Triage
    from triage.rules.certainty_file import CertaintyFile, RuleRecord
    from triage.table import Row


@dataclass(slots=True)
class Tally:
    """How many labelled tickets each rule decided, and in how many its level was the label."""

    tickets: int = 0
    left_out: int = 0  # rows whose label is no level
    decided: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)


def tally_of(rows: Iterable[Row], triage: Triage) -> Tally:
    """Return the counts over all rows that are labelled with a level; the others are left out.

    >>> from triage import Ticket, Triage
    >>> from triage.table import Row
    >>> tally = tally_of([Row(ticket=Ticket(body="E-mail is down"), label="low", number=1)], Triage())
    >>> tally.tickets, tally.decided.total(), tally.right.total()
    (1, 1, 0)
    """
    names = level_names(triage.rules.priorities)
    tally = Tally()
    for row in rows:
        label = names.get((row.label or "").casefold())
        if label is None:
            tally.left_out += 1
            continue
        tally.tickets += 1
        suggestion = triage.suggest(row.ticket)
        if suggestion.reasons:
            rule = suggestion.reasons[0].rule
            tally.decided[rule] += 1
            tally.right[rule] += suggestion.priority.id == label
    return tally


def certainty_of_tally(tally: Tally, triage: Triage, *, table: str, date: str) -> CertaintyFile:
    """Return what the counts tell of each rule that decided at least once."""
    from triage.rules.certainty_file import CertaintyFile

    return CertaintyFile(
        rules_version=triage.rules.version,
        date=date,
        table=table,
        tickets=tally.tickets,
        rules={rule: _record(tally.right[rule], n) for rule, n in sorted(tally.decided.items())},
    )


def _record(right: int, n: int) -> RuleRecord:
    from triage.rules.certainty_file import RuleRecord

    low, high = wilson(right, n)
    return RuleRecord(right=right, n=n, precision=right / n, low=low, high=high)


def write_certainty(found: CertaintyFile, rules: Path) -> Path:
    """Write the file beside the rule file and return its path; an older one is replaced whole.

    Raises:
        TableError: the file cannot be written.
    """
    from triage.rules.certainty_file import certainty_path

    path = certainty_path(rules)
    with open_whole(path, what="certainty") as out:
        out.write(found.model_dump_json(indent=2) + "\n")
    return path
