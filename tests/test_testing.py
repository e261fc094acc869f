"""What other projects test with: assert_suggests, and the plug-in that runs the examples of a rule file."""

from __future__ import annotations

from pathlib import Path

import pytest
from strategies import documented, rule, write_rules

from triage.testing import assert_suggests

pytest_plugins = ["pytester"]


def test_it_returns_the_suggestion() -> None:
    """What was asserted can be looked at further."""
    found = assert_suggests(documented(), "I forgot my password", "high", rule="password", unsure=False)
    assert found == documented().suggest("I forgot my password")


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"priority": "low"}, "expected priority 'low'; found high by password"),
        ({"rule": "virus"}, "expected rule 'virus'; found high by password"),
        ({"scope": "several"}, "expected scope 'several'; found high by .* scope one person"),
        ({"unsure": True}, "expected unsure True; found high"),
        ({"rule": "virus", "unsure": True}, "expected rule 'virus', unsure True; found"),
    ],
)
def test_it_fails_with_the_reasoning(more: dict[str, object], said: str) -> None:
    """The message says what was expected and found, and explains the suggestion."""
    expected = {"priority": "high"} | more
    with pytest.raises(AssertionError, match=rf'(?s){said}.*Guideline, line 5: "A password'):
        assert_suggests(documented(), "I forgot my password", **expected)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"priority": "hihg"}, "the rules have no priority 'hihg'. Did you mean 'high'?"),
        ({"rule": "virsu"}, "the rules have no rule 'virsu'. Did you mean 'virus'?"),
        ({"scope": "everyon"}, "there is no scope 'everyon'. Did you mean 'everyone'?"),
    ],
)
def test_a_wrong_name_is_an_error_of_the_test(more: dict[str, str], said: str) -> None:
    """A level, rule or scope that does not exist could never be suggested."""
    expected = {"priority": "high"} | more
    with pytest.raises(ValueError, match=f"^{said.replace('?', '[?]')}$"):
        assert_suggests(documented(), "Hello", **expected)  # type: ignore[arg-type]


# -- the plug-in -----------------------------------------------------------------------------------------


def rules_in(folder: Path, *, match: str = "It is down") -> Path:
    """Write a rule file with one rule and an example of each kind."""
    tested = rule("tested", '[any of: "down"]', match=f'["{match}"]', no_match='["It is fine"]')
    return write_rules(folder, tested)


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    """Run pytest in a process of its own, as another project would."""
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", *arguments)


def test_the_examples_of_a_rule_file_are_tests(pytester: pytest.Pytester) -> None:
    """With --triage-rules every example is a test by its rule and kind."""
    rules_in(pytester.path)
    result = run(pytester, "-v", "--triage-rules", "rules.yaml")
    result.assert_outcomes(passed=2)
    result.stdout.fnmatch_lines(["*tested: match 1: It is down*PASSED*", "*tested: no_match 1: It is fine*"])


def test_a_wrong_example_fails_in_words(pytester: pytest.Pytester) -> None:
    """A failing example says what is wrong, without a traceback."""
    rules_in(pytester.path, match="It is gone")
    result = run(pytester, "--triage-rules", "rules.yaml")
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(["rule 'tested': the match example 'It is gone' is not found by its rule*"])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_the_setting_does_the_same(pytester: pytest.Pytester) -> None:
    """A project that sets triage_rules has them tested always, beside its own tests."""
    rules_in(pytester.path)
    pytester.makeini("[pytest]\ntriage_rules = rules.yaml\n")
    pytester.makepyfile(test_own="def test_own(): pass")
    run(pytester, "test_own.py").assert_outcomes(passed=3)


def test_a_rule_file_with_faults_is_an_error(pytester: pytest.Pytester) -> None:
    """Faults are told as `triage rules check` tells them."""
    rules_in(pytester.path).write_text("format: 1\n", "utf-8")
    result = run(pytester, "--triage-rules", "rules.yaml")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*rules.yaml:1:1: the key 'rules' is missing*"])


def test_a_missing_rule_file_is_told(pytester: pytest.Pytester) -> None:
    """A path that leads nowhere stops the run with a sentence."""
    result = run(pytester, "--triage-rules", "nowhere.yaml")
    result.stderr.fnmatch_lines(["*--triage-rules: there is no rule file *nowhere.yaml"])


def test_other_yaml_files_are_left_alone(pytester: pytest.Pytester) -> None:
    """Only files that are named are collected."""
    rules_in(pytester.path)
    pytester.makepyfile(test_own="def test_own(): pass")
    run(pytester).assert_outcomes(passed=1)
