"""A rule file is taken whole or not at all: every fault is reported at once, with its place."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from triage.errors import Fault, RuleFileError
from triage.messages import Messages
from triage.rules.build import build
from triage.rules.guideline import read_guideline
from triage.rules.hours import check_country
from triage.rules.ruleset import RuleSet
from triage.rules.source import Source, read_source
from triage.rules.validate import validate
from triage.rules.wording import documented_messages, read_messages


def documented_rules() -> Path:
    """Return the path of the rule file that ships with the library.

    >>> documented_rules().name
    'rules.yaml'
    """
    package = Path(__file__).resolve().parent.parent
    shipped = package / "documented" / "rules.yaml"
    return shipped if shipped.exists() else package.parent / "rules.yaml"


def load_rules(path: str | Path | None = None) -> RuleSet:
    """Return the rules of a file, or the documented rules without one.

    Raises:
        RuleFileError: the file cannot be read or has faults; all of them are in ``faults``.

    >>> [priority.id for priority in load_rules().priorities]
    ['critical', 'high', 'standard', 'low', 'scheduled']
    """
    where = documented_rules() if path is None else Path(path)
    data = _read(where, str(where))
    source = read_source(data, str(where))
    file = None if source.faults else validate(source)
    if file is None:
        raise RuleFileError(tuple(source.faults))
    guideline_path = where.parent / file.guideline
    text = _read_guideline(source, guideline_path)
    version = sha256(data + b"\0" + (text or "").encode()).hexdigest()[:16]
    guideline = None if text is None else read_guideline(text)
    messages = _read_messages(source, where.parent, file.choice.messages)
    if where != documented_rules():  # whose country is checked by the tests, as that takes a while
        check_country(file, source)
    rules = build(file, source, guideline=guideline, messages=messages, version=version)
    if source.faults or rules is None:
        raise RuleFileError(tuple(source.faults))
    return rules


def _read(path: Path, file: str) -> bytes:
    try:
        return path.read_bytes()
    except (OSError, ValueError) as error:  # a path with a NUL character is a ValueError
        said = getattr(error, "strerror", None) or str(error)
        message = f"the rule file cannot be read: {said}. Give the path of a YAML rule file"
        raise RuleFileError((Fault(file, 1, 1, message),)) from None


def _read_guideline(source: Source, path: Path) -> str | None:
    try:
        return path.read_text("utf-8")
    except (OSError, UnicodeDecodeError, ValueError):
        message = f"the guideline text {str(path)!r} cannot be read; 'guideline' is its path beside this file"
        source.fault(("guideline",), message)
        return None


def _read_messages(source: Source, folder: Path, named: str | None) -> Messages:
    """Return the messages that the rule file names, else those that ship; their faults join the others."""
    path = folder / named if named else documented_messages()
    try:
        messages, read = read_messages(path.read_bytes(), str(path))
    except (OSError, ValueError):
        message = f"the messages {str(path)!r} cannot be read; 'messages' is their path beside this file"
        source.fault(("choice", "messages"), message)
        return Messages(())
    source.faults += read.faults
    return messages
