"""An e-mail message becomes a ticket, whatever state it arrives in."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

import pytest
from hypothesis import given
from hypothesis import strategies as st

from triage.errors import TicketError
from triage.message import html_to_text, read_message
from triage.ticket import Ticket


def raw(headers: str, body: bytes = b"It jams.") -> bytes:
    """Return a message of header lines and a body, as bytes."""
    return b"From: ann@example.com\n" + headers.encode() + b"\n\n" + body


def composed(*, plain: str | None = None, html: str | None = None) -> EmailMessage:
    """Return a message as a mail program writes it."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = "Prüfung"
    if plain is not None:
        message.set_content(plain)
    if html is not None and plain is not None:
        message.add_alternative(html, subtype="html")
    elif html is not None:
        message.set_content(html, subtype="html")
    return message


def test_message_is_a_ticket_of_the_channel_email() -> None:
    """Subject and body, without the lines above them."""
    expected = Ticket(subject="Printer", body="It jams.", channel="email")
    assert expected == read_message(raw("Subject: Printer"))


def test_encoded_subject_and_text_are_read() -> None:
    """As a mail program encodes them."""
    ticket = read_message(composed(plain="Der Drücker klemmt — 日本").as_bytes())
    assert ("Prüfung", "Der Drücker klemmt — 日本") == (ticket.subject, ticket.body)


def test_plain_text_comes_before_html() -> None:
    """Of two forms of the same text."""
    assert read_message(composed(plain="plain", html="<p>html</p>").as_bytes()).body == "plain"


def test_html_alone_becomes_text_with_its_line_breaks() -> None:
    """Blocks and <br> end a line; entities are letters."""
    html = "<html><body><div>Hi all,<br>it&nbsp;jams &amp; smokes.</div><div>Ann</div></body></html>"
    assert read_message(composed(html=html).as_bytes()).body == "Hi all,\nit jams & smokes.\nAnn"


def test_empty_plain_text_yields_to_html() -> None:
    """Some programs send an empty plain part."""
    assert read_message(composed(plain=" \n", html="<p>html</p>").as_bytes()).body == "html"


def test_attachments_are_left_alone() -> None:
    """Neither an attached text nor an attached message is what the person wrote."""
    message = composed(plain="It jams.")
    message.add_attachment("log of the printer", filename="printer.txt")
    message.add_attachment(composed(plain="another message"))
    assert read_message(message.as_bytes()).body == "It jams."


def test_inline_texts_around_a_picture_are_all_read() -> None:
    """Some programs divide a text where a picture stands."""
    data = raw(
        'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary="b"',
        b"--b\n\none\n--b\nContent-Type: image/png\n\nxxxx\n--b\n\ntwo\n--b--\n",
    )
    assert read_message(data).body == "one\n\ntwo"


@pytest.mark.parametrize(
    ("header", "body", "expected"),
    [
        ("Content-Type: text/plain; charset=nonsense", "hé".encode(), "hé"),
        ("Content-Type: text/plain; charset=nonsense\nContent-Transfer-Encoding: base64", b"SXQ=", "It"),
        ("Content-Type: text/plain; charset=us-ascii", "hé".encode(), "h��"),
        ("Content-Type: text/plain; charset=utf-8", b"h\xe9", "h�"),
        ("Content-Type: text/plain; charset=iso-8859-1", b"h\xe9", "hé"),
        ("Content-Transfer-Encoding: base64", b"SXQgamFtcw=", "It jams"),
        ("Content-Transfer-Encoding: quoted-printable", b"It =ZZ jams=2E", "It =ZZ jams."),
        ("Content-Transfer-Encoding: nonsense", b"It jams.", "It jams."),
        ("Content-Type: text/plain; charset=\0", b"It jams.", "It jams."),
        ("Content-Type: multipart/mixed; boundary=b", b"It jams.", ""),
    ],
)
def test_wrong_encodings_never_raise(header: str, body: bytes, expected: str) -> None:
    """What cannot be read is replaced."""
    assert expected == read_message(raw(header, body)).body


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ("Subject: Drücker", "Drücker"),
        ("Subject: =?iso-8859-1?Q?Dr=FCcker?=", "Drücker"),
        ("Subject: long\n subject", "long subject"),
        ("Subject: =?bad?X?zz?=", "=?bad?X?zz?="),
        ("Subject: one\nSubject: two", "one"),
        ("To: bob@example.com", ""),
    ],
)
def test_subjects_are_read(header: str, expected: str) -> None:
    """Raw letters, encoded words, folded lines, broken words, twice or none."""
    assert expected == read_message(raw(header)).subject


@pytest.mark.parametrize("data", [b"", b"Just a note.", b"\x89PNG\r\n\x1a\n\0\0", b"Colour: red\n\nIt jams."])
def test_bytes_that_are_no_message_are_refused(data: bytes) -> None:
    """No line of a message's head is found; the file is named."""
    with pytest.raises(TicketError, match=r"note\.eml: this is not an e-mail message: found no From, To"):
        read_message(data, file="note.eml")


def test_message_nested_without_end_is_refused() -> None:
    """Thousands of parts within parts are no letter of a person."""
    parts = (b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(5_000))
    with pytest.raises(TicketError, match="nested too deeply"):
        read_message(b"".join(parts))


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<script>if (a < b) {}</script>It<style>p {}</style> jams", "It jams"),
        ("<title>Mail</title><p>It jams", "It jams"),
        ("It <!-- <b>not</b> --> jams", "It jams"),
        ("<!DOCTYPE html><?xml?>It jams", "It jams"),
        ('<a href="x>y">It</a> <b title=\'"\'>jams</b>', "It jams"),
        ("<p title=it's>It jams", "It jams"),
        ("2 < 3 and 5 > 4 &lt;b&gt;", "2 < 3 and 5 > 4 <b>"),
        ("one\n\n  two<p>three</p><p>four</p>", "one two\nthree\n\nfour"),
        ("<ul><li>one<li>two</ul>", "one\ntwo"),
        ("<table><tr><td>one</td><td>two</td></tr></table>", "one\ntwo"),
        ("It jams<script>never closed", "It jams"),
        ("It jams<!-- never closed", "It jams"),
        ("It jams<", "It jams<"),
    ],
)
def test_html_is_read_as_a_person_sees_it(html: str, expected: str) -> None:
    """Hidden parts go, line breaks stay, broken HTML is text."""
    assert expected == html_to_text(html)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_ticket_or_refused(data: bytes) -> None:
    """Nothing else is raised, whatever follows a first line that makes it a message."""
    assert read_message(b"From: ann@example.com\n" + data).channel == "email"


@given(st.text(st.sampled_from("<>!-/?abp\"'= &;\n")))
def test_any_html_is_text(html: str) -> None:
    """No tag that opens and closes is left."""
    assert "<p>" not in html_to_text(html)
