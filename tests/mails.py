"""Messages that the tests of mail share."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP


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
