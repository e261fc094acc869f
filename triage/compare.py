"""What another version of the rules would change for past tickets, ticket by ticket."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from triage.evaluate import level_labelled, level_names, most_first, wrong_label
from triage.parallel import each_row
from triage.table import Row

if TYPE_CHECKING:
    from collections.abc import Callable

    from triage.engine import Triage

Verdict = Literal["better", "worse", "neither", "no label"]
_SHORT = 80


class Told(NamedTuple):
    """What one version says: the level, the rule that decided (None: a default stands), and how far off.

    ``off`` counts levels from the label; None where the ticket is not labelled with one. ``wrong`` is a label
    that should be one.
    """

    level: str
    rule: str | None
    off: int | None
    wrong: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One ticket whose level would change: from what to what, by which rules, and whether for the better.

    ``number`` counts the rows of the table from 1. ``text`` is the beginning of the ticket.
    """

    number: int
    id: str
    label: str | None
    before: str
    after: str
    rule_before: str | None
    rule_after: str | None
    verdict: Verdict
    text: str

    @property
    def rule(self) -> str:
        """The rule that did it: the one that decides now, else the one that does no longer."""
        return self.rule_after or self.rule_before or "the default"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """All that changes over a table: ``labelled`` tickets have a level as label, ``right_*`` count them.

    ``unknown`` counts the labels that are no level, by one of the two versions.
    """

    tickets: int
    labelled: int
    right_before: int
    right_after: int
    changes: tuple[Change, ...]
    unknown: tuple[tuple[str, int], ...] = ()

    def count(self, verdict: Verdict) -> int:
        """Return how many changes have this verdict."""
        return sum(change.verdict == verdict for change in self.changes)

    @property
    def worse(self) -> bool:
        """Whether more labelled tickets get worse than better."""
        return self.count("worse") > self.count("better")

    def by_step(self) -> Counter[tuple[str, str]]:
        """Return how many tickets go from which level to which."""
        return Counter((change.before, change.after) for change in self.changes)

    def by_rule(self) -> dict[str, Counter[str]]:
        """Return how many tickets each rule changed, by verdict, the rule that changed most first."""
        found: dict[str, Counter[str]] = {}
        for change in self.changes:
            found.setdefault(change.rule, Counter())[change.verdict] += 1
        return dict(sorted(found.items(), key=lambda item: (-item[1].total(), item[0])))

    def to_dict(self) -> dict[str, Any]:
        """Return the comparison as plain data, ready for JSON."""
        counts = {verdict: self.count(verdict) for verdict in ("better", "worse", "neither", "no label")}
        unknown = {"unknown": dict(self.unknown), "counts": counts}
        return asdict(self) | unknown | {"changes": [asdict(change) for change in self.changes]}


def compare(rows: Iterable[Row], before: Path, after: Path, *, processes: int = 0) -> Comparison:
    """Return what the rules of the file ``after`` change against those of ``before``.

    Long tables are worked on by several processes.

    Raises:
        RuleFileError: one of the files has faults.

    >>> from triage import Ticket
    >>> from triage.rules.load import documented_rules
    >>> rows = [Row(ticket=Ticket(body="E-mail is down"), label="critical", number=1)]
    >>> found = compare(rows, documented_rules(), documented_rules())
    >>> found.tickets, found.right_after, found.changes
    (1, 1, ())
    """
    changes: list[Change] = []
    counts: Counter[str] = Counter()
    unknown: Counter[str] = Counter()
    for old, new, change in each_row(rows, partial(_setup, before, after), processes=processes):
        counts["tickets"] += 1
        counts["labelled"] += old.off is not None
        counts["right before"] += old.off == 0
        counts["right after"] += new.off == 0
        unknown.update(filter(None, [old.wrong or new.wrong]))
        changes += [change] if change else []
    return Comparison(
        tickets=counts["tickets"],
        labelled=counts["labelled"],
        right_before=counts["right before"],
        right_after=counts["right after"],
        unknown=most_first(unknown),
        changes=tuple(changes),
    )


def _setup(before: Path, after: Path) -> Callable[[Row], tuple[Told, Told, Change | None]]:
    from triage.engine import Triage

    return partial(_compared, _teller(Triage(before)), _teller(Triage(after)))


def _compared(
    before: Callable[[Row], Told], after: Callable[[Row], Told], row: Row
) -> tuple[Told, Told, Change | None]:
    old, new = before(row), after(row)
    return old, new, None if old.level == new.level else _change(row, old, new)


def _change(row: Row, old: Told, new: Told) -> Change:
    text = " ".join(f"{row.ticket.subject} {row.ticket.body[: 4 * _SHORT]}".split())
    return Change(
        number=row.number,
        id=row.id,
        label=row.label,
        before=old.level,
        after=new.level,
        rule_before=old.rule,
        rule_after=new.rule,
        verdict=_verdict(old.off, new.off),
        text=text if len(text) <= _SHORT else f"{text[:_SHORT]}…",
    )


def _verdict(before: int | None, after: int | None) -> Verdict:
    if before is None or after is None:
        return "no label"
    return "better" if after < before else "worse" if after > before else "neither"


def _teller(triage: Triage) -> Callable[[Row], Told]:
    """Return what tells the level of a row by these rules."""
    names = level_names(triage.rules.priorities)
    ranks = {priority.id: priority.rank for priority in triage.rules.priorities}

    def tell(row: Row) -> Told:
        suggestion = triage.suggest(row.ticket)
        label = level_labelled(row.label, names)
        rule = suggestion.reasons[0].rule if suggestion.reasons else None
        off = None if label is None else abs(ranks[label] - suggestion.priority.rank)
        return Told(suggestion.priority.id, rule, off, wrong_label(row.label, names))

    return tell


CHANGE_COLUMNS = ("row", "id", "label", "before", "after", "verdict", "rule before", "rule after", "text")


def change_rows(comparison: Comparison) -> Iterator[tuple[object, ...]]:
    """Yield the cells of each change, in the order of ``CHANGE_COLUMNS``."""
    for c in comparison.changes:
        yield (c.number, c.id, c.label, c.before, c.after, c.verdict, c.rule_before, c.rule_after, c.text)
