"""Zones: every character is in one zone, and what mail programs add is told from what people write."""

from __future__ import annotations

import csv
import re
import time
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from triage.reading import zones as module
from triage.reading.zones import KINDS, Zone, split_zones

REAL = Path(__file__).resolve().parents[2] / "shared" / "gold" / "real_dev.csv"


def said(body: str, kind: str, subject: str = "") -> str:
    """Return the text of all zones of a kind, without blank lines."""
    parts = (body[z.start : z.end].strip() for z in split_zones(body, subject) if z.kind == kind)
    return re.sub(r"\n\s*\n", "\n", "\n".join(parts))


def kinds(body: str, subject: str = "") -> list[str]:
    return [zone.kind for zone in split_zones(body, subject)]


# -- fixtures in the styles of the mail programs -----------------------------------------------------------

OUTLOOK_REPLY = """\
The scanner is offline again, nobody at the front desk can scan.

Best regards,
Mara Lind
Office manager
Phone: +1 555 0100

________________________________
From: Help desk <help@firm.example>
Sent: Tuesday, October 4, 2016 9:12 AM
To: Mara Lind
Cc: Ole Berg
Subject: RE: Scanner

We restarted it. Does it scan now?
"""
OUTLOOK_PLAIN_REPLY = """\
Still no printing in the warehouse.

-----Original Message-----
From: Help desk [mailto:help@firm.example]
Sent: Tuesday, October 4, 2016 9:12 AM
To: Mara Lind
Subject: RE: Printer

Please try the other tray.
"""
OUTLOOK_GERMAN = """\
Das Laufwerk ist wieder weg.

Mit freundlichen Grüßen
Mara Lind

Von: Helpdesk <help@firm.example>
Gesendet: Dienstag, 4. Oktober 2016 09:12
An: Mara Lind
Betreff: AW: Laufwerk

Bitte neu anmelden.
"""
OUTLOOK_FRENCH = """\
Le lecteur a encore disparu.

De : Assistance <help@firm.example>
Envoyé : mardi 4 octobre 2016 09:12
À : Mara Lind
Objet : RE: Lecteur

Merci de redémarrer.
"""
GMAIL_REPLY = """\
It works for me now, but not for Ole.

On Tue, Oct 4, 2016 at 9:12 AM, Help desk <help@firm.example> wrote:

> Please sign in again.
>
> > The share is gone for all of us.
"""
GMAIL_WRAPPED = """\
It works for me now.

On Tuesday, October 4, 2016 at 9:12 AM, The Very Long Name Of A Help Desk
<help-desk-of-the-firm@firm.example> wrote:

> Please sign in again.
"""
GMAIL_FORWARD = """\
---------- Forwarded message ---------
From: Ole Berg <ole@firm.example>
Date: Tue, Oct 4, 2016 at 9:12 AM
Subject: Shop is down
To: Mara Lind <mara@firm.example>

Customers cannot pay since nine.
"""
APPLE_REPLY = """\
Same picture on the second phone.

Sent from my iPhone

> On Oct 4, 2016, at 9:12 AM, Help desk <help@firm.example> wrote:
>
> Please send a picture.
"""
APPLE_FORWARD = """\
Sent from my iPad

Begin forwarded message:

> From: Ole Berg <ole@firm.example>
> Date: October 4, 2016 at 9:12:02 AM EDT
> To: Mara Lind <mara@firm.example>
> Subject: Shop is down
>
> Customers cannot pay since nine.
"""
THUNDERBIRD_INLINE = """\
On 10/4/16 9:12 AM, Help desk wrote:
> Which computer is it?
The one at the counter.

> Since when?
Since Monday.

-- 
Mara Lind
Firm Example
"""
THUNDERBIRD_FORWARD = """\
-------- Weitergeleitete Nachricht --------
Betreff: Kasse
Datum: Tue, 4 Oct 2016 09:12:00 +0200
Von: Ole Berg <ole@firm.example>
An: Mara Lind <mara@firm.example>

Die Kasse druckt nicht.
"""
EXCHANGE_MOBILE = """\
My badge opens no door this morning.

Get Outlook for Android<https://aka.ms/example>

From: Help desk
Date: Tuesday, 4 Oct 2016, 9:12 AM
To: Mara Lind
Subject: Badge

Your badge was renewed.
"""
PASTED = """\
received from: mara@firm.example

From: Mara Lind
Sent: Tuesday, October 4, 2016 9:12 AM
To: Help desk
Subject: Shop is down
Importance: High

Customers cannot pay since nine.

From: Ole Berg <ole@firm.example>
Sent: Monday, October 3, 2016 9:12 AM
To: Mara Lind
Subject: Opening hours

We open at nine.
"""
PORTAL_FORM = """\
Name: Mara Lind
Language: English
Browser: Microsoft Internet Explorer 11
E-mail: mara@firm.example
Customer number:
Telephone: +1 (555) 0100 ext 12
Summary: the shop is down
"""
ALL_STYLES = [value for name, value in sorted(globals().items()) if name.isupper() and isinstance(value, str)]


