"""A file of messages, checked: it has every template, and no template asks for a word it is not given."""

from __future__ import annotations

from pathlib import Path
from string import Template

from triage.messages import Messages
from triage.rules.nearest import did_you_mean
from triage.rules.source import Source, read_source


def documented_messages() -> Path:
    """Return the path of the messages that ship with the library.

    >>> documented_messages().name
    'messages.yaml'
    """
    return Path(__file__).resolve().parent.parent / "messages.yaml"


def read_messages(data: bytes, file: str) -> tuple[Messages, Source]:
    """Return the messages in these bytes, with the source that holds all faults found in them."""
    source = read_source(data, file)
    expected = _expected()
    tree = source.tree if isinstance(source.tree, dict) else {}
    if not tree and not source.faults:
        source.fault((), "a file of messages is a mapping of names to texts", code="TR007")
    for name, text in tree.items():
        _check(source, name, text, expected)
    if missing := [name for name in expected if name not in tree]:
        source.fault(
            (),
            f"found no message {', '.join(map(repr, missing))}; a file of messages has them all",
            code="TR006",
        )
    return Messages(tuple((name, str(text)) for name, text in tree.items())), source


def _expected() -> dict[str, set[str]]:
    """Return the names of the messages that ship, with the words that each is given."""
    shipped = read_source(documented_messages().read_bytes(), "messages.yaml")
    return {name: _words(text) for name, text in shipped.tree.items()}


def _words(text: str) -> set[str]:
    return set(Template(text).get_identifiers())


def _check(source: Source, name: str, text: object, expected: dict[str, set[str]]) -> None:
    if name not in expected:
        source.fault(
            (name,), f"unknown message {name!r}{did_you_mean(name, expected)}", code="TR005", at_key=True
        )
    elif not isinstance(text, str) or not text.strip():
        source.fault((name,), f"the message {name!r} is empty or no text", code="TR007")
    elif not Template(text).is_valid():
        source.fault(
            (name,),
            f"the message {name!r} has a '$' before no word; write '$$' for a dollar sign",
            code="TR007",
        )
    elif unknown := sorted(_words(text) - expected[name]):
        known = ", ".join(f"${word}" for word in sorted(expected[name])) or "no word"
        source.fault(
            (name,), f"the message {name!r} asks for ${unknown[0]}; it is given {known}", code="TR007"
        )
