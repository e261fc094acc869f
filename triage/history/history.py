"""The memory: decisions are kept, read back, forgotten."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import fields
from datetime import timedelta
from operator import attrgetter
from pathlib import Path
from typing import Any, Self

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update
from sqlalchemy.exc import SQLAlchemyError

from triage.errors import HistoryError
from triage.history.database import open_database
from triage.history.decision import Decision, now
from triage.history.tables import DecisionRow

_FIELDS = tuple(field.name for field in fields(Decision))
_values = attrgetter(*_FIELDS)
_COLUMNS = [getattr(DecisionRow, name) for name in _FIELDS]
_INSERT = insert(DecisionRow)
_AT_ONCE = 1_000
_LOCKED = "database is locked"  # as SQLite says it
FORGOTTEN = "forgotten"


class HistoryBusyError(HistoryError):
    """Others write to the file, and for longer than was to be waited."""


class History:
    """The memory of decisions in a database; threads share it.

    ``url`` is ``sqlite:///FILE`` or ``postgresql://...``; the path of a file alone is SQLite in that file.
    The tables are made, and brought up to date, when it is opened. Without ``make`` no new file is made.
    While others write to a file, a change waits for ``wait`` seconds.

    Raises:
        HistoryError: the URL cannot be read, or the database cannot be reached.

    >>> with History("sqlite://") as history:
    ...     history.keep(Decision.of_final("0a1b", "high", by="tom"))
    ...     [decision.priority for decision in history.of("0a1b")]
    ['high']
    """

    def __init__(self, url: str | Path, *, make: bool = True, wait: float = 30.0) -> None:
        named = isinstance(url, Path) or "://" not in url
        self._engine = open_database(f"sqlite:///{url}" if named else str(url), make=make, wait=wait)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back.

        >>> History("sqlite://").close()
        """
        self._engine.dispose()

    @property
    def quick(self) -> bool:
        """Whether keeping is quicker than handing over to a thread: in a file, unless it waits for the disk.

        >>> with History("sqlite://") as history:
        ...     history.quick
        False
        """
        return bool(self._engine.get_execution_options().get("quick"))

    def keep(self, *decisions: Decision, within: Connection | None = None, at_once: bool = False) -> None:
        """Keep decisions, all or none; when this returns they outlive whatever happens to the process.

        ``within`` is the connection of a :meth:`writing` under way, and then they are kept when that ends.
        With ``at_once`` nobody waits until others have written to the file.

        Raises:
            HistoryBusyError: others write to the file at this moment, or for too long.
            HistoryError: the database did not take them.

        >>> with History("sqlite://") as history:
        ...     history.keep(Decision(kind="suggested", suggested="low"))
        """
        if not decisions:
            return
        opened = nullcontext(within) if within is not None else self.writing(wait=0 if at_once else None)
        with opened as connection:
            connection.execute(_INSERT, [_row(decision) for decision in decisions])

    def of(self, case: str) -> list[Decision]:
        """Return what happened in a case, in the order it came in; nothing of a case that is not known.

        >>> with History("sqlite://") as history:
        ...     history.of("nowhere")
        []
        """
        return list(self.decisions(DecisionRow.case == case))

    def decisions(self, *where: ColumnElement[bool]) -> Iterator[Decision]:
        """Yield what was kept, in the order it came in; memory does not grow with how much there is.

        >>> with History("sqlite://") as history:
        ...     list(history.decisions())
        []
        """
        asked = select(*_COLUMNS).where(*where).order_by(DecisionRow.id)
        with self.reading() as connection:
            for row in connection.execution_options(yield_per=_AT_ONCE).execute(asked):
                yield Decision(**dict(zip(_FIELDS, row, strict=True)))

    def forget(self, person: str) -> int:
        """Delete every case of a person, take the name out of what they did in others', and return how many.

        >>> with History("sqlite://") as history:
        ...     history.keep(Decision(kind="suggested", case="0a1b", person="ann"))
        ...     history.keep(Decision.of_final("0a1b", "low", by="tom"))
        ...     history.forget("ann"), history.of("0a1b")
        (2, [])
        """
        theirs = select(DecisionRow.case).where(DecisionRow.person == person)
        with self.writing() as connection:
            gone = connection.execute(delete(DecisionRow).where(DecisionRow.case.in_(theirs))).rowcount
            acted = DecisionRow.by == person
            renamed = connection.execute(update(DecisionRow).where(acted).values(by=FORGOTTEN)).rowcount
        return int(gone + renamed)

    def forget_older_than(self, days: int) -> int:
        """Delete the cases in which nothing happened for so many days, and return how many rows went.

        >>> with History("sqlite://") as history:
        ...     history.keep(Decision(kind="suggested", case="0a1b"))
        ...     history.forget_older_than(days=30)
        0
        """
        recent = select(DecisionRow.case).where(DecisionRow.at >= now() - timedelta(days=days))
        with self.writing() as connection:
            return connection.execute(delete(DecisionRow).where(DecisionRow.case.not_in(recent))).rowcount

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Open the database for one consistent look at it."""
        with _told(), self._opened(only_reads=True) as connection:
            yield connection

    @contextmanager
    def writing(self, *, wait: float | None = None) -> Iterator[Connection]:
        """Open the database for one change: all of it happens, or none.

        Raises:
            HistoryBusyError: others write to the file, and for longer than this is to ``wait``.
        """
        options = {} if wait is None else {"wait": wait}
        with _told(), self._opened(**options) as connection, connection.begin():
            yield connection

    def _opened(self, **options: float) -> Connection:
        return self._engine.connect().execution_options(**options)


@contextmanager
def _told() -> Iterator[None]:
    """Turn what the database says into an error of ours, without the values that were to be written."""
    try:
        yield
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        kind = HistoryBusyError if str(cause) == _LOCKED else HistoryError
        raise kind(f"the history cannot be used: {' '.join(str(cause).split())[:300]}") from None


def _row(decision: Decision) -> dict[str, Any]:
    return dict(zip(_FIELDS, map(_storable, _values(decision)), strict=True))


def _storable(value: Any) -> Any:
    """Return the value; in a text, what no database takes becomes the character for the unreadable."""
    if not isinstance(value, str) or (value.isascii() and "\0" not in value):
        return value
    return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace").replace("\0", "\ufffd")