# -- quoted ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "new", "old"),
    [
        (OUTLOOK_REPLY, "The scanner is offline again", "We restarted it"),
        (OUTLOOK_PLAIN_REPLY, "Still no printing", "the other tray"),
        (OUTLOOK_GERMAN, "Das Laufwerk ist wieder weg.", "Bitte neu anmelden"),
        (OUTLOOK_FRENCH, "Le lecteur a encore disparu.", "Merci de redémarrer"),
        (GMAIL_REPLY, "It works for me now, but not for Ole.", "The share is gone"),
        (GMAIL_WRAPPED, "It works for me now.", "Please sign in again"),
        (APPLE_REPLY, "Same picture on the second phone.", "Please send a picture"),
        (EXCHANGE_MOBILE, "My badge opens no door this morning.", "Your badge was renewed"),
    ],
)
def test_a_reply_above_its_mail(body: str, new: str, old: str) -> None:
    """The text above the earlier mail is new, the earlier mail with its header is quoted."""
    assert said(body, "new text").startswith(new)
    assert old in said(body, "quoted")
    assert not re.search("Help|Assistance", said(body, "new text"))


@pytest.mark.parametrize(
    "line",
    [
        "On Tue, Oct 3, 2016 at 9:12, Jane <a@b.example> wrote:",
        "On Tue Neil Garvey wrote:",
        "On Oct 3, 2016, at 9:12 AM, Jane\n<a@b.example> wrote:",
        "On Tuesday, October 3, 2016, 9:12,\nJane of the Long Name\n<a@b.example> wrote: ",
        "Am 03.10.2016 um 09:12 schrieb Jane Doe:",
        "Am Di., 3. Okt. 2016 um 09:12 Uhr schrieb Jane <a@b.example>:",
        "Le lun. 3 oct. 2016 à 09:12, Jane <a@b.example> a écrit :",
        "Le 3 oct. 2016 à 09:12, Jane a e\u0301crit\xa0:",
        "2016-10-03 9:12 GMT+02:00 Jane <a@b.example>:",
        "Jane Doe <a@b.example> wrote:",
        "-----Original Message-----",
        "-------- Ursprüngliche Nachricht --------",
        "________________________________\nFrom: Jane\nSent: Monday\n",
        "*From:* Jane\n*Sent:* Monday",
        "From: jane@firm.example\nTo: ole@firm.example",
    ],
)
def test_attributions(line: str) -> None:
    """All below an attribution is quoted, with the attribution."""
    body = f"Mine.\n\n{line}\nTheirs.\nTheirs too."
    assert kinds(body) == ["new text", "quoted"]
    assert said(body, "new text") == "Mine."


