"""All checks over a rule file: what stops it from loading, else all that looks wrong with its rules."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from triage.check import certainty, conditions, examples, guideline, levels, lists, order
from triage.check.rulebook import Rulebook
from triage.check.values import Check, Finding, Found
from triage.engine import Triage
from triage.errors import Fault
from triage.rules.load import Opened, open_rules
from triage.rules.source import Path as Place

LOADING = (
    Check("TR001", "error", "a file cannot be read"),
    Check("TR002", "error", "the file is not YAML"),
    Check("TR003", "error", "an alias, an anchor or a tag of YAML"),
    Check("TR004", "error", "a key stands twice"),
    Check("TR005", "error", "an unknown key"),
    Check("TR006", "error", "a key is missing"),
    Check("TR007", "error", "a value of another kind than expected"),
    Check("TR008", "error", "an unknown name"),
    Check("TR009", "error", "an id or name is used twice"),
    Check("TR010", "error", "a quote is not in the guideline word for word"),
    Check("TR011", "error", "a rule has no example"),
    Check("TR012", "error", "a list cannot be used like this"),
    Check("TR013", "error", "rules override each other in a circle"),
    Check("TR501", "error", "the calendar has no working hour"),
    Check("TR502", "error", "the calendar names what does not exist"),
)
UNUSED = Check("TR701", "warning", "an allowed finding is not there")
FAMILIES = (guideline, examples, lists, conditions, order, levels, certainty)
CHECKS = tuple(
    sorted(
        (*LOADING, *(check for family in FAMILIES for check in family.CHECKS), UNUSED), key=lambda c: c.code
    )
)


def check_rules(path: str | Path | None = None) -> tuple[Finding, ...]:
    """Return every finding about a rule file, or about the documented rules, by its place.

    Those that the file allows, each with its reason, are among them. Nothing is raised: a file that cannot be
    loaded has its faults as findings.

    >>> [finding.code for finding in check_rules("nowhere.yaml")]
    ['TR001']
    """
    opened = open_rules(path)
    if opened.file is None or opened.guideline is None or opened.rules is None:
        return tuple(map(_of_fault, opened.faults))
    book = Rulebook(opened, opened.file, opened.guideline, Triage(opened.rules))
    return tuple(sorted(_findings(book), key=_by_place))


def errors_in(opened: Opened, triage: Triage) -> tuple[Fault, ...]:
    """Return the errors of a rule file that loads and does not allow them; ``triage`` is made of its rules.

    Nothing else is looked for, so that this takes a third of the time of :func:`check_rules`.
    """
    assert opened.file is not None
    assert opened.guideline is not None
    book = Rulebook(opened, opened.file, opened.guideline, triage)
    errors = [check for check in CHECKS if check.severity == "error"]
    return tuple(sorted(map(_fault_of, standing(finding for _, finding in _found_by(errors, book)))))


def standing(findings: Iterable[Finding]) -> list[Finding]:
    """Return the findings that the rule file does not allow."""
    return [finding for finding in findings if finding.allowed is None]


def _by_place(finding: Finding) -> tuple[int, int, str, str]:
    return finding.line, finding.column, finding.code, finding.message


def _of_fault(fault: Fault) -> Finding:
    return Finding(
        code=fault.code,
        severity="error",
        file=fault.file,
        line=fault.line,
        column=fault.column,
        message=fault.message,
    )


def _fault_of(finding: Finding) -> Fault:
    return Fault(finding.file, finding.line, finding.column, finding.message, finding.code)


def _found_by(checks: Iterable[Check], book: Rulebook) -> Iterator[tuple[Place, Finding]]:
    """Yield each finding, after the place that allows it if there is one."""
    for check in checks:
        for found in check.find(book) if check.find else ():
            owner, allowed = _allowed(book, found.path, check.code)
            yield owner, _finding(book, check, found, allowed)


def _findings(book: Rulebook) -> Iterator[Finding]:
    used: set[tuple[Place, str]] = set()
    for owner, finding in _found_by(CHECKS, book):
        if finding.allowed is not None:
            used.add((owner, finding.code))
        yield finding
    for owner, codes in _owners(book):
        for code in codes.keys() - {code for place, code in used if place == owner}:
            message = f"{code} is allowed here, but there is no such finding; take it out of 'allow'"
            yield _finding(book, UNUSED, Found((*owner, "allow", code), message), None)


def _finding(book: Rulebook, check: Check, found: Found, allowed: str | None) -> Finding:
    line, column = book.source.place(found.path)
    return Finding(
        code=check.code,
        severity=check.severity,
        file=str(book.path),
        line=line,
        column=column,
        message=found.message,
        rule=_name(book, found.path),
        allowed=allowed,
    )


def _name(book: Rulebook, path: Place) -> str | None:
    """Return the id of the rule, or the name of the list, that a place lies in."""
    match path:
        case ("rules", int(number), *_):
            return book.file.rules[number].id
        case ("lists", str(name), *_):
            return name
    return None


def _owners(book: Rulebook) -> Iterator[tuple[Place, Mapping[str, str]]]:
    """Yield each place that may allow findings, with those it allows and the reasons."""
    yield (), book.file.allow
    yield from ((("rules", number), entry.allow) for number, entry in enumerate(book.file.rules))
    yield from ((("lists", name), entry.allow) for name, entry in book.file.lists.items())


def _allowed(book: Rulebook, path: Place, code: str) -> tuple[Place, str | None]:
    """Return who allows a finding here, the rule or list before the file, and the reason if anybody does."""
    owners: Sequence[tuple[Place, Mapping[str, str]]] = [
        (owner, codes) for owner, codes in _owners(book) if codes and path[: len(owner)] == owner
    ]
    return next(((owner, codes[code]) for owner, codes in reversed(owners) if code in codes), ((), None))
