"""Tables of tickets: what is read, and what is said of a table that cannot be."""

from __future__ import annotations

import csv
import gzip
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.errors import TableError
from triage.table import LONGEST_FIELD, Columns, Row, open_table, read_rows, write_table
from triage.ticket import Ticket

Write = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return what writes a table of a text or of bytes."""

    def write(content: str | bytes, name: str = "tickets.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    return write


def test_row_holds_the_ticket_and_what_the_table_says_of_it(write: Write) -> None:
    """Every usual column is found by its name."""
    path = write(
        "id,channel,subject,body,label,acceptable,pair\n7,phone,Mail,It is down,critical,high|critical,p1\n"
    )
    expected = Row(
        ticket=Ticket(subject="Mail", body="It is down", channel="phone"),
        label="critical",
        id="7",
        acceptable=frozenset({"high", "critical"}),
        pair="p1",
        number=1,
    )
    assert [expected] == list(read_rows(path))


def test_columns_that_the_table_does_not_have_are_empty(write: Write) -> None:
    """A table of texts alone is a table of tickets."""
    expected = Row(ticket=Ticket(body="It is down"), number=1)
    assert [expected] == list(read_rows(write("body\nIt is down\n")))


def test_empty_fields_are_none(write: Write) -> None:
    """A ticket without label, channel and pair has None there, not an empty text."""
    row = next(read_rows(write("body,label,channel,pair\nHello,, ,\n")))
    assert (None, None, None) == (row.label, row.ticket.channel, row.pair)


@pytest.mark.parametrize("name", ["description", "Description", "TEXT"])
def test_usual_names_are_found_in_any_case(write: Write, name: str) -> None:
    """The body may be called description or text."""
    assert next(read_rows(write(f"{name}\nHello\n"))).ticket.body == "Hello"


def test_columns_are_named_by_the_caller(write: Write) -> None:
    """A name that is given is taken before a usual one."""
    path = write("Prio,label,Wortlaut\nhigh,low,Hallo\n")
    row = next(read_rows(path, Columns(label="Prio", body="Wortlaut")))
    assert ("high", "Hallo") == (row.label, row.ticket.body)


def test_fields_hold_line_breaks_quotes_and_any_letter(write: Write) -> None:
    """CSV as spreadsheets write it, with a byte order mark and Windows line ends."""
    path = write(b'\xef\xbb\xbfsubject,body\r\n"a ""b""","one\r\ntwo \xe2\x82\xac"\r\n')
    assert next(read_rows(path)).ticket == Ticket(subject='a "b"', body="one\r\ntwo €")


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_separator_is_the_one_of_the_header(write: Write, separator: str) -> None:
    """Spreadsheets of other countries write semicolons or tabs."""
    path = write(f"subject{separator}body\nMail{separator}down\n")
    assert next(read_rows(path)).ticket == Ticket(subject="Mail", body="down")


def test_blank_lines_are_no_rows(write: Write) -> None:
    """Rows are numbered without them."""
    assert [1, 2] == [row.number for row in read_rows(write("body\n\na\n\n\nb\n\n"))]


def test_table_may_be_compressed(write: Write) -> None:
    """A name ending in .gz is unpacked while it is read."""
    path = write(gzip.compress(b"body\nHello\n"), "tickets.csv.gz")
    assert next(read_rows(path)).ticket.body == "Hello"


def test_json_lines_are_rows(write: Write) -> None:
    """One object a line; numbers are text and a list of levels is joined."""
    line = json.dumps({"id": 7, "body": "é", "label": None, "acceptable": ["low", "high"]})
    row = next(read_rows(write(f"{line}\n\n", "tickets.jsonl")))
    assert ("7", "é", None, frozenset({"low", "high"})) == (
        row.id,
        row.ticket.body,
        row.label,
        row.acceptable,
    )


def test_json_lines_may_leave_out_empty_fields(write: Write) -> None:
    """A label that the first object lacks is found all the same."""
    path = write('{"body": "a"}\n{"body": "b", "label": "low"}\n', "tickets.jsonl")
    assert [None, "low"] == [row.label for row in read_rows(path)]


def test_ticket_of_a_megabyte_is_read(write: Write) -> None:
    """The csv module by itself stops at 131,072 characters."""
    assert len(next(read_rows(write(f"body\n{'x' * 1_000_000}\n"))).ticket.body) == 1_000_000


