"""The text of a message: of its parts those that a mail program shows, and the names of those it attaches."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from contextlib import suppress
from email.header import decode_header, make_header
from email.message import Message
from itertools import islice

from triage.mail.html import html_to_text

_SHOWN = ("text/plain", "text/html", "text/enriched", "text/markdown")
_SLOW_CODECS = frozenset({"punycode", "idna", "unicode-escape", "raw-unicode-escape"})
_MOST_NAMES, _LONGEST_NAME = 100, 255


def text_of(message: Message) -> str:
    """Return what the writer says; where that is nothing, the first message that is attached."""
    text = _text(message)
    return text if text.strip() else next(filter(str.strip, map(_forwarded, _attached(message))), text)


def attachment_names(message: Message) -> tuple[str, ...]:
    """Return the names of what is attached, in order; what has no name is called by its type."""
    return tuple(_name(part)[:_LONGEST_NAME] for part in islice(_left_alone(message), _MOST_NAMES))


def _text(part: Message) -> str:
    """Return the text of a part: of alternatives the plain one, of other parts all text that is shown."""
    kind = part.get_content_type()
    if kind.startswith("multipart/") and part.is_multipart():
        texts = [
            (child.get_content_type(), text) for child in _children(part) if (text := _text(child)).strip()
        ]
        if kind == "multipart/alternative":
            plain = [text for child, text in texts if child == "text/plain"]
            return (plain or [text for _, text in texts] or [""])[0]
        return "\n\n".join(text for _, text in texts)
    if not _is_shown(part):
        return ""
    text = _decoded(part)
    return html_to_text(text) if kind == "text/html" else text


def _is_shown(part: Message) -> bool:
    return part.get_content_type() in _SHOWN and part.get_content_disposition() != "attachment"


def _children(part: Message) -> list[Message]:
    payload = part.get_payload()
    return [child for child in payload if isinstance(child, Message)] if isinstance(payload, list) else []


def _decoded(part: Message) -> str:
    """Return the text of a part: as it says, else as UTF-8, else with what cannot be read replaced."""
    payload = part.get_payload(decode=True)
    data = payload if isinstance(payload, bytes) else b""
    stated = _codec(part.get_content_charset())
    for codec in (stated, "utf-8"):
        with suppress(ValueError, LookupError):
            return data.decode(codec)
    with suppress(ValueError, LookupError):
        return data.decode(stated, "replace")
    return data.decode("utf-8", "replace")


def _codec(charset: str | None) -> str:
    """Return the codec of a character set; one that no mail program writes, or a slow one, is UTF-8."""
    with suppress(LookupError, ValueError):
        name = codecs.lookup(charset or "utf-8").name
        return "utf-8" if name in _SLOW_CODECS else name
    return "utf-8"


# -- what is attached ------------------------------------------------------------------------------------


def _left_alone(part: Message) -> Iterator[Message]:
    """Yield the parts that are not shown as text; parts within an attached message are its own."""
    if part.get_content_maintype() == "multipart" and part.is_multipart():
        for child in _children(part):
            yield from _left_alone(child)
    elif not _is_shown(part):
        yield part


def _name(part: Message) -> str:
    stated = ""
    with suppress(Exception):  # a name may be broken in as many ways as a header
        stated = str(make_header(decode_header(part.get_filename() or "")))
    name = stated.replace("\\", "/").rpartition("/")[2]
    return "".join(filter(str.isprintable, name)).strip() or part.get_content_type()


def _attached(message: Message) -> Iterator[Message]:
    """Yield the messages that are attached."""
    for part in _left_alone(message):
        if part.get_content_type() == "message/rfc822":
            yield from _children(part)


def _forwarded(message: Message) -> str:
    """Return an attached message as one forwarded in the text."""
    stated = {name: " ".join(str(message.get(name, "")).split()) for name in ("From", "Subject")}
    fields = (f"{name}: {said}" for name, said in stated.items() if said)
    return "\n".join(["---------- Forwarded message ----------", *fields, "", _text(message)])
