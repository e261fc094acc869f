"""What a message tells beside its text, files and mailboxes, and messages made to do harm."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mails import composed, raw
from strategies import documented

from triage.errors import TicketError
from triage.mail import read_file, read_mbox, read_message
from triage.reading.zones import split_zones
from triage.ticket import Mail, Ticket

# -- what a message tells beside its text ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Importance: high", "high"),
        ("IMPORTANCE: High", "high"),
        ("importance: LOW", "low"),
        ("Importance: normal", None),
        ("X-Priority: 1 (Highest)", "high"),
        ("X-Priority: 5", "low"),
        ("X-Priority: 3", None),
        ("Priority: urgent", "high"),
        ("X-MSMail-Priority: Low", "low"),
        ("Importance: \xff", None),
        ("X-Priority:", None),
    ],
)
def test_importance_is_kept(header: str, expected: str | None) -> None:
    """Names and values in any case."""
    mail = read_message(raw(header)).mail
    assert mail
    assert expected == mail.importance


@pytest.mark.parametrize("channel", ["email", "portal"])
def test_importance_decides_nothing(channel: str) -> None:
    """With and without it the suggestion is the same."""
    ticket = replace(read_message(raw("Subject: printer\nImportance: high")), channel=channel)
    assert documented().suggest(ticket) == documented().suggest(replace(ticket, mail=None))


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Subject: x", None),
        ("Auto-Submitted: no", None),
        ("AUTO-SUBMITTED: No", None),
        ("Auto-Submitted: no (a person)\nPrecedence: bulk\nX-Auto-Response-Suppress: All", None),
        ("Auto-Submitted: auto-replied", "auto-reply"),
        ("auto-submitted: (vacation) Auto-Replied; owner-email=a@b.c", "auto-reply"),
        ("Precedence: auto_reply", "auto-reply"),
        ("X-Autoreply: yes", "auto-reply"),
        ("X-AUTORESPOND: 1", "auto-reply"),
        ("X-Autoreply: no", None),
        ("Auto-Submitted: auto-generated", "generated"),
        ("Auto-Submitted: auto-notified", "generated"),
        ("x-auto-response-suppress: DR, RN, OOF", "generated"),
        ("X-Auto-Response-Suppress: DR, NRN", None),
        ("Precedence: bulk", "generated"),
        ("List-Id: <all.firm.example>", "generated"),
        ("X-Failed-Recipients: bob@firm.example", "bounce"),
        ("Return-Path: <>", None),
    ],
)
def test_programs_are_told_from_people(header: str, expected: str | None) -> None:
    """RFC 3834 first, then what older programs write; names are compared without case."""
    mail = read_message(raw(header)).mail
    assert mail
    assert expected == mail.automatic


def report(action: str, kind: str = "delivery-status") -> bytes:
    """Return a report of a mail server on the delivery of a message."""
    return (
        f"From: MAILER-DAEMON@firm.example\nReturn-Path: <>\nSubject: Undelivered\nMIME-Version: 1.0\n"
        f"Content-Type: multipart/report; report-type={kind}; boundary=b\n\n"
        f"--b\n\nIt was not delivered.\n--b\nContent-Type: message/{kind}\n\n"
        f"Reporting-MTA: dns; firm.example\n\nFinal-Recipient: rfc822; bob@firm.example\nAction: {action}\n\n"
        f"--b\nContent-Type: message/rfc822\n\nSubject: Invoice\n\nThe server is down.\n--b--\n"
    ).encode()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (report("failed"), "bounce"),
        (report("delayed"), "delivery report"),
        (report("displayed", "disposition-notification"), "delivery report"),
        (b"From: mailer-daemon@firm.example\nReturn-Path: <>\n\nFailed.", "bounce"),
    ],
)
def test_reports_are_marked(data: bytes, expected: str) -> None:
    """A report in the standard's form, or one in plain text; the mail inside is not read."""
    ticket = read_message(data)
    assert ticket.mail
    assert expected == ticket.mail.automatic
    assert "The server is down." not in ticket.body


def test_attachments_are_named() -> None:
    """By their file name without its folder, else by their type."""
    message = composed(plain="It jams.")
    message.add_attachment(b"x", maintype="image", subtype="png", filename="Drücker.png")
    message.add_attachment(b"x", maintype="application", subtype="pdf", filename="C:\\\\temp\\\\a.pdf")
    message.add_attachment(b"x", maintype="application", subtype="octet-stream")
    mail = read_message(message.as_bytes()).mail
    assert mail
    assert ("Drücker.png", "a.pdf", "application/octet-stream") == mail.attachments


