"""A rule file is taken whole or not at all: every fault is reported at once, with its place."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from triage.errors import Fault, RuleFileError
from triage.limited import read_limited
from triage.messages import Messages
from triage.rules.build import build
from triage.rules.guideline import Guideline, read_guideline
from triage.rules.hours import check_country
from triage.rules.ruleset import RuleSet
from triage.rules.schema import RuleFile
from triage.rules.source import LARGEST_FILE, Source, read_source
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


@dataclass(frozen=True, slots=True)
class Opened:
    """A rule file as far as it could be read: ``faults`` hold what stops it, and then ``rules`` is None."""

    path: Path
    source: Source
    file: RuleFile | None = None
    guideline: Guideline | None = None
    rules: RuleSet | None = None

    @property
    def faults(self) -> tuple[Fault, ...]:
        """All faults, by their place."""
        return tuple(sorted(self.source.faults))

    def taken(self) -> RuleSet:
        """Return the rules.

        Raises:
            RuleFileError: the file cannot be read or has faults; all of them are in ``faults``.
        """
        if self.rules is None:
            raise RuleFileError(self.faults)
        return self.rules


def load_rules(path: str | Path | None = None) -> RuleSet:
    """Return the rules of a file, or the documented rules without one.

    Raises:
        RuleFileError: the file cannot be read or has faults; all of them are in ``faults``.

    >>> [priority.id for priority in load_rules().priorities]
    ['critical', 'high', 'standard', 'low', 'scheduled']
    """
    return open_rules(path).taken()


def open_rules(path: str | Path | None = None) -> Opened:
    """Return a rule file with all that was read of it and all faults; nothing is raised.

    >>> [fault.code for fault in open_rules("nowhere.yaml").faults]
    ['TR001']
    """
    try:
        where = documented_rules() if path is None else Path(path)
    except TypeError:
        source = Source(repr(path))
        source.fault((), f"a rule file is named by its path, not by {type(path).__name__}", code="TR001")
        return Opened(documented_rules(), source)
    data, source = _read(where)
    file = None if source.tree is None else validate(source)
    if file is None:
        return Opened(where, source)
    text = _read_guideline(source, where.parent / file.guideline)
    guideline = None if text is None else read_guideline(text)
    version = sha256(data + b"\0" + (text or "").encode()).hexdigest()[:16]
    messages = _read_messages(source, where.parent, file.choice.messages)
    if where != documented_rules():  # whose country is checked by the tests, as that takes a while
        check_country(file, source)
    rules = build(file, source, guideline=guideline, messages=messages, version=version)
    return Opened(where, source, file, guideline, None if source.faults else rules)


def _read(path: Path) -> tuple[bytes, Source]:
    try:
        data = read_limited(path, LARGEST_FILE)
    except (OSError, ValueError) as error:  # a path with a NUL character is a ValueError
        source = Source(str(path))
        said = getattr(error, "strerror", None) or str(error)
        message = f"the rule file cannot be read: {said}. Give the path of a YAML rule file"
        source.fault((), message, code="TR001")
        return b"", source
    return data, read_source(data, str(path))


def _read_guideline(source: Source, path: Path) -> str | None:
    try:
        return _one_kind_of_line_ends(read_limited(path, LARGEST_FILE).decode())
    except (OSError, UnicodeDecodeError, ValueError):
        message = f"the guideline text {str(path)!r} cannot be read; 'guideline' is its path beside this file"
        source.fault(("guideline",), message, code="TR001")
        return None


def _one_kind_of_line_ends(text: str) -> str:
    """Return a text as any editor may save it in the one way that its version is told by."""
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _read_messages(source: Source, folder: Path, named: str | None) -> Messages:
    """Return the messages that the rule file names, else those that ship; their faults join the others."""
    path = folder / named if named else documented_messages()
    try:
        messages, read = read_messages(read_limited(path, LARGEST_FILE), str(path))
    except (OSError, ValueError):
        message = f"the messages {str(path)!r} cannot be read; 'messages' is their path beside this file"
        source.fault(("choice", "messages"), message, code="TR001")
        return Messages(())
    source.faults += read.faults
    return messages