def test_nul_inside_a_ticket_is_kept(write: Write) -> None:
    """A ticket may hold any character; only a table whose first line has one is no text."""
    assert next(read_rows(write(b"body\na\0b\n"))).ticket.body == "a\0b"


def test_rows_are_read_one_at_a_time(write: Write) -> None:
    """A fault further on does not keep the rows before it from being read."""
    rows = read_rows(write("body,label\na,low\nb\n"))
    assert next(rows).ticket.body == "a"
    with pytest.raises(TableError, match="row 2"):
        next(rows)


def test_open_table_tells_its_columns_and_its_size(write: Write) -> None:
    """What a progress bar and a report of the columns need."""
    path = write("Text,priority\nHello,low\n")
    with open_table(path) as table:
        assert ("Text", "priority", None) == (table.columns.body, table.columns.label, table.columns.pair)
        assert (path.stat().st_size, 1) == (table.size, len(list(table.rows)))
        assert table.position() == table.size


def test_missing_file_is_named(tmp_path: Path) -> None:
    """The message says which file, why, and what is expected."""
    with pytest.raises(TableError, match=r"none\.csv: the table cannot be read: No such file.*Give the path"):
        list(read_rows(tmp_path / "none.csv"))


def test_folder_is_no_table(tmp_path: Path) -> None:
    """The message says so."""
    with pytest.raises(TableError, match="Is a directory"):
        list(read_rows(tmp_path))


@pytest.mark.parametrize("content", ["", "\n", "  \n"])
def test_empty_file_is_refused(write: Write, content: str) -> None:
    """The message asks for a header."""
    with pytest.raises(TableError, match="the table is empty; expected a line with the names of the columns"):
        list(read_rows(write(content)))


def test_empty_json_lines_are_refused(write: Write) -> None:
    """The message asks for objects."""
    with pytest.raises(TableError, match="the table is empty; expected one JSON object a line"):
        list(read_rows(write("\n", "tickets.jsonl")))


def test_missing_column_is_named_with_the_nearest(write: Write) -> None:
    """The message lists what was found."""
    with pytest.raises(
        TableError, match=r"no column 'lable' for the label: found body, label.*Did you mean 'label'\?"
    ):
        list(read_rows(write("body,label\na,low\n"), Columns(label="lable")))


def test_table_without_a_text_is_refused(write: Write) -> None:
    """The message names the usual columns and the nearest that was found."""
    with pytest.raises(TableError, match=r"no column holds the text.*found id, bdy.*Did you mean 'bdy'\?"):
        list(read_rows(write("id,bdy\n1,a\n")))


def test_column_that_stands_twice_is_refused(write: Write) -> None:
    """Which of the two is meant cannot be known."""
    with pytest.raises(TableError, match="2 columns are named 'body'; expected one"):
        list(read_rows(write("body,body\na,b\n")))


def test_text_that_is_not_utf_8_is_refused_with_its_line(write: Write) -> None:
    """The byte and the line are named, and how to save the table."""
    with pytest.raises(TableError, match=r"line 3: found the byte 0xfc, expected text in UTF-8.*CSV UTF-8"):
        list(read_rows(write(b"body\na\nDr\xfccker\n")))


def test_utf_16_is_refused(write: Write) -> None:
    """Without a byte order mark it is full of NUL bytes."""
    with pytest.raises(TableError, match="line 1: found a NUL byte"):
        list(read_rows(write("body\nHello\n".encode("utf-16-le"))))


@pytest.mark.parametrize(("line", "count"), [("a", 1), ("a,b,c", 3)])
def test_row_with_another_number_of_fields_is_refused(write: Write, line: str, count: int) -> None:
    """Row and line are named, and how many fields were found and expected."""
    with pytest.raises(TableError, match=rf"row 2 \(line 4\): found {count} fields, expected 2"):
        list(read_rows(write(f'body,label\n"a\nb",low\n{line}\n')))


def test_quotation_mark_that_is_never_closed_is_refused(write: Write) -> None:
    """The rest of the table is not silently one ticket."""
    with pytest.raises(
        TableError, match=r"row 2 \(up to line 4\): unexpected end of data. Is a quotation mark"
    ):
        list(read_rows(write('body\na\n"b\nc\n')))


