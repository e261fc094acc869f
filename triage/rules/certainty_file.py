"""The file beside a rule file that holds how often each rule was right: "rules.certainty.json".

It belongs to one version of the rules. After any change of the rule file or its guideline it counts as not
measured, until the rules are calibrated again.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from triage.certainty import Measured
from triage.errors import Fault, RuleFileError
from triage.limited import read_limited
from triage.rules.source import LARGEST_FILE

Share = Annotated[float, Field(ge=0, le=1)]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class RuleRecord(_Strict):
    """One rule's precision: it decided ``n`` labelled tickets and was ``right`` in so many of them."""

    right: Annotated[int, Field(ge=0)]
    n: Annotated[int, Field(ge=1)]
    precision: Share
    low: Share
    high: Share


class CertaintyFile(_Strict):
    """All that a calibration found; ``rules_version`` is the hash of the rules that it holds for."""

    format: Literal[1] = 1
    rules_version: str
    date: str
    table: str
    tickets: Annotated[int, Field(ge=0)]
    interval: Literal["Wilson, 95%"] = "Wilson, 95%"
    rules: dict[str, RuleRecord]

    def measured(self) -> dict[str, Measured]:
        """Return the measurement of each rule by its id."""
        return {
            id: Measured(precision=r.precision, low=r.low, high=r.high, n=r.n, date=self.date)
            for id, r in self.rules.items()
        }


def certainty_path(rules: Path) -> Path:
    """Return where the certainty of a rule file lies.

    >>> certainty_path(Path("firm/rules.yaml")).as_posix()
    'firm/rules.certainty.json'
    """
    return rules.with_suffix(".certainty.json")


def read_certainty(rules: Path) -> CertaintyFile | None:
    """Return what lies beside a rule file, whichever version it holds for; None where nothing does.

    Raises:
        RuleFileError: the file is there and is not a certainty file.
    """
    path = certainty_path(rules)
    try:
        return CertaintyFile.model_validate_json(read_limited(path, LARGEST_FILE))
    except FileNotFoundError:
        return None
    except ValidationError as error:
        said = _in_words(error)
    except (OSError, ValueError) as error:
        said = str(getattr(error, "strerror", None) or error)
    message = f"this is no certainty file: {said}. Write it anew with: {how_to_calibrate(rules)}"
    raise RuleFileError((Fault(str(path), 1, 1, message),))


def how_to_calibrate(rules: Path) -> str:
    """Return the command that measures the rules of a file.

    >>> how_to_calibrate(Path("firm/rules.yaml"))
    'triage rules calibrate FILE.csv --rules rules.yaml'
    """
    return f"triage rules calibrate FILE.csv --rules {rules.name}"


def _in_words(error: ValidationError) -> str:
    problem = error.errors(include_url=False)[0]
    where = ".".join(map(str, problem["loc"]))
    if problem["type"] == "missing":
        return f"the key {where!r} is missing"
    if problem["type"] == "extra_forbidden":
        return f"the key {where!r} is unknown"
    return f"the value of {where!r} cannot be" if where else "it is not JSON as it was written"


def certainty_of(rules: Path, version: str) -> Mapping[str, Measured]:
    """Return each rule's measured precision; nothing where no file lies there that fits this version."""
    try:
        found = read_certainty(rules)
    except RuleFileError:  # `triage rules check` tells; a suggestion says "not measured"
        return {}
    return found.measured() if found is not None and found.rules_version == version else {}
