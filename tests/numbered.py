"""Work for other processes, in a module that they can import by its name."""

from __future__ import annotations

from triage.table import Row


def number_of(row: Row) -> int:
    return row.number


def set_up() -> object:
    return number_of