def test_field_without_end_is_refused(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """A field longer than any ticket is a fault of the table."""
    monkeypatch.setattr("triage.table.LONGEST_FIELD", 200_000)
    before = csv.field_size_limit(131_072)
    try:
        with pytest.raises(TableError, match=r"row 1.*field larger than field limit \(200000\)"):
            list(read_rows(write(f"body\n{'x' * 200_001}\n")))
    finally:
        csv.field_size_limit(max(before, LONGEST_FIELD))


def test_line_without_end_is_refused(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is one endless line is not read into memory."""
    monkeypatch.setattr("triage.table._LONGEST_LINE", 1_000)
    with pytest.raises(TableError, match=r"line 2 has 1,000 bytes and more; is it a table\?"):
        list(read_rows(write(f"body\n{'x' * 1_001}\n")))


def test_file_that_is_not_compressed_is_refused(write: Write) -> None:
    """A .gz that is none."""
    with pytest.raises(TableError, match="line 1 cannot be read: Not a gzipped file"):
        list(read_rows(write("body\na\n", "tickets.csv.gz")))


def test_compressed_file_that_is_cut_off_is_refused(write: Write) -> None:
    """Rows before the cut are not taken for the whole table."""
    with pytest.raises(TableError, match="cannot be read: Compressed file ended"):
        list(read_rows(write(gzip.compress(b"body\na\n")[:-9], "tickets.csv.gz")))


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("{", "this is not JSON"),
        ("[1]", "found list, expected a JSON object"),
        ('{"body": {}}', "column 'body': found dict, expected text"),
        ('{"bdoy": "a"}', "found no 'body', expected a ticket's text"),
    ],
)
def test_faulty_json_line_is_refused_with_its_place(write: Write, line: str, message: str) -> None:
    """Row, line and column are named."""
    with pytest.raises(TableError, match=rf"tickets\.jsonl: row 2 \(line 3\).*{message}"):
        list(read_rows(write(f'{{"body": "a"}}\n\n{line}\n', "tickets.jsonl")))


TEXT = st.text(st.characters(codec="utf-8"))


@given(st.lists(st.tuples(TEXT, TEXT), min_size=1))
def test_what_the_csv_module_writes_is_read_back(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str]]
) -> None:
    """Any text survives, whatever separators, quotes and line ends it holds."""
    path = tmp_path_factory.mktemp("table") / "tickets.csv"
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream, quoting=csv.QUOTE_ALL).writerows([("subject", "body"), *rows])
    assert rows == [(row.ticket.subject, row.ticket.body) for row in read_rows(path)]


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1", "\uff1d1"])
def test_written_cells_start_no_formula(tmp_path: Path, text: str) -> None:
    """An apostrophe makes a spreadsheet take the cell for text."""
    path = tmp_path / "wrong.csv"
    with write_table(path, ["body"]) as write:
        write([text])
    assert f"'{text}" == next(read_rows(path)).ticket.body


def test_written_numbers_and_texts_stay_as_they_are(tmp_path: Path) -> None:
    """A negative number is no formula."""
    path = tmp_path / "wrong.csv"
    with write_table(path, ["n", "body"]) as write:
        write([-1, 'a "b" = c'])
    assert path.read_text() == 'n,body\n-1,"a ""b"" = c"\n'


def test_lone_surrogates_are_written_as_escapes(tmp_path: Path) -> None:
    """A ticket that UTF-8 cannot hold does not stop the table."""
    path = tmp_path / "wrong.csv"
    with write_table(path, ["body"]) as write:
        write(["a\ud800b"])
    assert path.read_text() == "body\na\\ud800b\n"


def test_table_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """The message says which file and why."""
    with (
        pytest.raises(TableError, match="the table cannot be written: No such file"),
        write_table(tmp_path / "no" / "x", []),
    ):
        pass


def test_a_table_that_is_not_finished_leaves_the_old_one(tmp_path: Path) -> None:
    """Whoever stops half way has the rows of before, and nothing else lies about."""
    path = tmp_path / "wrong.csv"
    path.write_text("old results\n")

    def stopped() -> None:
        with write_table(path, ["row"]) as write:
            write([1])
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        stopped()
    assert "old results\n" == path.read_text()
    assert [path] == list(tmp_path.iterdir())