def test_an_attribution_without_an_address_needs_a_quote_below() -> None:
    """The line "Jane wrote:" attributes when ">" follows."""
    assert said("Mine.\n\nJane wrote:\n\n> Theirs.", "new text") == "Mine."
    assert kinds("Then the log wrote:\nerror 5") == ["new text"]


def test_inline_answers_are_new_text() -> None:
    """Text between ">" lines is what the writer answers."""
    assert said(THUNDERBIRD_INLINE, "new text") == "The one at the counter.\nSince Monday."
    assert said(THUNDERBIRD_INLINE, "signature") == "-- \nMara Lind\nFirm Example"


def test_deeper_quotes_end_no_quote() -> None:
    """Below a header, a mail that itself quotes with ">" is quoted to its end."""
    body = "Mine.\n\nFrom: a@b.example\nSubject: x\n\nTheirs.\n> Deeper.\nTheirs again."
    assert kinds(body) == ["new text", "quoted"]


@pytest.mark.parametrize("line", [">50 users cannot sign in", ">= 5 tills are down", "File > Save fails"])
def test_a_comparison_is_no_quote(line: str) -> None:
    """A number behind ">", or ">" within a line, quotes nobody."""
    assert kinds(f"Hello,\n{line}\nPlease look.") == ["new text"]


def test_a_journey_is_no_mail() -> None:
    """Without a subject, a time of sending or an address, "From:" and "To:" begin no quoted mail."""
    body = "Please move the stock:\nFrom: Berlin\nTo: London\nThe van waits since noon."
    assert "The van waits since noon." in said(body, "new text")


def test_header_lines_without_a_sender_are_no_mail() -> None:
    """Only a block with "From:" begins a mail."""
    body = "Please send this:\nTo: all@firm.example\nSubject: Till\nThe till works again."
    assert "The till works again." in said(body, "new text")


def test_a_line_of_underscores_is_no_quote() -> None:
    """A rule quotes only above "From:"."""
    assert kinds("One.\n____________________\nTwo.") == ["new text"]


# -- forwarded ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (GMAIL_FORWARD, "Shop is down\nCustomers cannot pay since nine."),
        (APPLE_FORWARD, "Shop is down\n>\n> Customers cannot pay since nine."),
        (THUNDERBIRD_FORWARD, "Kasse\nDie Kasse druckt nicht."),
    ],
)
def test_a_forward_without_a_word(body: str, text: str) -> None:
    """The subject and text of what was forwarded are forwarded, its other header lines are a form."""
    assert text == said(body, "forwarded")
    assert "ole@firm.example" in said(body, "form")
    assert "new text" not in kinds(body)


@pytest.mark.parametrize(
    "line",
    [
        "---------- Forwarded message ---------",
        "---- Forwarded ----",
        "---------------------- Forwarded by Jane/Firm on 10/03/2016 ---------------------------",
        "Begin forwarded message:",
        "-----Weitergeleitete Nachricht-----",
    ],
)
def test_forward_markers(line: str) -> None:
    """All below a marker is forwarded, whatever is said above."""
    body = f"Please do what he asks.\n\n{line}\n\nOrder a laptop."
    assert (said(body, "new text"), said(body, "forwarded")) == ("Please do what he asks.", "Order a laptop.")


HEADER = "\n\nFrom: Ole <o@f.example>\nSent: Monday\nSubject: Till\n\nThe till is dead.\n"


@pytest.mark.parametrize(
    ("above", "subject"), [("FW: see below", ""), ("Look at this", "Fwd: Till"), ("Bitte", "WG: Till")]
)
def test_a_hint_of_forwarding(above: str, subject: str) -> None:
    """A mail below "fw:" in the text or the subject is forwarded, not quoted."""
    assert said(above + HEADER, "forwarded", subject).endswith("The till is dead.")


