"""A LiveTriage follows its rule file: good versions whole, bad ones refused and told, nothing in between."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from strategies import rule, write_rules

from triage import RuleFileError, Triage
from triage.live import LiveTriage
from triage.rules.ruleset import RuleSet

DOWN = '[any of: "down"]'


def write(folder: Path, priority: str, id: str = "tested") -> Path:
    return write_rules(folder, rule(id, DOWN, priority=priority))


def level_of(triage: Triage) -> str:
    return triage.suggest("It is down").priority.id


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Return a rule file by which "down" is urgent."""
    return write(tmp_path, "urgent")


def test_every_public_method_follows() -> None:
    """Whatever a Triage offers, a LiveTriage answers by its newest rules: nothing is inherited as it is."""
    offered = {name for name in vars(Triage) if not name.startswith("_")}
    assert offered <= set(vars(LiveTriage))
    assert isinstance(LiveTriage(), Triage)


def test_a_good_version_is_taken(file: Path) -> None:
    """After the file was changed, the next ticket is answered by the new rules."""
    live = LiveTriage(file, every=0)
    write(file.parent, "slight")
    assert "slight" == level_of(live)
    assert live.rules == Triage(file).rules


def test_a_bad_version_is_refused_and_told(file: Path, caplog: pytest.LogCaptureFixture) -> None:
    """A file with a fault changes nothing; it is logged, handed over once, and kept."""
    told: list[RuleFileError] = []
    live = LiveTriage(file, every=0, on_refused=told.append)
    write(file.parent, "nonsense")
    assert ["urgent", "urgent"] == [level_of(live), level_of(live)]
    assert ["unknown priority 'nonsense'. Known: urgent, normal, slight"] == [
        fault.message for error in told for fault in error.faults
    ]
    assert live.refused is told[0]
    assert "the new rules are refused, and the old ones stay in use" in caplog.text


@pytest.mark.parametrize(("level", "answered"), [("nonsense", "urgent"), ("slight", "slight")])
def test_a_listener_that_fails_stops_nothing(
    file: Path, caplog: pytest.LogCaptureFixture, level: str, answered: str
) -> None:
    """Whoever asked for a suggestion gets it; the failure is in the log."""

    def failing(_: object) -> None:
        raise ZeroDivisionError

    live = LiveTriage(file, every=0, on_refused=failing, on_taken=failing)
    write(file.parent, level)
    assert [answered, answered] == [level_of(live), level_of(live)]
    assert 1 == caplog.text.count("the function that is told of new rules failed")
    assert "ZeroDivisionError" in caplog.text


def test_a_mended_version_is_taken(file: Path) -> None:
    """Once the fault is mended the new rules are in use, and nothing is refused any more."""
    taken: list[RuleSet] = []
    live = LiveTriage(file, every=0, on_taken=taken.append)
    write(file.parent, "nonsense")
    live.refresh()
    write(file.parent, "normal")
    assert "normal" == level_of(live)
    assert (None, [live.rules]) == (live.refused, taken)


def test_a_file_that_is_gone_is_refused(file: Path) -> None:
    """Without its file a LiveTriage goes on with the rules it has."""
    live = LiveTriage(file, every=0)
    file.unlink()
    assert "urgent" == level_of(live)
    assert "cannot be read" in str(live.refused)


def test_a_changed_guideline_is_seen(file: Path) -> None:
    """A guideline that no longer has a quote makes the rules bad, though their own file did not change."""
    live = LiveTriage(file, every=0)
    (file.parent / "guideline.md").write_text("Nothing is said here.", "utf-8")
    assert "urgent" == level_of(live)
    assert "the guideline does not say" in str(live.refused)


def test_a_new_certainty_is_seen(file: Path) -> None:
    """When the rules are calibrated, a running LiveTriage says so from then on."""
    live = LiveTriage(file, every=0)
    record = '{"right": 3, "n": 4, "precision": 0.75, "low": 0.3, "high": 0.95}'
    file.with_suffix(".certainty.json").write_text(
        f'{{"format": 1, "rules_version": "{live.rules.version}", "date": "2026-03-02", "table": "past.csv", '
        f'"tickets": 4, "rules": {{"tested": {record}}}}}'
    )
    assert "right in 75% of 4 tickets (30-95%)" == live.suggest("It is down").certainty


def test_the_file_is_not_looked_at_for_every_ticket(file: Path) -> None:
    """Within the time between two looks a change is not seen, unless one asks for it."""
    live = LiveTriage(file, every=3_600)
    write(file.parent, "slight")
    assert "urgent" == level_of(live)
    assert live.refresh()
    assert "slight" == level_of(live)


def test_nothing_happens_to_a_file_that_stays(file: Path) -> None:
    """Without a change nothing is loaded: the rules stay the very same value."""
    live = LiveTriage(file, every=0)
    before = live.rules
    assert not live.refresh()
    assert before is live.rules


def test_a_bad_file_is_an_error_at_the_beginning(tmp_path: Path) -> None:
    """There is no old version to go on with when the first one is bad."""
    with pytest.raises(RuleFileError, match="unknown priority 'nonsense'"):
        LiveTriage(write(tmp_path, "nonsense"))


def test_threads_see_whole_versions_only(file: Path) -> None:
    """While the file changes under many threads, each answer is wholly of one version: rule and level."""
    live = LiveTriage(file, every=0)

    def answer(_: int) -> tuple[str, str]:
        suggestion = live.suggest("It is down")
        return suggestion.reasons[0].rule, suggestion.priority.id

    with ThreadPoolExecutor(4) as pool:
        seen = pool.map(answer, range(200))
        for priority, id in (("slight", "second"), ("normal", "third")):
            write(file.parent, priority, id)
        found = set(seen)
    assert found <= {("tested", "urgent"), ("second", "slight"), ("third", "normal")}
    live.refresh()
    assert "normal" == level_of(live)


def test_suggest_many_follows(file: Path) -> None:
    """A new version is taken between two tickets of one stream."""
    answers = LiveTriage(file, every=0).suggest_many(["It is down"] * 2)
    first = next(answers).priority.id
    write(file.parent, "slight")
    assert ("urgent", "slight") == (first, next(answers).priority.id)
