"""The standard library's parser, bounded: a message comes from a stranger, who may want it to take long."""

from __future__ import annotations

from email import message_from_bytes
from email._policybase import Compat32
from email.message import Message
from itertools import count
from typing import Any

from triage.errors import TicketError

# Each line is held against the boundary of each part around it, so their product is the time that it takes.
LARGEST = 64_000_000  # bytes; mail servers take about half of that
_MOST_LINES = 1_000_000
_MOST_PARTS = 1_000
_DEEPEST = 20
_LONGEST_HEADER = 10_000  # characters; the time to read parameters grows with the square of their number


class _TangledError(Exception):
    """A message of more parts, or deeper ones, than any person sends."""


class _Part(Message):
    """A part of a message, which knows how deep it stands in others."""

    depth = 0

    def attach(self, payload: Any) -> None:
        """Take in a part."""
        payload.depth = self.depth + 1
        if payload.depth > _DEEPEST:
            raise _TangledError(f"its parts are nested too deeply; a message has at most {_DEEPEST} levels")
        super().attach(payload)


class _Bounded(Compat32):
    """Reads headers as they stand and cuts the endless; the default policy raises at some that are broken."""

    def header_source_parse(self, sourcelines: list[str]) -> tuple[str, str]:
        """Return the name and the value of a header."""
        name, value = super().header_source_parse(sourcelines)
        return name, value[:_LONGEST_HEADER]


def parse(data: bytes, file: str) -> Message:
    """Return the message in these bytes.

    Raises:
        TicketError: it is too large, has too many parts, or they are nested too deeply.
    """
    lines = data.count(b"\n") + data.count(b"\r") - data.count(b"\r\n")
    if len(data) > LARGEST or lines > _MOST_LINES:
        limits = f"a message has at most {LARGEST:,} bytes and {_MOST_LINES:,} lines"
        raise TicketError(f"{file}: found {len(data):,} bytes in {lines:,} lines; {limits}")
    try:
        return message_from_bytes(data, policy=_Bounded(message_factory=_factory()))
    except _TangledError as error:
        raise TicketError(f"{file}: {error}") from None


def headers_of(message: Message) -> dict[str, list[str]]:
    """Return the values of each header in their order; names are compared without case."""
    headers: dict[str, list[str]] = {}
    for name, value in message.raw_items():
        headers.setdefault(name.strip().lower(), []).append(str(value))
    return headers


def _factory() -> Any:
    """Return what makes the parts of one message, and only so many."""
    numbers = count(1)

    def make(policy: Any = None) -> _Part:
        if next(numbers) > _MOST_PARTS:
            raise _TangledError(f"found too many parts; a message has at most {_MOST_PARTS:,}")
        return _Part(policy)

    return make