def test_a_message_that_only_attaches_another_is_about_that_one() -> None:
    """Forwarded as an attachment, without a word: its text is read as forwarded."""
    message = composed(plain=" ")
    message.add_attachment(composed(plain="The server is down."))
    ticket = read_message(message.as_bytes())
    assert "The server is down." in ticket.body
    assert "forwarded" in {zone.kind for zone in split_zones(ticket.body)}
    assert "critical" == documented().suggest(ticket).priority.id


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Date: Mon, 23 Nov 2026 09:30:00 -0500", "2026-11-23T09:30:00-05:00"),
        (
            "Received: by mx; Mon, 23 Nov 2026 14:31:00 +0000\nDate: Sun, 1 Jan 2017 00:00:00 +0000",
            "2026-11-23T14:31",
        ),
        ("Received: by mx; nonsense\nDate: Mon, 23 Nov 2026 09:30:00 -0000", "2026-11-23T09:30:00+00:00"),
        ("Date: yesterday", None),
        ("Date: Mon, 99 Nov 2026 99:30:00 -9999", None),
    ],
)
def test_the_time_is_that_of_the_last_server(header: str, expected: str | None) -> None:
    """It comes before what the sender's own clock says; a time that cannot be is none."""
    received = read_message(raw(header)).received
    assert (received or "").startswith(expected or "none") or (received, expected) == (None, None)


def test_a_ticket_with_mail_survives_json() -> None:
    ticket = read_message(raw("Importance: high\nContent-Disposition: attachment; filename=a.txt"))
    assert ticket == Ticket.from_dict(json.loads(json.dumps(ticket.to_dict())))
    assert ticket.mail
    assert ("a.txt",) == ticket.mail.attachments


@pytest.mark.parametrize("wrong", [{"importance": "x"}, {"automatic": "robot"}, {"attachments": ["a"]}])
def test_a_mail_of_other_kinds_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(TicketError, match=f"{next(iter(wrong))} of a mail"):
        Mail(**wrong)


# -- files and mailboxes ---------------------------------------------------------------------------------

MAILBOX = (
    b"From a@b Thu Jan  1 00:00:00 2026\nSubject: one\n\nx\n\nFrom a@b Thu Jan  1 00:00:00 2026\n%s\n\nx\n"
)


def test_a_file_is_read(tmp_path: Path) -> None:
    file = tmp_path / "a.eml"
    file.write_bytes(raw("Subject: Printer"))
    assert "Printer" == read_file(file).subject
    with pytest.raises(TicketError, match="nowhere: the file cannot be read: No such file"):
        read_file("nowhere")


def test_a_mailbox_is_read_message_by_message(tmp_path: Path) -> None:
    file = tmp_path / "inbox"
    file.write_bytes(MAILBOX % b"Subject: two")
    assert ["one", "two"] == [ticket.subject for ticket in read_mbox(file)]


def test_a_broken_message_of_a_mailbox_is_told(tmp_path: Path) -> None:
    """It is raised, or given to ``wrong`` while the others are read."""
    file = tmp_path / "inbox"
    file.write_bytes(MAILBOX % b"Colour: red" + MAILBOX % b"Subject: two")
    with pytest.raises(TicketError, match=r"inbox, message 2: this is not an e-mail message"):
        list(read_mbox(file))
    wrong: list[TicketError] = []
    assert ["one", "one", "two"] == [ticket.subject for ticket in read_mbox(file, wrong=wrong.append)]
    assert 1 == len(wrong)


@pytest.mark.parametrize(
    ("content", "message"), [(b"Subject: x\n\nx", "this is no mailbox"), (None, "cannot be read")]
)
def test_what_is_no_mailbox_is_refused(tmp_path: Path, content: bytes | None, message: str) -> None:
    file = tmp_path / "inbox"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(TicketError, match=message):
        list(read_mbox(file))


