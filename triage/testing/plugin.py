"""The pytest plug-in: each example of a rule file is a test, through the code that answers tickets.

``pytest --triage-rules rules.yaml`` adds them to whatever else is tested; the setting ``triage_rules`` of
pytest's configuration does so always.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from triage.engine import Triage
    from triage.examples import Kind, Outcome
    from triage.rules.ruleset import Rule
    from triage.ticket import Ticket

_NAME_LENGTH = 60


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option and the setting that name rule files."""
    said = "run the examples of this rule file as tests (may be given more than once)"
    group = parser.getgroup("triage")
    group.addoption("--triage-rules", action="append", default=[], metavar="FILE", help=said)
    parser.addini("triage_rules", type="paths", default=[], help="rule files whose examples are run as tests")


def pytest_configure(config: pytest.Config) -> None:
    """Let pytest collect the rule files as if they had been named on the command line."""
    for file in _rule_files(config):
        if not file.exists():
            raise pytest.UsageError(f"--triage-rules: there is no rule file {file}")
        if str(file) not in config.args:
            config.args.append(str(file))


def _rule_files(config: pytest.Config) -> list[Path]:
    given = [config.invocation_params.dir / name for name in config.getoption("--triage-rules")]
    return [*given, *config.getini("triage_rules")]


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Collect a rule file that an option or the setting names."""
    wanted = {file.resolve() for file in _rule_files(parent.config)}
    if file_path.resolve() not in wanted:
        return None
    return RuleFile.from_parent(parent, path=file_path)


class RuleFile(pytest.File):
    """A rule file; its tests are the examples of its rules."""

    def collect(self) -> Iterator[pytest.Item]:
        """Yield a test for each example."""
        from triage.engine import Triage
        from triage.errors import RuleFileError

        try:
            triage = Triage(self.path)
        except RuleFileError as error:
            raise self.CollectError(str(error)) from None
        for rule in triage.rules.rules:
            kinds: tuple[tuple[Kind, tuple[Ticket, ...]], ...]
            kinds = (("match", rule.match), ("no_match", rule.no_match))
            for kind, tickets in kinds:
                for number, ticket in enumerate(tickets):
                    text = " ".join(f"{ticket.subject} {ticket.body}".split())[:_NAME_LENGTH]
                    name = f"{rule.id}: {kind} {number + 1}: {text}"
                    yield ExampleItem.from_parent(self, name=name, example=(triage, rule, kind, number))


class ExampleItem(pytest.Item):
    """One example as a test."""

    def __init__(self, *, example: tuple[Triage, Rule, Kind, int], **given: Any) -> None:
        super().__init__(**given)
        self._triage, self._rule, self._kind, self._number = example

    def runtest(self) -> None:
        """Fail where the example comes out otherwise than its rule says."""
        outcome = self._outcome()
        if not outcome.right:
            raise WrongExampleError(f"rule {self._rule.id!r}: {outcome}\n{outcome.suggestion.explain()}")

    def _outcome(self) -> Outcome:
        from triage.examples import outcome_of

        return outcome_of(self._rule, self._kind, self._number, self._triage)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """Return what is wrong in words; a traceback would tell nobody anything."""
        if isinstance(excinfo.value, WrongExampleError):
            return str(excinfo.value)
        return super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Return where the test stands, for pytest's own report."""
        return self.path, None, self.name


class WrongExampleError(AssertionError):
    """An example that comes out otherwise than its rule says."""
