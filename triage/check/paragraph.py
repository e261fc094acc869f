"""The document that explains each number, which ships with the library."""

from __future__ import annotations

import re

from triage.check.run import CHECKS
from triage.rules.load import documented_rules
from triage.rules.nearest import did_you_mean

_SEVERITY = re.compile(r"^\*(\w+\.)\*", re.MULTILINE)


def paragraph_of(code: str) -> str:
    """Return what the document says of a number: its title, and what to do.

    Raises:
        LookupError: there is no such number; the message names the nearest.

    >>> print(paragraph_of("TR004"))
    TR004: a key stands twice
    <BLANKLINE>
    Error. A key stands twice in the same place, so one of the two would be lost. Join them, or take one out.
    """
    codes = [check.code for check in CHECKS]
    if code.upper() not in codes:
        raise LookupError(f"there is no finding {code!r}{did_you_mean(code.upper(), codes)}")
    document = (documented_rules().parent / "docs" / "rule-findings.md").read_text("utf-8")
    _, _, after = document.partition(f"\n### {code.upper()}: ")
    title, _, text = re.split(r"\n##", after)[0].partition("\n")
    said = _SEVERITY.sub(r"\1", text.strip())
    return f"{code.upper()}: {title}\n\n{said}"