# -- hostile and fuzzed ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (
            b"From: a\n\n" + b"x" * 64_000_000,
            "found 64,000,009 bytes in 2 lines; a message has at most",
        ),
        (
            b"From: a\n\n" + b"\r" * 1_000_000,
            "found .* in 1,000,002 lines; a message has at most",
        ),
        (b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\n" * 2_000, "found too many parts"),
        (b"Content-Type: message/rfc822\n\n" * 50, "its parts are nested too deeply"),
    ],
    ids=["bytes", "lines", "parts", "depth"],
)
def test_a_message_beyond_all_bounds_is_one_clear_error(data: bytes, message: str) -> None:
    with pytest.raises(TicketError, match=f"the message: {message}"):
        read_message(data)


@pytest.mark.parametrize(
    "data",
    [
        b"From: a\nContent-Type: text/plain" + b"; a=b" * 100_000 + b"\n\nIt jams.",
        b'From: a\nContent-Type: text/plain; a="' + b'\\"' * 100_000 + b"\n\nIt jams.",
        b"From: a\nSubject: " + b"=?utf-8?q?a?= " * 30_000 + b"\n\nIt jams.",
        b"From: a\n" + b"x: y\n" * 50_000 + b"\nIt jams.",
        b"From: " + b"<" * 300_000 + b"\n\nIt jams.",
    ],
    ids=["parameters", "quotes", "encoded words", "headers", "brackets"],
)
def test_endless_headers_are_read_all_the_same(data: bytes) -> None:
    """They are cut where no person's end; a test that takes minutes here has lost the bounds."""
    assert "It jams." == read_message(data).body


LETTERS = st.characters(codec="utf-8", exclude_categories=["C", "Zl", "Zp"])
CHARSETS = ("utf-8", "utf-7", "big5", "koi8-r", "iso-2022-jp", "windows-1252", "shift_jis")


@given(st.lists(st.text(LETTERS), max_size=6), st.sampled_from(CHARSETS), st.booleans())
def test_what_a_mail_program_sends_is_read_back(lines: list[str], charset: str, attached: bool) -> None:
    """Any text in any character set that has its letters, with and without something attached."""
    text = "\n".join(lines).encode(charset, "ignore").decode(charset)
    message = composed(plain="x")
    message.set_content(text, charset=charset, cte="base64")
    if attached:
        message.add_attachment(b"x", maintype="image", subtype="png", filename="x.png")
    ticket = read_message(message.as_bytes())
    assert text.strip() == ticket.body
    assert (("x.png",) if attached else ()) == (ticket.mail or Mail()).attachments


LINES = st.sampled_from(
    [
        *(b"Content-Type: multipart/mixed; boundary=b", b"Content-Type: multipart/alternative; boundary=c"),
        *(
            b"Content-Type: text/html; charset=utf-7",
            b"Content-Type: multipart/report; boundary=b",
            b"--b",
            b"--c",
        ),
        *(b"--b--", b"", b"", b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: x-uuencode"),
        *(
            b"begin 666 a",
            b"Content-Disposition: attachment; filename*0*=utf-8''%ff; filename*1=b",
            b"SXQgamFtcw",
        ),
        *(
            b"Subject: =?utf-8?b?/////?=",
            b"Date: Mon, 99 Xyz 99999 99:99:99 +9999",
            b"Received: ;",
            b" folded",
        ),
        *(
            b"<blockquote type=cite>",
            b"</blockquote>",
            b"<p style='display:none",
            b"> quoted",
            b"-- ",
            b"\xff\xfe",
        ),
        *(
            b"Content-Type: message/rfc822",
            b"Content-Type: message/delivery-status",
            b"Action: failed",
            b"From: a",
        ),
        *(
            b"X-Priority: 1",
            b"Auto-Submitted:",
            b"Content-Type:",
            b"Content-Type: text/plain; charset=\0",
            b": :",
        ),
    ]
)


@given(st.lists(LINES | st.binary(max_size=20), max_size=40), st.sampled_from([b"\n", b"\r\n", b"\r"]))
def test_any_lines_of_a_message_are_a_ticket_that_is_answered(lines: list[bytes], end: bytes) -> None:
    """Whatever parts, headers and encodings are mixed, the ticket survives JSON and gets a suggestion."""
    ticket = read_message(end.join([b"From: ann@example.com", *lines]))
    assert ticket == Ticket.from_dict(json.loads(json.dumps(ticket.to_dict())))
    assert documented().suggest(ticket).priority in documented().rules.priorities
