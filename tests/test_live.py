"""A LiveTriage follows its rule file: good versions whole, bad ones refused and told, nothing in between."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from strategies import rule, write_rules

from triage import RuleFileError, Triage
from triage.live import LiveTriage
from triage.rules.ruleset import RuleSet
from triage.rules.wording import documented_messages

DOWN = '[any of: "down"]'
EXAMPLES = {"match": '["It is down"]', "no_match": '["It is up"]'}
FINDINGS = Path(__file__).parent / "findings"


def write(folder: Path, priority: str, id: str = "tested") -> Path:
    return write_rules(folder, rule(id, DOWN, priority=priority, **EXAMPLES))


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


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("match_beaten", "TR202"),
        ("match_not_found", "TR201"),
        ("no_match_found", "TR203"),
        ("unless_swallows_lists", "TR401"),
        ("never_decides", "TR402"),
        ("never_true_two", "TR405"),
        ("levels_out_of_order", "TR503"),
        ("phrase_never_found", "TR301"),
        ("contradiction_left_open", "TR103"),
    ],
)
def test_what_the_check_calls_an_error_is_refused(tmp_path: Path, name: str, code: str) -> None:
    """A version that loads and does not do what it says is refused, unless one asks to take it."""
    copied = (tmp_path / "guideline.md", tmp_path / "rules.yaml")
    for source, target in zip((FINDINGS / "guideline.md", FINDINGS / "valid.yaml"), copied, strict=True):
        target.write_bytes(source.read_bytes())
    file = copied[1]
    live, trusting = LiveTriage(file), LiveTriage(file, checked=False)
    before = live.rules
    file.write_bytes((FINDINGS / f"{name}.yaml").read_bytes())
    assert (False, True) == (live.refresh(), trusting.refresh())
    assert isinstance(live.refused, RuleFileError)
    assert code in {fault.code for fault in live.refused.faults}
    assert (before, None) == (live.rules, trusting.refused)
    file.write_bytes((FINDINGS / "list_unused.yaml").read_bytes())
    assert live.refresh()  # a warning refuses nothing


def test_an_error_that_the_file_allows_refuses_nothing(file: Path) -> None:
    """Who keeps an error with its reason has the new version taken."""
    live = LiveTriage(file, every=0)
    allow = '{TR201: "the example comes on Monday"}'
    write_rules(file.parent, rule("tested", DOWN, priority="slight", no_match='["up"]', allow=allow))
    assert "slight" == level_of(live)


def test_rules_that_are_in_use_are_not_checked_again(file: Path) -> None:
    """What was loaded at the beginning with an error goes on when only its certainty is new."""
    write_rules(file.parent, rule("tested", DOWN))
    live = LiveTriage(file)
    file.with_suffix(".certainty.json").write_text("{}", "utf-8")
    assert (True, None) == (live.refresh(), live.refused)


@pytest.mark.parametrize("key", ["guideline", "messages"])
def test_a_named_file_that_comes_late_is_seen(file: Path, key: str) -> None:
    """Rules that name a file which is not there yet are refused once, and taken when it is there."""
    told: list[object] = []
    live = LiveTriage(file, every=0, on_refused=told.append)
    text = write(file.parent, "slight").read_text("utf-8")
    late = {"guideline": "late.md", "messages": "late.yaml"}[key]
    if key == "guideline":
        file.write_text(text.replace("guideline.md", late), "utf-8")
        source = file.parent / "guideline.md"
    else:
        file.write_text(
            text.replace("default: normal", f"default: normal\nchoice: {{messages: {late}}}"), "utf-8"
        )
        source = documented_messages()
    assert ["urgent", "urgent"] == [level_of(live), level_of(live)]
    assert 1 == len(told)
    (file.parent / late).write_bytes(source.read_bytes())
    assert "slight" == level_of(live)
    assert live.refused is None


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