def test_a_reply_to_a_forward_is_a_reply() -> None:
    """Below "On Tue, Jane wrote:" is a quote, whatever the subject was before."""
    assert kinds("Mine.\n\nOn Tue, Jane wrote:\nTheirs.", "Re: Fwd: Till") == ["new text", "quoted"]


def test_a_forward_below_inline_answers() -> None:
    """The header below a marker belongs to the mail that the marker forwards."""
    assert said("> Is it?\nNo.\n\n---- Forwarded ----" + HEADER, "forwarded") == "Till\nThe till is dead."


def test_a_hint_is_a_word() -> None:
    """At the end of a longer word, "fw:" tells nothing."""
    assert "quoted" in kinds("The label is xfw: 12" + HEADER)


def test_only_the_topmost_mail_is_forwarded() -> None:
    """Of several earlier mails, the one that was written last is forwarded; those below are quoted."""
    body = "---- Forwarded ----\n" + HEADER + "\nOn Mon, Jane <j@f.example> wrote:\n\n> Is it?" + HEADER
    assert said(body, "forwarded") == "Till\nThe till is dead."
    assert "> Is it?" in said(body, "quoted")


def test_a_bare_reply_is_forwarded() -> None:
    """When the writer adds nothing, the topmost quoted mail is what is to be read."""
    body = "Best regards,\nMara Lind\n" + HEADER + HEADER
    assert kinds(body) == ["signature", "form", "forwarded", "quoted"]
    assert kinds("> Is it dead?\n> I think so." + HEADER) == ["forwarded", "quoted"]


def test_thanks_above_a_mail_are_an_answer() -> None:
    """With "Thanks, Jane" the writer has said something; the mail below stays quoted."""
    assert kinds("Thanks,\nJane" + HEADER) == ["new text", "quoted"]


# -- a pasted mail -----------------------------------------------------------------------------------------


def test_a_pasted_mail_is_new_text() -> None:
    """When the body begins with a header, subject and text of that mail are new; what it quotes is not."""
    assert said(PASTED, "new text") == "Shop is down\nCustomers cannot pay since nine."
    assert "Importance: High" in said(PASTED, "form")
    assert "We open at nine." in said(PASTED, "quoted")


def test_a_mail_pasted_below_its_subject_is_new_text() -> None:
    """A first line that only repeats the subject of the ticket does not make the mail below a quote."""
    assert "The till is dead." in said("Till is dead" + HEADER, "new text", subject="till is DEAD ")
    assert "The till is dead." in said("Till is dead" + HEADER, "quoted", subject="Other")


def test_an_empty_pasted_mail_gives_way_to_the_one_below() -> None:
    """A pasted mail that only forwards says nothing new, not even its subject."""
    body = "From: Jane\nSent: Monday\nSubject: Fwd: Till\n\nBegin forwarded message:" + HEADER
    assert (said(body, "new text"), said(body, "forwarded")) == ("", "Fwd: Till\nTill\nThe till is dead.")


# -- signatures --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "closing",
    [
        "Best regards,", "Kind regards", "Thanks,", "Mit freundlichen Grüßen", "best", "Many thanks!",
        "kind", "Cheers", "Thanks in advance for your help.", "Thank you very much", "Thanks & regards",
        "MfG", "Viele Grüße", "rgds", "Mit freundlichem Gruß / Best regards", "Cordialement,",
        "Yours sincerely,", "Warm regards,", "All the best,",
    ],
)  # fmt: skip
def test_closings(closing: str) -> None:
    """A closing and the short lines below it are a signature."""
    signature = f"{closing}\nMara Lind\nOffice manager\nmara@firm.example<mailto:mara@firm.example>"
    assert signature == said(f"The shop is down.\n\n{signature}\n", "signature")


