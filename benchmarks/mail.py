"""How mail is read, beside libraries made for it: quotations and signatures, and HTML that is out to do harm.

    python benchmarks/mail.py

Needs the extra "bench-mail". Each made-up message is in the style of a mail program. A line that begins with
"NEW" is what the person wrote, one with "OLD" what somebody wrote before, one with "SIG" belongs to the
signature or a disclaimer. Counted is how many of the NEW lines are kept and of the others left out. None of
the messages was used to make the zones.

Of HTML it is told how long 200,000 characters take and whether the last word is still there.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib.util import find_spec
from time import perf_counter

from triage.mail.html import html_to_text
from triage.reading.zones import split_zones

NEW = "NEW the scanner is offline again.\nNEW nobody at the front desk can scan.\n"
OLD = "OLD we restarted it yesterday.\n"
HELP, ANN = "Help Desk <help@firm.example>", "Ann <ann@firm.example>"
WHEN, DAY = "Tue, Nov 24, 2026 at 9:12 AM", "Tuesday, November 24, 2026 9:12 AM"
STYLES = {
    "Gmail": f"{NEW}\nOn {WHEN} {HELP} wrote:\n\n> {OLD}>\n> {OLD}",
    "Gmail, wrapped": f"{NEW}\nOn {WHEN} Help Desk of the Firm <\nhelp@firm.example> wrote:\n\n> {OLD}",
    "Gmail, not marked": f"{NEW}\nOn {WHEN} {HELP} wrote:\n\n{OLD}",
    "Gmail, forwarded": f"{NEW}\n---------- Forwarded message ---------\nFrom: {HELP}\n"
    f"Date: {WHEN}\nSubject: Scanner\nTo: <ann@firm.example>\n\n{OLD}",
    "Outlook": f"{NEW}\nFrom: {HELP}\nSent: {DAY}\nTo: {ANN}\nSubject: RE: Scanner\n\n{OLD}",
    "Outlook, with a rule": f"{NEW}\n________________________________\nFrom: {HELP}\n"
    f"Sent: {DAY}\nTo: {ANN}\nSubject: Re: Scanner\n\n{OLD}",
    "Outlook, old": f"{NEW}\n-----Original Message-----\nFrom: Help Desk [mailto:help@firm.example]\n"
    f"Sent: {DAY}\nTo: Ann\nSubject: RE: Scanner\n\n{OLD}",
    "Outlook, bold fields": f"{NEW}\n*From:* {HELP}\n*Sent:* {DAY}\n"
    f"*To:* {ANN}\n*Subject:* RE: Scanner\n\n{OLD}",
    "Apple Mail": f"{NEW}\n> On Nov 24, 2026, at 9:12 AM, {HELP} wrote:\n> \n> {OLD}",
    "iPhone": f"{NEW}\nSent from my iPhone\n\n> On Nov 24, 2026, at 9:12 AM, {HELP} wrote:\n>\n> {OLD}",
    "Thunderbird": f"{NEW}\nOn 11/24/26 9:12 AM, Help Desk wrote:\n> {OLD}",
    "Thunderbird, between": f"On 11/24/26 9:12 AM, Help Desk wrote:\n> {OLD}NEW yes.\n> {OLD}{NEW}",
    "Yahoo": f"{NEW}\n    On Tuesday, November 24, 2026, 09:12:44 AM EST, {HELP} wrote:  \n \n {OLD}",
    "Notes": f"{NEW}\n\nFrom:\tHelp Desk/Firm\nTo:\tAnn/Firm@Firm\nDate:\t11/24/2026 09:12 AM\n"
    f"Subject:\tRe: Scanner\n\n{OLD}",
    "German": f"{NEW}\nAm Di., 24. Nov. 2026 um 09:12 Uhr schrieb Helpdesk <help@firm.example>:\n\n> {OLD}",
    "French": f"{NEW}\nLe mar. 24 nov. 2026 à 09:12, Helpdesk <help@firm.example> a écrit :\n\n> {OLD}",
    "signature, dashes": f"{NEW}\n-- \nSIG Ann Lind\nSIG Office manager\nSIG +1 555 0100\n",
    "signature, closing": f"{NEW}\nBest regards,\n\nSIG Ann Lind\nSIG Office manager\nSIG +1 555 0100\n",
    "disclaimer": f"{NEW}\nThanks,\nSIG Ann\n\nThis e-mail is confidential and intended solely for you. "
    "If you are not the intended recipient, please delete it. SIG\n",
    "quoting a fault": "NEW the program says:\nNEW > error 5: no route to host\nNEW what can I do?\n",
    "no quotation": f"{NEW}NEW on Monday it worked, Help wrote: nothing.\n",
}


def by_zones(text: str) -> str:
    """Return the text that the zones call new."""
    return "".join(text[zone.start : zone.end] for zone in split_zones(text) if zone.kind == "new text")


def by_quotequail(text: str) -> str:
    import quotequail

    return "\n".join(said for shown, said in quotequail.quote(text) if shown)


def by_mail_parser_reply(text: str) -> str:
    from mailparser_reply import EmailReplyParser

    return "".join(
        reply.body for reply in EmailReplyParser(languages=["en", "de", "fr"]).read(text).replies[:1]
    )


READERS: dict[str, tuple[str, Callable[[str], str]]] = {
    "zones": ("triage", by_zones),
    "quotequail": ("quotequail", by_quotequail),
    "mail-parser-reply": ("mailparser_reply", by_mail_parser_reply),
}


def mistakes(text: str, kept: str) -> tuple[int, int]:
    """Return how many new lines are lost, and how many others are kept."""
    lost = len(re.findall("NEW", text)) - len(re.findall("NEW", kept))
    return lost, len(re.findall("OLD|SIG", kept))


DEEP = 200_000
HARMFUL = {
    "nested 40,000 deep": "<div>" * (DEEP // 5) + "LAST",
    "lists in lists": "<ul><li>" * (DEEP // 8) + "LAST",
    "a table of cells": "<table>" + "<tr><td>x" * (DEEP // 9) + "<tr><td>LAST",
    "quotes never closed": "<a b='" * (DEEP // 6) + "LAST",
    "indented for ever": "<p style='padding-left:999999999px'>x</p>" * 20 + "LAST",
}


def by_inscriptis(html: str) -> str:
    from inscriptis import get_text

    return str(get_text(html))


def by_selectolax(html: str) -> str:
    from selectolax.lexbor import LexborHTMLParser

    return str(LexborHTMLParser(html).text())


HTML_READERS: dict[str, tuple[str, Callable[[str], str]]] = {
    "html_to_text": ("triage", html_to_text),
    "inscriptis": ("inscriptis", by_inscriptis),
    "selectolax": ("selectolax", by_selectolax),
}


def timed(read: Callable[[str], str], html: str) -> str:
    """Return the seconds that the reading takes, how much it gives, and whether the last word is in it."""
    start = perf_counter()
    text = read(html)
    seconds = perf_counter() - start
    return f"{seconds:.2f} s, {len(text):,}{'' if 'LAST' in text else ', lost'}"


def installed(readers: dict[str, tuple[str, Callable[[str], str]]]) -> dict[str, Callable[[str], str]]:
    """Return the readers whose library is installed, and tell which are left out."""
    for name, (module, _) in readers.items():
        if not find_spec(module):
            print(f"Left out: {name} is not installed (pip install 'ticket-triage[bench-mail]').")
    return {name: read for name, (module, read) in readers.items() if find_spec(module)}


def report_quotations() -> None:
    """Print the mistakes of each reader in each style, and their sums."""
    readers = installed(READERS)
    print(f"{'new lines lost / others kept':28}" + "".join(f"{name:>20}" for name in readers))
    sums = dict.fromkeys(readers, (0, 0))
    for style, text in STYLES.items():
        found = {name: mistakes(text, read(text)) for name, read in readers.items()}
        sums = {name: (sums[name][0] + found[name][0], sums[name][1] + found[name][1]) for name in readers}
        print(f"{style:28}" + "".join(f"{f'{lost} / {kept}':>20}" for lost, kept in found.values()))
    print(f"{'all':28}" + "".join(f"{f'{lost} / {kept}':>20}" for lost, kept in sums.values()))


def report_html() -> None:
    """Print what each reader makes of harmful HTML."""
    readers = installed(HTML_READERS)
    print(f"\n{'seconds, characters':28}" + "".join(f"{name:>26}" for name in readers))
    for name, html in HARMFUL.items():
        print(f"{name:28}" + "".join(f"{timed(read, html):>26}" for read in readers.values()))


def main() -> int:
    """Print both."""
    report_quotations()
    report_html()
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
