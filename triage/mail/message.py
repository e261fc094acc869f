"""A message in bytes becomes a ticket: its subject, the text that a person reads first, and its marks."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC
from email import policy
from email.header import decode_header, make_header
from email.utils import parsedate_to_datetime
from pathlib import Path

from triage.errors import TicketError
from triage.mail.marks import automatic, importance
from triage.mail.parsing import LARGEST, headers_of, parse
from triage.mail.text import attachment_names, text_of
from triage.ticket import Mail, Ticket

_HEADERS = frozenset(
    {"from", "to", "subject", "date", "received", "message-id", "mime-version", "content-type"}
)
_LONG_SUBJECT = 1_000  # characters; reading the encoded words of a longer one exactly takes too long
_SEPARATOR = re.compile(rb"\r?\n\r?\n")


def read_message(data: bytes, *, file: str = "the message") -> Ticket:
    """Return the ticket of an e-mail message: its subject and its text, plain before HTML, channel "email".

    Encodings that are wrong never raise: what cannot be read is replaced. ``ticket.mail`` holds what the
    message tells beside its text, and ``ticket.received`` when the last mail server took it.

    Raises:
        TicketError: the bytes are no message, too many or too tangled; the text says which ``file``.

    >>> read_message(b"From: ann@example.com\\nSubject: Printer\\n\\nIt jams.").body
    'It jams.'
    """
    if not isinstance(data, bytes):
        raise TicketError(f"{file}: a message is bytes, not {type(data).__name__}")
    message = parse(data, file)
    headers = headers_of(message)
    if not headers.keys() & _HEADERS:
        raise TicketError(f"{file}: this is not an e-mail message: found no From, To, Subject or Date line")
    body = _first_read(lambda: text_of(message), lambda: _after_headers(data))
    return Ticket(
        subject=_subject(headers.get("subject", [""])[0]),
        body=body.replace("\r\n", "\n").strip(),
        channel="email",
        received=_received(headers),
        mail=Mail(
            importance=importance(headers),
            automatic=automatic(headers, message),
            attachments=attachment_names(message),
        ),
    )


def read_file(path: str | Path) -> Ticket:
    """Return the ticket of a file that holds one e-mail message (.eml).

    Raises:
        TicketError: the file cannot be read, or is no message.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name, "a.eml")
    >>> _ = path.write_bytes(b"Subject: Printer\\n\\nIt jams.")
    >>> read_file(path).subject
    'Printer'
    >>> folder.cleanup()
    """
    try:
        with open(path, "rb") as stream:
            data = stream.read(LARGEST + 1)
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or error
        raise TicketError(f"{path}: the file cannot be read: {said}") from None
    return read_message(data, file=str(path))


def _first_read(*readers: Callable[[], str]) -> str:
    """Return what the first reader reads that does not raise: the email package raises nearly anything."""
    for reader in readers:
        with suppress(Exception):
            return reader()
    return ""


def _subject(raw: str) -> str:
    """Return the subject with its encoded words read; raw bytes in it are taken for UTF-8."""
    text = " ".join(raw.encode("utf-8", "surrogateescape").decode("utf-8", "replace").split())
    if "=?" not in text:
        return text
    exactly: list[Callable[[], str]] = [lambda: str(policy.default.header_factory("subject", text))]
    subject = _first_read(
        *(exactly if len(text) <= _LONG_SUBJECT else []),
        lambda: str(make_header(decode_header(text))),
        lambda: text,
    )
    return " ".join(subject.split())


def _received(headers: dict[str, list[str]]) -> str | None:
    """Return when the last server took the message, else when its sender says to have sent it."""
    taken = headers.get("received", [""])[0].rpartition(";")[2]
    for stated in (taken, headers.get("date", [""])[0]):
        with suppress(Exception):
            time = parsedate_to_datetime(stated[:100].strip())
            return (time if time.tzinfo else time.replace(tzinfo=UTC)).isoformat()
    return None


def _after_headers(data: bytes) -> str:
    return _SEPARATOR.split(data, maxsplit=1)[-1].decode("utf-8", "replace")
