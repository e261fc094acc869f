"""Tables of tickets: CSV or JSON Lines in, rows out one at a time, every fault with its place.

A file ending in .jsonl or .ndjson holds one JSON object a line, one ending in .parquet is Parquet; anything
else is CSV with a header. All but Parquet may be compressed (.gz). CSV fields are separated by commas,
semicolons or tabs, whichever the header uses.
"""

from __future__ import annotations

import csv
import gzip
import json
import os
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from functools import partial
from hashlib import file_digest
from io import BufferedReader
from itertools import chain, islice
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO, NoReturn

from triage.errors import TableError
from triage.parquet import read_parquet
from triage.rules.nearest import did_you_mean
from triage.ticket import Ticket
from triage.writing import open_whole

LONGEST_FIELD = 16_000_000  # characters; a ticket may hold a megabyte, a missing quote swallows a whole file
_LONGEST_LINE = 4 * LONGEST_FIELD  # bytes
_LOOKED_AT = 100  # JSON objects that together tell which columns there are: one may leave out empty fields
_FORMULA_STARTS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")  # the last four are full width
_USUAL_NAMES = {
    "subject": ("subject", "title", "summary"),
    "body": ("body", "description", "text"),
    "label": ("label", "priority"),
    "channel": ("channel",),
    "id": ("id", "ticket_id"),
    "acceptable": ("acceptable",),
    "pair": ("pair",),
    "source": ("label_source", "chosen_by"),
    "time": ("time", "received", "created"),
}

