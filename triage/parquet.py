"""Parquet in, records out, a batch of rows at a time; pyarrow does the reading."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from triage.errors import TableError

_BATCH = 1_000  # rows that are in memory at a time


def read_parquet(raw: BinaryIO, file: str) -> tuple[list[str], Iterator[tuple[int, int, dict[str, str]]]]:
    """Return the names of the columns and the rows, each with its number twice, as text.

    Raises:
        TableError: pyarrow is not installed, or the file is not Parquet.
    """
    try:
        from pyarrow import ArrowInvalid
        from pyarrow.parquet import ParquetFile
    except ImportError as error:
        advice = "install it with: pip install 'ticket-triage[train]'"
        raise TableError(f"{file}: reading Parquet needs {error.name}; {advice}") from None
    try:
        opened = ParquetFile(raw)
    except (ArrowInvalid, OSError) as error:
        raise TableError(f"{file}: this is not Parquet: {error}") from None
    return list(opened.schema_arrow.names), _records(opened, file)


def _records(opened: Any, file: str) -> Iterator[tuple[int, int, dict[str, str]]]:
    number = 0
    try:
        for batch in opened.iter_batches(batch_size=_BATCH):
            for row in batch.to_pylist():
                number += 1
                yield number, number, {name: _text(value) for name, value in row.items()}
    except OSError as error:
        raise TableError(f"{file}: row {number + 1} cannot be read: {error}") from None


def _text(value: object) -> str:
    if isinstance(value, list):
        return "|".join(map(_text, value))
    return "" if value is None else value.isoformat() if hasattr(value, "isoformat") else str(value)