@pytest.mark.parametrize(
    "after",
    [
        "The printer in the second hall has also stopped after the update of yesterday.",
        "PS: the till is dead",
        "Is the till dead?",
        "I cannot print.",
        "\n".join(f"line {n}" for n in range(9)),
        "x" * 200,
    ],
)
def test_what_people_go_on_with_after_thanks(after: str) -> None:
    """A "Thanks" with a sentence, a question or many lines below it begins no signature."""
    assert kinds(f"The shop is down.\nThanks\n{after}") == ["new text"]


def test_thanks_within_a_sentence() -> None:
    """A closing stands alone in its line."""
    assert kinds("It is down.\nThanks for nothing, the till is dead.\nMara") == ["new text"]


def test_a_body_that_begins_with_thanks() -> None:
    """Nothing above a closing: no signature, since then nothing would be left to read."""
    assert kinds("Thanks\nTill is dead") == ["new text"]
    assert kinds("Best regards\nMara") == ["new text"]


def test_what_stands_in_a_signature_keeps_its_kind() -> None:
    """A form or a disclaimer within or below a signature is none, and its length does not end it."""
    disclaimer = "This e-mail and all that is attached to it is confidential and for its addressee alone."
    body = f"It is down.\n\nBest regards,\nMara Lind\nPhone: 0100\n\n{disclaimer}\n"
    assert kinds(body) == ["new text", "signature", "form", "disclaimer"]


@pytest.mark.parametrize("delimiter", ["-- ", "--"])
def test_delimiters(delimiter: str) -> None:
    """All below "--" is a signature, however long, up to a quoted mail."""
    body = f"It is down.\n{delimiter}\n{'A very long motto of the firm, again and again. ' * 5}\n\n> old"
    assert kinds(body) == ["new text", "signature", "quoted"]


@pytest.mark.parametrize(
    "line",
    [
        "Sent from my iPhone", "Sent from my Samsung Galaxy smartphone.", "Von meinem iPhone gesendet",
        "Get Outlook for iOS<https://aka.ms/example>", "Envoyé de mon iPhone",
        "Sent from Mail for Windows 10", "Sent from my iPhone, please excuse the typos",
    ],
)  # fmt: skip
def test_device_lines(line: str) -> None:
    """The line that a phone adds is a signature."""
    assert line == said(f"It is down.\n\n{line}\n", "signature")


def test_mail_from_a_device_is_no_device_line() -> None:
    """A line on what happens to mail that was sent from a phone is new text."""
    assert kinds("Mails\nsent from my iPhone never arrive at the office") == ["new text"]


# -- disclaimers -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "line",
    [
        "This e-mail and any attachments are confidential.",
        "CONFIDENTIALITY NOTICE: only for the addressee.",
        "The information contained in this message is for the addressee.",
        "Disclaimer: no warranty.",
        "Please consider the environment before printing.",
        "P Please don't print this e-mail.",
        "This message may contain information that is privileged.",
        "Diese E-Mail kann vertrauliche Informationen enthalten.",
        "If you are not the intended recipient, delete this.",
        "NOTICE: This email is intended only for the addressee.",
    ],
)
def test_disclaimers(line: str) -> None:
    """A disclaimer ends with its paragraph."""
    body = f"It is down.\n\n{line}\nMore of that.\n\nAnd the till too."
    assert f"{line}\nMore of that." == said(body, "disclaimer")
    assert said(body, "new text") == "It is down.\nAnd the till too."


OUTSIDE = "CAUTION: This email originated from outside of the organization."
CARE = " Do not click links or open attachments unless you recognize the sender and know the content is safe."


