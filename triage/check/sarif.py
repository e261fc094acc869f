"""Findings as SARIF 2.1.0, which editors and code hosts show beside the lines they are about."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import quote

from triage.check.run import CHECKS
from triage.check.values import MEANINGS, Check, Finding

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"


def to_sarif(findings: Iterable[Finding], *, version: str) -> dict[str, Any]:
    """Return a SARIF log of findings; ``version`` is that of this library.

    >>> to_sarif((), version="0.1.0")["runs"][0]["tool"]["driver"]["name"]
    'triage rules check'
    """
    rules = [_rule(check) for check in CHECKS]
    driver = {"name": "triage rules check", "version": version, "rules": rules}
    results = [_result(finding) for finding in findings]
    run = {"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}
    return {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}


def _rule(check: Check) -> dict[str, Any]:
    means = f"{check.severity}: {MEANINGS[check.severity]}"
    return {
        "id": check.code,
        "shortDescription": {"text": check.title},
        "help": {"text": f"{means}. More: triage rules check --explain {check.code}"},
        "defaultConfiguration": {"level": check.severity},
    }


def _result(finding: Finding) -> dict[str, Any]:
    place = {
        "artifactLocation": {"uri": _uri(finding.file)},
        "region": {"startLine": finding.line, "startColumn": finding.column},
    }
    result: dict[str, Any] = {
        "ruleId": finding.code,
        "ruleIndex": [check.code for check in CHECKS].index(finding.code),
        "level": finding.severity,
        "message": {"text": finding.message},
        "locations": [{"physicalLocation": place}],
    }
    if finding.allowed is not None:
        result["suppressions"] = [{"kind": "inSource", "justification": finding.allowed}]
    return result


def _uri(file: str) -> str:
    path = Path(file)
    return path.as_uri() if path.is_absolute() else quote(path.as_posix())
