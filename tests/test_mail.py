"""An e-mail message becomes a ticket, whatever state it arrives in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mails import composed, raw

from triage.errors import TicketError
from triage.mail import read_message
from triage.mail.html import html_to_text
from triage.reading.zones import split_zones
from triage.ticket import Mail, Ticket


def test_message_is_a_ticket_of_the_channel_email() -> None:
    """Subject and body, without the lines above them."""
    expected = Ticket(subject="Printer", body="It jams.", channel="email", mail=Mail())
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
        ("Content-Type: text/plain; charset=us-ascii", "hé".encode(), "hé"),
        ("Content-Type: text/plain; charset=us-ascii", b"h\xe9", "h�"),
        ("Content-Type: text/plain; charset=punycode", b"a-b", "a-b"),
        ("Content-Type: text/plain; charset=unicode_escape", b"\\u0041", "\\u0041"),
        ("Content-Type: text/plain; charset=hex", b"41", "41"),
        ("Content-Type: text/plain; charset=utf-16", b"A\0B\0", "AB"),
        ("Content-Type: text/plain; charset=windows-1252", b"it\x92s", "it\u2019s"),
        ("Content-Type: text/calendar", b"BEGIN:VCALENDAR", ""),
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


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<div style='display:none'>preview <div>text</div></div>It jams", "It jams"),
        ('<p hidden>no</p><span style="DISPLAY : none">no</span>It jams', "It jams"),
        ("<div style='display:none'>It jams, never closed", "It jams, never closed"),
        ("<input hidden>It jams", "It jams"),
        (
            "Yes.<blockquote type='cite'><p>Is it<br>up?</p></blockquote>Bye.",
            "Yes.\n> Is it\n> up?\nBye.",
        ),
        (
            'Yes.<blockquote class="gmail_quote">one<blockquote>two',
            "Yes.\n> one\n> two",
        ),
        ("See:<blockquote>Error 5</blockquote>Help", "See:\nError 5\nHelp"),
        ("</blockquote>It jams", "It jams"),
    ],
)
def test_html_keeps_quotations_and_drops_what_is_hidden(html: str, expected: str) -> None:
    """As a mail program shows it: the preview line is not seen, a cited text is told from an indented one."""
    assert expected == html_to_text(html).replace("\n\n", "\n")


def new_text(body: str) -> str:
    """Return what of a body is new text."""
    zones = (zone for zone in split_zones(body) if zone.kind == "new text")
    return "".join(body[zone.start : zone.end] for zone in zones).strip()


GMAIL = """<div dir="ltr">Still down.</div><br><div class="gmail_quote"><div dir="ltr" class="gmail_attr">
On Tue, Nov 24, 2026 at 9:12 AM Help &lt;<a href="mailto:h@firm.example">h@firm.example</a>&gt;
wrote:<br></div><blockquote class="gmail_quote" style="margin:0 0 0 .8ex">Is the mail server up?</blockquote>
</div>"""
OUTLOOK = """<html xmlns:o="x"><head><style>p.MsoNormal {margin:0}</style></head><body>
<div class="WordSection1"><p class="MsoNormal">Still down.<o:p></o:p></p>
<div style="border:none;border-top:solid #E1E1E1 1.0pt"><p class="MsoNormal">
<b>From:</b> Help &lt;h@firm.example&gt; <br>
<b>Sent:</b> Tuesday, November 24, 2026 9:12 AM<br><b>To:</b> Ann<br><b>Subject:</b> RE: Mail</p></div>
<p class="MsoNormal">Is the mail server up?</p></div></body></html>"""
APPLE = """<html><body>Still down.<br><div><br><blockquote type="cite"><div>On Nov 24, 2026, at 9:12 AM, Help
&lt;h@firm.example&gt; wrote:</div><br><div>Is the mail server up?</div></blockquote></div></body></html>"""
THUNDERBIRD = """<p>Still down.</p><div class="moz-cite-prefix">On 11/24/26 9:12 AM, Help wrote:<br></div>
<blockquote type="cite" cite="mid:x"><p>Is the mail server up?</p></blockquote>"""


@pytest.mark.parametrize("html", [GMAIL, OUTLOOK, APPLE, THUNDERBIRD])
def test_the_quotation_of_a_mail_program_is_no_new_text(html: str) -> None:
    """Gmail, Outlook, Apple Mail and Thunderbird: what they quote is told from what the person wrote."""
    body = read_message(composed(html=html).as_bytes()).body
    assert "Still down." == new_text(body)
    assert "Is the mail server up?" in body


def test_an_answer_below_a_cited_text_is_new() -> None:
    """In HTML as in plain text, one may answer line by line."""
    html = 'On 1 May, Help wrote:<blockquote type="cite">Is it up?</blockquote><p>No.</p>'
    body = read_message(composed(html=html).as_bytes()).body
    assert "No." in [
        body[zone.start : zone.end].strip() for zone in split_zones(body) if zone.kind == "new text"
    ]


@given(st.binary(max_size=300))
def test_any_bytes_are_a_ticket_or_refused(data: bytes) -> None:
    """Nothing else is raised, whatever follows a first line that makes it a message."""
    assert read_message(b"From: ann@example.com\n" + data).channel == "email"


@given(st.text(st.sampled_from("<>!-/?abp\"'= &;\n")))
def test_any_html_is_text(html: str) -> None:
    """No tag that opens and closes is left."""
    assert "<p>" not in html_to_text(html)
