"""How the reading of a table shows that it goes on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from time import monotonic
from typing import TYPE_CHECKING

from rich.console import Console

if TYPE_CHECKING:
    from triage.table import Row, Table

_PATIENCE = 2.0  # seconds before a progress bar appears
_REDRAWN = 25  # rows between two updates of it


def with_progress(table: Table, console: Console) -> Iterator[Row]:
    """Yield the rows of a table; what takes longer than two seconds draws a bar, on a terminal only.

    >>> from triage.table import Columns, Row, Table
    >>> from triage.ticket import Ticket
    >>> rows = [Row(ticket=Ticket(body="Mail is down"), number=1)]
    >>> table = Table("tickets.csv", Columns(), iter(rows), 0, lambda: 0)
    >>> list(with_progress(table, Console(stderr=True))) == rows
    True
    """
    if not console.is_terminal:
        yield from table.rows
        return
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    count = TextColumn("{task.fields[rows]:,} tickets")
    begun = monotonic()
    with ExitStack() as stack:
        progress = Progress(
            BarColumn(), TaskProgressColumn(), count, TimeElapsedColumn(), console=console, transient=True
        )
        task = progress.add_task("", total=table.size or None, rows=0)
        shown = False
        for row in table.rows:
            yield row
            if not shown and monotonic() - begun > _PATIENCE:
                stack.enter_context(progress)
                shown = True
            if shown and row.number % _REDRAWN == 0:
                progress.update(task, completed=table.position() if table.size else 0, rows=row.number)
