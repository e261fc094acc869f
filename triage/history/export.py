"""Tomorrow's training rows: tickets whose final level a person set, with their text."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass, fields
from datetime import datetime
from typing import Any, TextIO

from sqlalchemy import ColumnElement, Select, SelectBase, and_, func, select, union_all
from sqlalchemy.orm import aliased

from triage.history.history import History
from triage.history.tables import DecisionRow

_AT_ONCE = 1_000
Texts = SelectBase  # of case, subject, body, channel and received, in this order


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRow:
    """A ticket and its label: the final level, set by a person. What a default put there is no label.

    >>> TrainingRow(subject="", body="It jams", channel="email", label="low", case="0a1b",
    ...             received=datetime(2026, 3, 2)).label
    'low'
    """

    subject: str
    body: str
    channel: str | None
    label: str
    label_source: str = "person"
    received: datetime
    case: str


def training_rows(history: History, *, also: Texts | None = None) -> Iterator[TrainingRow]:
    """Yield the tickets that a model can learn from, in the order in which they were settled.

    ``also`` selects texts of the same database, for tickets of which the memory has none.

    >>> list(training_rows(History("sqlite://")))
    []
    """
    told, final = _texts(also).subquery(), aliased(DecisionRow)
    asked = (
        select(told, final.priority.label("label"))
        .join(final, told.c.case == final.case)
        .where(final.id.in_(_labels()))
        .order_by(final.id)
    )
    with history.reading() as connection:
        for row in connection.execution_options(yield_per=_AT_ONCE).execute(asked).mappings():
            yield TrainingRow(**row)


def without_text(history: History, *, also: Texts | None = None) -> int:
    """Return how many tickets have a label and no text to learn from; ``also`` as in training_rows.

    >>> without_text(History("sqlite://"))
    0
    """
    with_text = select(_texts(also).subquery().c.case)
    asked = select(func.count()).where(DecisionRow.id.in_(_labels()), DecisionRow.case.not_in(with_text))
    with history.reading() as connection:
        return connection.execute(asked).scalar_one()


def _texts(also: Texts | None) -> Texts:
    """Select the newest text that the memory has of each case, and those that it has not from elsewhere."""
    with_text = DecisionRow.body.is_not(None)
    newest = select(func.max(DecisionRow.id)).where(with_text).group_by(DecisionRow.case)
    kept = select(
        DecisionRow.case,
        DecisionRow.subject,
        DecisionRow.body,
        DecisionRow.channel,
        DecisionRow.at.label("received"),
    ).where(DecisionRow.id.in_(newest))
    if also is None:
        return kept
    other = also.subquery()
    lacking = other.c.case.not_in(select(DecisionRow.case).where(with_text))
    return union_all(kept, select(other).where(lacking))


def _labels() -> Select[Any]:
    """Select the last word on each ticket, where that is a person's."""
    last = select(func.max(DecisionRow.id)).where(DecisionRow.kind == "final").group_by(DecisionRow.case)
    by_person: ColumnElement[bool] = and_(DecisionRow.id.in_(last), DecisionRow.set_by == "person")
    return select(DecisionRow.id).where(by_person)


def write_csv(rows: Iterator[TrainingRow], out: TextIO) -> int:
    """Write rows as CSV with a heading and return how many there were."""
    names = [field.name for field in fields(TrainingRow)]
    table, written = csv.DictWriter(out, names), 0
    table.writeheader()
    for row in rows:
        table.writerow(_plain(row))
        written += 1
    return written


def write_json_lines(rows: Iterator[TrainingRow], out: TextIO) -> int:
    """Write rows as lines of JSON and return how many there were."""
    written = 0
    for row in rows:
        out.write(json.dumps(_plain(row)) + "\n")
        written += 1
    return written


def _plain(row: TrainingRow) -> dict[str, object]:
    return asdict(row) | {"received": row.received.isoformat()}
