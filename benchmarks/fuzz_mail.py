"""A fuzzer for mail, guided by coverage: any bytes are a ticket that gets a suggestion, or one TicketError.

    python benchmarks/fuzz_mail.py -max_total_time=120 [FOLDER]

Needs the extra "fuzz" (Atheris). It begins with the example messages of the project; FOLDER keeps what it
finds. An input that takes over ten seconds, or any other error, is a defect and is written to a file.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["triage", "email", "html"]):
    from triage import Ticket, TicketError, Triage
    from triage.mail import read_message

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
TRIAGE = Triage()


def one_input(data: bytes) -> None:
    """Read the bytes as a message, and suggest a priority for it."""
    try:
        ticket = read_message(b"Subject: x\n" + data)
    except TicketError:
        return
    if ticket != Ticket.from_dict(json.loads(json.dumps(ticket.to_dict()))):
        raise AssertionError("the ticket does not survive JSON")
    TRIAGE.suggest(ticket)


def main() -> None:
    """Fuzz until the time is over."""
    with tempfile.TemporaryDirectory() as folder:
        seeds = Path(folder)
        for example in EXAMPLES.glob("*.eml"):
            (seeds / example.name).write_bytes(example.read_bytes())
        arguments = [sys.argv[0], "-timeout=10", "-max_len=4096", *sys.argv[1:], str(seeds)]
        atheris.Setup(arguments, one_input)
        atheris.Fuzz()


if __name__ == "__main__":
    main()
