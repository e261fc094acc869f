"""An e-mail message becomes a ticket: its subject and the text that a person reads first."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from email.message import Message
from html import unescape

from triage.errors import TicketError
from triage.ticket import Ticket

_HEADERS = frozenset(
    {"from", "to", "subject", "date", "received", "message-id", "mime-version", "content-type"}
)
_TAG = re.compile(r"""<(/?[a-zA-Z][^\s/<>"']*+)(?:(?:[^<>"']|"[^"]*"|'[^']*')*+>|[^<>]*+>)""")
_BLOCK = re.compile(
    r"address|article|blockquote|br|center|d[dlt]|div|footer|form|h[1-6r]|header|li|main|[ou]l|p|pre|section"
    r"|table|t[dhr]"
)
_ENDS = {name: re.compile(f"</{name}", re.IGNORECASE) for name in ("script", "style", "title")}
_SPACES = re.compile(r"[^\S\n]+")
_BLANK_LINES = re.compile(r"\n\s*\n")


def read_message(data: bytes, *, file: str = "the message") -> Ticket:
    """Return the ticket of an e-mail message: its subject and its text, plain before HTML, channel "email".

    Encodings that are wrong never raise: what cannot be read is replaced.

    Raises:
        TicketError: the bytes are not a message; the text says which ``file`` they are from.

    >>> read_message(b"From: ann@example.com\\nSubject: Printer\\n\\nIt jams.").body
    'It jams.'
    """
    try:
        # The default policy raises at some broken headers while it parses; only the subject is read by it.
        message = message_from_bytes(data, policy=policy.compat32)
    except RecursionError:
        raise TicketError(f"{file}: its parts are nested too deeply for a message") from None
    headers = {name.lower(): str(value) for name, value in reversed(list(message.raw_items()))}
    if not headers.keys() & _HEADERS:
        raise TicketError(f"{file}: this is not an e-mail message: found no From, To, Subject or Date line")
    body = _first_read(lambda: _text(message), lambda: _after_headers(data))
    return Ticket(subject=_subject(headers.get("subject", "")), body=body.strip(), channel="email")


def html_to_text(html: str) -> str:
    """Return the text of HTML with its line breaks, without scripts and styles; the time is linear.

    >>> html_to_text("<style>p {}</style><p>The printer&nbsp;jams.<br>Again.</p>")
    'The printer jams.\\nAgain.'
    """
    lines = _SPACES.sub(" ", "".join(_pieces(html))).replace(" \n", "\n").replace("\n ", "\n")
    return _BLANK_LINES.sub("\n\n", lines).strip()


def _pieces(html: str) -> Iterator[str]:
    """Yield texts and line breaks.

    ``html.parser`` needs a time that grows with the square of some broken inputs, and a message is untrusted.
    """
    place = 0
    while (start := html.find("<", place)) >= 0:
        yield _flowing(html[place:start])
        tag = _TAG.match(html, start)
        name = tag[1].lower() if tag else ""
        if tag is None and not html.startswith(("<!", "<?"), start):
            yield "<"
        if _BLOCK.fullmatch(name.removeprefix("/")):
            yield "\n" if name in ("br", "/p") or not name.startswith("/") else " "
        place = _end(html, start, tag)
    yield _flowing(html[place:])


def _end(html: str, start: int, tag: re.Match[str] | None) -> int:
    """Return where the tag, comment or declaration ends, a script or style with all that it holds."""
    if tag is not None:
        closing = _ENDS.get(tag[1].lower())
        if closing is None:
            return tag.end()
        found = closing.search(html, tag.end())
        return found.start() if found else len(html)
    if not html.startswith(("<!", "<?"), start):
        return start + 1
    mark = "-->" if html.startswith("<!--", start) else ">"
    end = html.find(mark, start)
    return end + len(mark) if end >= 0 else len(html)


def _flowing(text: str) -> str:
    return re.sub(r"\s+", " ", unescape(text))


def _first_read(*readers: Callable[[], str]) -> str:
    """Return what the first reader reads that does not raise: the email package raises nearly anything."""
    for reader in readers:
        with suppress(Exception):
            return reader()
    return ""


def _subject(raw: str) -> str:
    """Return the subject with its encoded words read; raw bytes in it are taken for UTF-8."""
    text = raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace")
    subject = _first_read(
        lambda: str(policy.default.header_factory("subject", " ".join(text.split()))),
        lambda: str(make_header(decode_header(text))),
        lambda: text,
    )
    return " ".join(subject.split())


def _text(part: Message) -> str:
    """Return the text of a part: of alternatives the plain one, of other parts all text that is inline."""
    kind = part.get_content_type()
    if kind.startswith("multipart/") and part.is_multipart():
        texts = [
            (child.get_content_type(), text) for child in _children(part) if (text := _text(child)).strip()
        ]
        if kind == "multipart/alternative":
            plain = [text for child, text in texts if child == "text/plain"]
            return (plain or [text for _, text in texts] or [""])[0]
        return "\n\n".join(text for _, text in texts)
    if not kind.startswith("text/") or part.get_content_disposition() == "attachment":
        return ""
    text = _decoded(part)
    return html_to_text(text) if kind == "text/html" else text


def _children(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def _decoded(part: Message) -> str:
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    with suppress(LookupError, ValueError):
        return data.decode(part.get_content_charset() or "utf-8", "replace")
    return data.decode("utf-8", "replace")


def _after_headers(data: bytes) -> str:
    return re.split(rb"\r?\n\r?\n", data, maxsplit=1)[-1].decode("utf-8", "replace")
