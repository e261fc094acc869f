"""How often each rule was right on labelled tickets, kept beside the rule file for suggestions to carry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from triage.certainty import wilson
from triage.evaluate import level_labelled, level_names, wrong_label
from triage.writing import open_whole

if TYPE_CHECKING:
    from triage.engine import Triage
    from triage.rules.certainty_file import CertaintyFile, RuleRecord
    from triage.rules.ruleset import RuleSet
    from triage.suggestion import Reason, Suggestion
    from triage.table import Row


@dataclass(slots=True)
class Tally:
    """How many labelled tickets each rule decided, and in how many its level was the label.

    Of a draft they are those that it would decide, were the drafts active.
    """

    tickets: int = 0
    left_out: int = 0  # rows whose label is no level
    unknown: Counter[str] = field(default_factory=Counter)  # labels that should be one
    decided: Counter[str] = field(default_factory=Counter)
    right: Counter[str] = field(default_factory=Counter)

    def count(self, rule: str, *, right: bool) -> None:
        """Count a ticket that a rule decides."""
        self.decided[rule] += 1
        self.right[rule] += right


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
        label = level_labelled(row.label, names)
        if label is None:
            tally.left_out += 1
            if wrong := wrong_label(row.label, names):
                tally.unknown[wrong] += 1
            continue
        tally.tickets += 1
        suggestion = triage.suggest(row.ticket)
        if suggestion.reasons:
            tally.count(suggestion.reasons[0].rule, right=suggestion.priority.id == label)
        if draft := deciding_draft(suggestion, triage.rules):
            tally.count(draft.rule, right=draft.priority == label)
    return tally


def deciding_draft(suggestion: Suggestion, rules: RuleSet) -> Reason | None:
    """Return the reason of the draft that would decide, were the drafts active; None where none would.

    >>> from triage import Triage
    >>> triage = Triage()
    >>> deciding_draft(triage.suggest("E-mail is down"), triage.rules) is None
    True
    """
    first = suggestion.shadow.reasons[0] if suggestion.shadow else None
    return first if first is not None and rules.by_id[first.rule].draft else None


def certainty_of_tally(tally: Tally, triage: Triage, *, table: str, date: str) -> CertaintyFile:
    """Return what the counts tell of each rule that decided at least once; a draft never does."""
    from triage.rules.certainty_file import CertaintyFile

    return CertaintyFile(
        rules_version=triage.rules.version,
        date=date,
        table=table,
        tickets=tally.tickets,
        rules={
            rule: _record(tally.right[rule], n)
            for rule, n in sorted(tally.decided.items())
            if not triage.rules.by_id[rule].draft
        },
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
