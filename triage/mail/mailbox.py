"""A mailbox file becomes tickets, one at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import closing
from mailbox import mbox
from pathlib import Path

from triage.errors import TicketError
from triage.mail.message import read_message
from triage.ticket import Ticket


def read_mbox(path: str | Path, *, wrong: Callable[[TicketError], object] | None = None) -> Iterator[Ticket]:
    """Yield the ticket of each message of a mailbox file (mbox); one message is in memory at a time.

    A message that cannot be read ends it; with ``wrong`` that gets the error, and the next message follows.

    Raises:
        TicketError: the file is no mailbox, or a message of it cannot be read.

    >>> import tempfile
    >>> folder = tempfile.TemporaryDirectory()
    >>> path = Path(folder.name, "inbox")
    >>> _ = path.write_bytes(b"From ann Thu Jan  1 00:00:00 2026\\nSubject: Printer\\n\\nIt jams.\\n")
    >>> [ticket.subject for ticket in read_mbox(path)]
    ['Printer']
    >>> folder.cleanup()
    """
    _check_is_mailbox(path)
    with closing(mbox(path, create=False)) as box:
        for number, key in enumerate(box.iterkeys(), 1):
            try:
                yield read_message(box.get_bytes(key), file=f"{path}, message {number}")
            except TicketError as error:
                if wrong is None:
                    raise
                wrong(error)


def _check_is_mailbox(path: str | Path) -> None:
    try:
        with open(path, "rb") as stream:
            start = stream.read(5)
    except (OSError, ValueError) as error:
        said = getattr(error, "strerror", None) or error
        raise TicketError(f"{path}: the mailbox cannot be read: {said}") from None
    if start not in (b"From ", b""):
        raise TicketError(f"{path}: this is no mailbox: it begins with {start!r}, expected b'From '")