@pytest.mark.parametrize(
    "banner",
    [
        "[EXTERNAL]", "[EXTERNAL EMAIL]", "[CAUTION: This message was sent from outside the firm]", OUTSIDE,
        OUTSIDE + CARE, OUTSIDE + CARE + " Report suspicious mail.",
        OUTSIDE + CARE.replace("or ", "or\n").replace("and ", "and\n"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("between", ["\n\n", "\n", " "])
def test_banners(banner: str, between: str) -> None:
    """A banner ends where its sentences end; in one line with the text, if the banner itself is one line."""
    between = "\n" if "\n" in banner else between
    body = f"{banner}{between}The attachment does not open."
    assert (banner, "The attachment does not open.") == (said(body, "disclaimer"), said(body, "new text"))


def test_nothing_but_spaces_behind_a_banner() -> None:
    """Spaces behind a label are no text."""
    assert kinds("It is down.\n[EXTERNAL] \n> old") == ["new text", "disclaimer", "quoted"]


@pytest.mark.parametrize(
    "line",
    [
        "This message appears when I print.",
        "This e-mail never arrived.",
        "This message says that the drive is full.",
        "Please consider me too.",
        "The information in the portal is wrong.",
    ],
)
def test_lines_that_resemble_disclaimers(line: str) -> None:
    """People write about messages, too."""
    assert kinds(f"Hello,\n{line}\n") == ["new text"]


# -- forms -------------------------------------------------------------------------------------------------


def test_a_portal_form() -> None:
    """Lines about the person are a form; of the summary, only the label is."""
    assert said(PORTAL_FORM, "new text") == "the shop is down"
    assert said(PORTAL_FORM, "form").endswith("Summary:")


@pytest.mark.parametrize(
    "line",
    [
        "Name: Mara Lind", "Language:", "Browser: Google Chrome 53", "Email: m@f.example", "E-mail:",
        "Phone: 0100 x12", "Customer number: 42", "Telephone:", "Contact number: 073 / #10",
        "received from: m@f.example", "Summary:", "From: m@f.example", "To: m@f.example", "Sent:",
        "[cid:image001.png@01d201e3.deee0330]", "From: Mara\nDate: today",
        "[cid:image001.png@01] [cid:image002.png@01]", "[image: image.png]",
    ],
)  # fmt: skip
def test_form_lines(line: str) -> None:
    """A line of a form is not text."""
    assert line == said(f"{line}\nIt is down.", "form")
    assert said(f"{line}\nIt is down.", "new text") == "It is down."


@pytest.mark.parametrize("label", ["Summary:", "Subject: ", "Description :", "Betreff:"])
def test_labels_of_text(label: str) -> None:
    """Of a line that tells the problem, only the label is a form."""
    assert (Zone(0, len(label), "form"), Zone(len(label), len(label) + 11, "new text")) == split_zones(
        f"{label}It is down."
    )


@pytest.mark.parametrize(
    "line",
    [
        "Email: down for all of us", "Phone: dead on every desk", "Phone: 5 users have no tone",
        "Browser: crashes", "Notification type: outage", "Error: 404",
        "To: whom it concerns, the till is dead", "https://shop.example/a",
        "See [cid:image001.png@01] for the error",
        "Name: the name that we typed in is rejected by the portal",
        "Email: m@f.example cannot sign in to the shop",
    ],
)  # fmt: skip
def test_lines_that_resemble_a_form(line: str) -> None:
    """What is said about a phone, a browser or a mailbox is the problem."""
    assert kinds(f"Hello\n{line}\nPlease look.") == ["new text"]


# -- offsets and any text ----------------------------------------------------------------------------------


def test_an_empty_body_has_no_zones() -> None:
    """No text, no zone."""
    assert split_zones("") == ()


def test_plain_text_is_one_zone() -> None:
    """The usual ticket is new text from first to last."""
    assert (Zone(0, 22, "new text"),) == split_zones("The shop is\n\ndown.\n\n\n ")


@pytest.mark.parametrize("body", ALL_STYLES)
@pytest.mark.parametrize("line_end", ["\r\n", "\r"])
def test_line_ends(body: str, line_end: str) -> None:
    """The zones are the same under all line ends."""
    other = body.replace("\n", line_end)
    texts = [other[z.start : z.end].replace(line_end, "\n") for z in split_zones(other)]
    assert [body[z.start : z.end] for z in split_zones(body)] == texts
    assert kinds(body) == kinds(other)


@pytest.mark.parametrize("body", ALL_STYLES)
def test_case(body: str) -> None:
    """The zones are the same in capitals and small letters, also with a letter that grows when lowered."""
    assert split_zones(body) == split_zones(body.lower()) == split_zones(body.replace("I", "\u0130"))


FRAGMENTS = st.sampled_from(
    [
        "> ", ">", "On Tue, Jane wrote:", "From: a@b.example", "To: x", "Subject: fw: y", "Sent: now",
        "-- ", "--", "Thanks", "Best regards,", "best", "Jane Doe", "Name: x", "Summary: ", "[cid:a]",
        "[EXTERNAL] ", "---- Forwarded ----", "-----Original Message-----", "Disclaimer: ",
        "The shop is down, nobody can pay, please help us soon.", "\n", "\n\n", "\r\n", "\r", " ", "\t",
        "\xa0", "\u0130", "\ud800", "\u2028", "wrote:", "________", "Sent from my iPhone", ":", "é",
        "This email originated from outside.", "Do not click links.", "all the best",
        "2016-10-03 9:12 <a@b>:", "1",
    ]
)  # fmt: skip
BODIES = st.one_of(
    st.text(),
    st.text(st.characters()),
    st.lists(FRAGMENTS, max_size=14).map("".join),
    st.lists(FRAGMENTS, max_size=14).map("\n".join),
)


@given(BODIES, FRAGMENTS | st.text())
@example("\ud800> \udfff", "\ud800")
@example("\n", "")
@example(">", ">")
def test_zones_cover_any_body(body: str, subject: str) -> None:
    """Zones go from 0 to the end, none is empty, neighbours differ, and no text raises."""
    zones = split_zones(body, subject)
    assert "".join(body[start:end] for start, end, _ in zones) == body
    assert [0, *(zone.end for zone in zones)] == [*(zone.start for zone in zones), len(body)]
    assert all(zone.start < zone.end and zone.kind in KINDS for zone in zones)
    assert len(zones) == sum(1 for _ in groupby(zone.kind for zone in zones))


@given(BODIES)
def test_the_quick_look_misses_nothing(body: str) -> None:
    """A body that the first look finds plain is one zone of new text when it is read row by row."""
    text = module._plain(body)
    if body and not module._SPECIAL.search("\n" + text) and "> wrote:" not in text:
        assert (Zone(0, len(body), "new text"),) == module._joined(module._parts(text, ""), len(body))


@pytest.mark.parametrize("name", sorted(module._PATTERNS))
def test_every_pattern_opens_as_the_quick_look_expects(name: str) -> None:
    """The quick look tests the first letters; each fixture line that a pattern matches begins with such."""
    pattern = re.compile(module._PATTERNS[name], re.MULTILINE)
    opening = re.compile(module._OPENING)
    found = [
        (text, line.start())
        for text in map(module._plain, OPENINGS)
        for line in re.finditer("^", text, re.MULTILINE)
        if pattern.match(text, line.start())
    ]
    assert found, "no line shows this pattern"
    assert [text[at:] for text, at in found if not opening.match(text, at)] == []


def words(text: str) -> list[str]:
    return [word.replace("_", " ") for word in text.split()]


SIGN_OFFS = words(
    "thanks thank thx danke dank merci best kind many warm regards rgds greetings wishes sincerely cheers br "
    "mfg lg vg grüße grüßen gruß gruss gruesse freundliche freundlich cordialement salutations respectfully"
)
BEFORE = words("with kindest warmest yours all_the mit viele vielen beste besten liebe schöne bien")
HEADERS = words(
    "from von de subject sent betreff gesendet objet envoyé to bcc cc date reply-to an datum à importance"
)
LABELS = words(
    "summary description beschreibung name full_name your_name contact_name language sprache "
    "customer_number customer_id kundennummer phone telephone phone_number tel tel. mobile telefon "
    "contact_no contact_number e-mail email email_address received_from browser"
)
OPENINGS = [
    *ALL_STYLES, *SIGN_OFFS, *(f"{word} thanks" for word in BEFORE), *(f"{label}:" for label in LABELS),
    *(f"{name}{space}: x\nsubject: y" for name in HEADERS for space in ("", " ", "*", "\xa0")),
    *(f"{stars}{name}: x" for name in HEADERS for stars in ("*", "**")), "--", "[image:x]", "[external]",
    "this email was sent from outside", "caution: this message is from outside",
    "warning: this email is from outside", "*** this message came from an external sender", "disclaimer:",
    "confidentiality note", "legal disclaimer:", "e-mail disclaimer:", "p please do not print this",
    "consider the environment", "do not print this", "notice: this email is confidential",
    "important: this email is confidential", "ce message est confidentiel",
    "diese nachricht enthält vertraulich", "the contents of this email",
    "if you have received this message in error", "get outlook for ios", "gesendet von outlook mobile",
    "sent via blackberry", "envoyé de mon iphone", "von meinem handy gesendet", "sent from my iphone",
    "am 3. schrieb x:", "le 3 a écrit :", "2016-10-03 9 <a@b>:",
]  # fmt: skip


@pytest.mark.parametrize(
    "unit",
    [
        ">", "> ", ">\n", "\n", "\r\n", "From: ", "From: a\n", "From: a@b\nTo: c\n",
        "From: a@b\nTo: c\n\nx\n", "wrote:", "wrote:\n", "On Tue ", "On 1\n", "On 1, x\n> ", " ", " \n",
        "\t>", "-", "-----\n", "_", "_____\n", "x", "x ", "--\n", "Thanks\n", "thanks ", "best many kind ",
        "[cid:", "[cid:a]", "Name: ", "Name: a b c\n", "This email is ", "*", "\xa0", "Sent from my ",
        "a@b> wrote:\n", "<a@b", "[ext", "Caution: ", "This email was sent from outside. do not click. ",
        "This email is confidential\n", "Thanks\n> a\n", "fw: ", "Summary: x\n", "\ud800", "\u0130",
        "> On 1 wrote:\n> x\n",
    ],
)  # fmt: skip
def test_the_time_is_linear(unit: str) -> None:
    """Eight times as much of any repeated unit takes about eight times as long, not sixty-four times."""
    small, large = (min(_seconds(unit * (size // len(unit))) for _ in range(2)) for size in (2**14, 2**17))
    assert large < 24 * small + 0.1


def _seconds(body: str) -> float:
    start = time.process_time()
    split_zones(body)
    return time.process_time() - start


@pytest.mark.parametrize("unit", [">", "\n", "From: ", "wrote:", " ", "x"])
def test_a_megabyte(unit: str) -> None:
    """A body of a megabyte is covered like any other."""
    body = unit * (2**20 // len(unit))
    zones = split_zones(body)
    assert (0, len(body)) == (zones[0].start, zones[-1].end)


# -- real tickets ------------------------------------------------------------------------------------------


@pytest.mark.skipif(not REAL.exists(), reason=f"the labelled tickets are not at {REAL}")
def test_real_tickets_keep_text_to_read() -> None:
    """Of 1,200 real tickets, all but a handful have new or forwarded text with a letter in it."""
    with REAL.open(encoding="utf-8", newline="") as file:
        tickets = [(row["body"], row["subject"]) for row in csv.DictReader(file)]
    lettered = [(body, subject) for body, subject in tickets if re.search(r"[^\W\d_]", body)]
    read = [said(body, "new text", subject) + said(body, "forwarded", subject) for body, subject in lettered]
    assert len(read) > 1000
    assert len([text for text in read if not re.search(r"[^\W\d_]", text)]) < 5