Record = tuple[int, int, dict[str, str]]  # number of the row, number of the line it ends on, fields by column


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """The names of the columns to read; None stands for a usual name ("label", "priority"), if there is one.

    >>> Columns(label="Prio").label
    'Prio'
    """

    subject: str | None = None
    body: str | None = None
    label: str | None = None
    channel: str | None = None
    id: str | None = None
    acceptable: str | None = None
    pair: str | None = None
    source: str | None = None
    time: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row: the ticket, and what the table says of it; ``number`` counts rows from 1, without the header.

    ``label`` is None where the table has no label column or the field is empty. ``acceptable`` are the other
    levels that would be right ("low|standard"), and ``pair`` joins two tickets that differ in one fact.
    ``source`` tells who put the label there, ``time`` when the ticket came.

    >>> Row(ticket=Ticket(body="The server is down."), label="critical", number=1).label
    'critical'
    """

    ticket: Ticket
    label: str | None = None
    id: str = ""
    acceptable: frozenset[str] = frozenset()
    pair: str | None = None
    source: str | None = None
    time: str | None = None
    number: int


@dataclass(frozen=True, slots=True)
class Table:
    """An open table: ``columns`` are the names that were found, ``rows`` can be read once.

    ``size`` is the bytes of the file, 0 where that is not known; ``position()`` tells how many were read.
    """

    file: str
    columns: Columns
    rows: Iterator[Row]
    size: int
    position: Callable[[], int]


@contextmanager
def open_table(path: str | Path, columns: Columns | None = None) -> Iterator[Table]:
    """Open a table of tickets; its header is checked at once, its rows as they are read.

    Raises:
        TableError: the file, a column or a row cannot be read; the message names it.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name, "tickets.csv")
    >>> _ = path.write_text("subject,priority\\nMail is down,critical\\n")
    >>> with open_table(path) as table:
    ...     [(row.ticket.subject, row.label) for row in table.rows]
    [('Mail is down', 'critical')]
    >>> folder.cleanup()
    """
    file = str(path)
    with _open(file) as raw:
        header, records = _records(raw, file)
        found = _find_columns(columns or Columns(), header, file)
        yield Table(file, found, _rows(records, found, file), _size(raw), raw.tell)


def read_rows(path: str | Path, columns: Columns | None = None) -> Iterator[Row]:
    """Yield the rows of a table of tickets; memory does not grow with their number.

    Raises:
        TableError: the file, a column or a row cannot be read; raised when that place is reached.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name, "tickets.jsonl")
    >>> _ = path.write_text('{"body": "Mail is down", "channel": "phone"}\\n')
    >>> [row.ticket.channel for row in read_rows(path)]
    ['phone']
    >>> folder.cleanup()
    """
    with open_table(path, columns) as table:
        yield from table.rows


def digest_of(path: str | Path) -> str:
    """Return the SHA-256 of the file of a table, which tells whether it is still the same.

    Raises:
        TableError: the file cannot be read.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name, "tickets.csv")
    >>> _ = path.write_text("subject,priority\\nMail is down,critical\\n")
    >>> digest_of(path)[:8]
    '2370b30a'
    >>> folder.cleanup()
    """
    with _open(str(path)) as raw:
        return file_digest(raw, "sha256").hexdigest()


def _records(raw: BinaryIO, file: str) -> tuple[list[str], Iterator[Record]]:
    kind = Path(file.removesuffix(".gz")).suffix.lower()
    if kind == ".parquet":
        return read_parquet(raw, file)
    lines = _lines(gzip.GzipFile(fileobj=raw) if file.endswith(".gz") else raw, file)
    return _read_json_lines(lines, file) if kind in (".jsonl", ".ndjson") else _read_csv(lines, file)


def _open(file: str) -> BufferedReader:
    try:
        return open(file, "rb")
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or error
        advice = "Give the path of a CSV, JSON Lines or Parquet file"
        raise TableError(f"{file}: the table cannot be read: {said}. {advice}") from None


def _size(raw: BinaryIO) -> int:
    status = os.fstat(raw.fileno())
    return status.st_size if S_ISREG(status.st_mode) else 0


def _lines(data: BinaryIO | gzip.GzipFile, file: str) -> Iterator[str]:
    """Yield the lines as text, decoded one at a time so that a fault names its very line."""
    number = 0
    try:
        for number, line in enumerate(iter(partial(data.readline, _LONGEST_LINE), b""), 1):
            if (
                number == 1 and b"\0" in line
            ):  # UTF-16, or no text at all; further on a ticket may hold anything
                _not_text(file, number, "a NUL byte")
            if len(line) == _LONGEST_LINE:
                raise TableError(
                    f"{file}: line {number} has {_LONGEST_LINE:,} bytes and more; is it a table?"
                )
            yield line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        _not_text(file, number, f"the byte 0x{error.object[error.start]:02x}")
    except (OSError, EOFError, zlib.error) as error:
        raise TableError(f"{file}: line {number + 1} cannot be read: {error}") from None


def _not_text(file: str, line: int, found: str) -> NoReturn:
    advice = "Save the table as CSV in UTF-8 (in Excel: 'CSV UTF-8')"
    raise TableError(f"{file}: line {line}: found {found}, expected text in UTF-8. {advice}")


def _read_csv(lines: Iterator[str], file: str) -> tuple[list[str], Iterator[Record]]:
    first = next(lines, "")
    if not first.strip():
        raise TableError(f"{file}: the table is empty; expected a line with the names of the columns")
    # The limit is one for the whole process, so it is only ever raised.
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_FIELD))
    records = _csv_records(chain([first], lines), max(",;\t", key=first.count), file)
    header = [name.strip() for name in next(records)[2]]
    return header, _named(records, header, file)


def _csv_records(lines: Iterator[str], separator: str, file: str) -> Iterator[tuple[int, int, list[str]]]:
    """Yield the records with the number of the row, 0 for the header, and of the line it ends on."""
    reader = csv.reader(lines, delimiter=separator, strict=True)
    number = 0
    try:
        for values in filter(None, reader):
            yield number, reader.line_num, values
            number += 1
    except csv.Error as error:
        where = f"row {number}" if number else "the header"
        advice = "Is a quotation mark missing or out of place?"
        raise TableError(f"{file}: {where} (up to line {reader.line_num}): {error}. {advice}") from None


def _named(records: Iterator[tuple[int, int, list[str]]], header: list[str], file: str) -> Iterator[Record]:
    for number, line, values in records:
        if len(values) != len(header):
            message = f"found {len(values)} fields, expected {len(header)} as in the header"
            raise TableError(f"{file}: row {number} (line {line}): {message}. Is a quotation mark missing?")
        yield number, line, dict(zip(header, values, strict=True))


def _read_json_lines(lines: Iterator[str], file: str) -> tuple[list[str], Iterator[Record]]:
    records = _json_records(lines, file)
    first = list(islice(records, _LOOKED_AT))
    if not first:
        raise TableError(f"{file}: the table is empty; expected one JSON object a line")
    header = list(dict.fromkeys(name for _, _, record in first for name in record))
    return header, chain(first, records)


def _json_records(lines: Iterator[str], file: str) -> Iterator[Record]:
    number = 0
    for line_number, line in enumerate(lines, 1):
        if line.strip():
            number += 1
            place = f"{file}: row {number} (line {line_number})"
            yield number, line_number, _json_fields(line, place)


def _json_fields(line: str, place: str) -> dict[str, str]:
    try:
        data = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise TableError(f"{place}: this is not JSON: {error}; expected one JSON object a line") from None
    if not isinstance(data, dict):
        raise TableError(f"{place}: found {type(data).__name__}, expected a JSON object")
    return {name: _json_text(value, f"{place}, column {name!r}") for name, value in data.items()}


def _json_text(value: object, place: str) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, int | float):
        return json.dumps(value)
    if isinstance(value, list) and all(isinstance(item, str) for item in value):
        return "|".join(value)
    raise TableError(f"{place}: found {type(value).__name__}, expected text")


def _find_columns(wanted: Columns, header: list[str], file: str) -> Columns:
    """Return the columns by the names they have in the table, None for those it does not have."""
    parts = {part.name: getattr(wanted, part.name) for part in fields(wanted)}
    columns = Columns(**{part: _find_column(part, name, header, file) for part, name in parts.items()})
    if columns.subject is None and columns.body is None:
        names = [*_USUAL_NAMES["subject"], *_USUAL_NAMES["body"]]
        near = next(filter(None, (did_you_mean(name, header) for name in names)), "")
        raise TableError(
            f"{file}: no column holds the text of the tickets: found {_listed(header)}; "
            f"expected one of {', '.join(names)}{near or '. Name the column that does'}"
        )
    return columns


def _find_column(part: str, name: str | None, header: list[str], file: str) -> str | None:
    if name is None:
        folded = {column.casefold(): column for column in reversed(header)}
        name = next((folded[usual] for usual in _USUAL_NAMES[part] if usual in folded), None)
    elif name not in header:
        near = did_you_mean(name, header)
        raise TableError(f"{file}: there is no column {name!r} for the {part}: found {_listed(header)}{near}")
    if name is not None and header.count(name) > 1:
        raise TableError(f"{file}: {header.count(name)} columns are named {name!r}; expected one")
    return name


def _listed(header: list[str]) -> str:
    return ", ".join(name[:40] for name in header[:20]) + (
        f" and {len(header) - 20} more" if len(header) > 20 else ""
    )


def _rows(records: Iterator[Record], columns: Columns, file: str) -> Iterator[Row]:
    for number, line, record in records:
        if columns.subject not in record and columns.body not in record:
            text = " or ".join(repr(name) for name in (columns.subject, columns.body) if name)
            raise TableError(f"{file}: row {number} (line {line}): found no {text}, expected a ticket's text")
        values = {part.name: record.get(getattr(columns, part.name) or "", "") for part in fields(columns)}
        channel = values["channel"].strip() or None
        yield Row(
            ticket=Ticket(subject=values["subject"], body=values["body"], channel=channel),
            label=values["label"].strip() or None,
            id=values["id"].strip(),
            acceptable=frozenset(filter(None, map(str.strip, values["acceptable"].split("|")))),
            pair=values["pair"].strip() or None,
            source=values["source"].strip() or None,
            time=values["time"].strip() or None,
            number=number,
        )


@contextmanager
def write_table(path: str | Path, header: Sequence[str]) -> Iterator[Callable[[Sequence[object]], None]]:
    """Open a CSV file for writing and return what writes a row; no cell can start a formula in a spreadsheet.

    Raises:
        TableError: the file cannot be written.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name, "wrong.csv")
    >>> with write_table(path, ["text", "row"]) as write:
    ...     write(["=1+1", 7])
    >>> path.read_text()
    "text,row\\n'=1+1,7\\n"
    >>> folder.cleanup()
    """
    with open_whole(path, what="table") as stream:
        writer = csv.writer(stream)

        def write(values: Sequence[object]) -> None:
            writer.writerow(list(map(_harmless, values)))

        write(header)
        yield write


def _harmless(value: object) -> object:
    """Return the value; text that a spreadsheet would run as a formula gets an apostrophe before it."""
    if isinstance(value, str) and value.lstrip().startswith(_FORMULA_STARTS):
        return f"'{value}"
    return value
