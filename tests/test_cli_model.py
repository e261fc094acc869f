"""The commands about models, as an analyst types them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from shutil import copytree

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from made_models import made_up_rows, small_model
from running import printing_to_a_full_disk
from typer.testing import CliRunner, Result

from triage.cli import app
from triage.model.folder import load_model


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, with past tickets and newer ones."""
    monkeypatch.chdir(tmp_path)
    write(tmp_path / "history.csv", seed=0)
    write(tmp_path / "newer.csv", seed=1)
    (tmp_path / "foreign.csv").write_text("Summary,grade\nhello,P3\n")
    return tmp_path


def write(path: Path, *, seed: int) -> None:
    """Write a table of made-up tickets with labels of its own and with their sources."""
    names = {"critical": "P1", "high": "P2", "standard": "P3", "low": "P4", "scheduled": "P5"}
    with path.open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["title", "words", "prio", "by"])
        for row in made_up_rows(120, seed=seed):
            writer.writerow([row.ticket.subject, row.ticket.body, names[row.label or ""], "agent"])
        writer.writerow(["hello", "", "P3", "gateway"])


def run(*arguments: str) -> Result:
    """Return what a command did."""
    return CliRunner().invoke(app, list(arguments))


COLUMNS = ("--text", "title,words", "--label", "prio", "--label-source", "by", "--confirmed", "agent")
MAP = ("--map", "P1=critical,P2=high,P3=standard,P4=low,P5=scheduled")


def test_a_model_that_was_made_stays_where_that_cannot_be_printed(folder: Path) -> None:
    """Training takes long."""
    words = ("train", "history.csv", *COLUMNS, *MAP, "--out", "models/ours")
    done = printing_to_a_full_disk(*words, folder=folder)
    assert (1, True) == (done.returncode, b"triage: models/ours is written all the same" in done.stderr)
    assert 0 == run("report", "models/ours").exit_code


def test_a_month_of_an_analyst(folder: Path) -> None:
    """Train, list, promote and report, each with one command."""
    trained = run("train", "history.csv", *COLUMNS, *MAP, "--out", "models/ours")
    assert trained.exit_code == 0, trained.output
    assert "1 dropped: label of the source 'gateway', which no person confirmed" in trained.output
    assert "rules + model" in trained.output
    promoted = run("promote", "ours", "--tickets", "newer.csv", "--floor", "0.5")
    assert promoted.exit_code == 0, promoted.output
    assert "1 dropped: label of the source 'gateway', which no person confirmed" in promoted.output
    assert "ours is live." in promoted.output
    [line] = json.loads(run("models", "--json").stdout)
    assert ("ours", "live") == (line["name"], line["live"])
    assert run("report", "models/ours").exit_code == 0
    said = json.loads(run("suggest", "--json", "--model", "live", "I am locked out of payroll").stdout)
    assert "high" == said["opinion"]["priority"]


def test_added_tickets_are_told_with_what_was_dropped(folder: Path) -> None:
    """Their labels are read by the map, their columns by the options; copies of own tickets are left out."""
    rows = [*(folder / "newer.csv").read_text().splitlines(), "one,more ticket,P9,agent"]
    rows += (folder / "history.csv").read_text().splitlines()[1:3]
    (folder / "more.csv").write_text("\n".join(rows))
    trained = run("train", "history.csv", *COLUMNS, *MAP, "--add", "more.csv", "--out", "models/ours")
    assert trained.exit_code == 0, trained.output
    for told in ("124 added rows, 120 tickets", "2 dropped: copies of a ticket of your own", "label 'P9'"):
        assert told in trained.output
    card = (folder / "models" / "ours" / "card.md").read_text()
    assert "- 2 added rows dropped: copies of a ticket of your own" in card


@pytest.mark.parametrize("replace", [(), ("--replace",)])
def test_training_never_writes_over_the_live_model(folder: Path, replace: tuple[str, ...]) -> None:
    """It would change without passing a gate."""
    copytree(small_model().folder, folder / "models" / "small")
    (folder / "models" / "live").write_text("small")
    done = run("train", "history.csv", *COLUMNS, *MAP, "--out", "models/small/", *replace)
    assert done.exit_code == 1
    assert "models/small: this model is live, and would change without passing a gate" in done.stderr
    assert small_model().model.version == load_model(folder / "models" / "small").version


def test_training_writes_over_a_folder_only_when_told_to(folder: Path) -> None:
    (folder / "ours").mkdir()
    (folder / "ours" / "card.md").write_text("not of a model")
    words = ("train", "history.csv", *COLUMNS, *MAP, "--out", "ours")
    done = run(*words)
    assert done.exit_code == 1
    assert "ours: this folder is not empty. Give the new model another, or add --replace" in done.stderr
    assert "not of a model" == (folder / "ours" / "card.md").read_text()
    assert 0 == run(*words, "--replace").exit_code


def test_no_texts_of_a_changed_file_are_shown_as_errors(folder: Path) -> None:
    """With a row on top every number would mean another ticket; an unchanged file shows the texts."""
    assert 0 == run("train", "history.csv", *COLUMNS, *MAP, "--out", "models/ours").exit_code
    assert "without texts" not in run("report", "models/ours").stderr
    header, *rows = (folder / "history.csv").read_text().splitlines()
    (folder / "history.csv").write_text("\n".join([header, "on top,Hello,P1,agent", *rows]))
    for named in ((), ("--tickets", "history.csv")):
        done = run("report", "models/ours", *named)
        assert done.exit_code == 0
        assert "without texts: history.csv is not as it was when the model was trained" in done.stderr


def test_a_model_that_fails_a_gate_does_not_go_live(folder: Path) -> None:
    copytree(small_model().folder, folder / "models" / "small")
    arguments = ("promote", "small", "--tickets", "newer.csv", *COLUMNS, *MAP, "--floor", "1")
    live = folder / "models" / "live"
    (folder / "models" / "live").write_text("small2")
    copytree(small_model().folder, folder / "models" / "small2")
    refused = run(*arguments)
    assert refused.exit_code == 1
    assert "small does not go live: better than the live model failed" in refused.output
    assert "small2" == live.read_text()
    forced = run(*arguments, "--force", "the other one is gone")
    assert forced.exit_code == 0, forced.output
    assert "small\n" == live.read_text()
    assert "the other one is gone" in (folder / "models" / "small" / "card.md").read_text()


def test_suspects_are_told_with_reasons(folder: Path) -> None:
    found = run("labels", "suspect", "history.csv", *COLUMNS, *MAP, "--json", "--out", "out.csv")
    assert found.exit_code == 0, found.output
    assert isinstance(json.loads(found.stdout), list)
    assert (folder / "out.csv").read_text().startswith("row,label,probability of it,likely")


def test_parquet_is_read(folder: Path) -> None:
    """A Parquet file with the same columns trains the same model."""
    with (folder / "history.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    pq.write_table(pa.Table.from_pylist(rows), folder / "history.parquet")
    trained = run("train", "history.parquet", *COLUMNS, *MAP, "--out", "models/ours")
    assert trained.exit_code == 0, trained.output
    assert "121 rows, 120 tickets to learn from" in trained.output


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("train", "nowhere.csv", "--out", "x"), "nowhere.csv: the table cannot be read: No such file"),
        (("train", "history.csv", "--out", "x"), "found no column 'label' or 'priority'"),
        (("train", "history.csv", "--text", "a,b,c", "--out", "x"), "--text names 3 columns, expected"),
        (("train", "history.csv", "--text", "words", "--out", "x"), "found no column 'label' or 'priority'"),
        (
            ("train", "history.csv", *COLUMNS, "--map", "P1", "--out", "x"),
            "--map: found 'P1', expected pairs",
        ),
        (("train", "history.csv", *COLUMNS, "--map", "P1=now", "--out", "x"), "which is no level"),
        (
            ("train", "history.csv", *COLUMNS, "--out", "x"),
            "expected 50 or more; dropped: 24 unknown label 'P1'",
        ),
        (
            ("train", "history.csv", *COLUMNS, *MAP, "--out", "history.csv"),
            "history.csv: this is a file; a model",
        ),
        (
            ("train", "history.csv", *COLUMNS, *MAP, "--out", "x", "--costs", "dear"),
            "--costs: found 'dear', expected documented, balanced or a file",
        ),
        (
            ("train", "history.csv", *COLUMNS, *MAP, "--add", "foreign.csv", "--out", "x"),
            "foreign.csv: found no column 'label' or 'priority'; name it with --label",
        ),
        (
            ("labels", "suspect", "history.csv", *COLUMNS),
            "0 of 121 rows can be learned from, expected 50 or more; dropped: 24 unknown label 'P1'",
        ),
        (
            ("train", "history.csv", *COLUMNS[:4], *MAP, "--confirmed", "agent", "--out", "x"),
            "history.csv: --confirmed names sources, and no column 'label_source' or 'chosen_by' tells them",
        ),
        (("promote", "nobody"), "models/nobody/manifest.json: the model cannot be read"),
        (("report", "models/nobody"), "models/nobody/manifest.json: the model cannot be read"),
        (
            ("suggest", "--model", "live", "Hello"),
            "no model in models is live; `triage promote NAME` makes one",
        ),
    ],
)
def test_what_is_wrong_is_told_in_one_line(folder: Path, arguments: tuple[str, ...], told: str) -> None:
    done = run(*arguments)
    assert done.exit_code == 1
    assert told in done.output
    assert "Traceback" not in done.output


def test_a_damaged_model_is_told_on_standard_error(folder: Path) -> None:
    """The list stays a list; what is wrong with one of its models stands beside it."""
    copytree(small_model().folder, folder / "models" / "small")
    (folder / "models" / "broken").mkdir()
    done = run("models")
    assert done.exit_code == 0
    assert "small" in done.stdout
    assert "triage: models/broken/manifest.json: the model cannot be read" in done.stderr
    assert "cannot be read" not in done.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("models/small",), "found 'models/small', expected the name of a model alone; --models names"),
        (
            ("small",),
            "models/small: it does not tell what it was trained on: name the tickets with --tickets",
        ),
        (
            ("ours", "--tickets", "foreign.csv"),
            "there is no column 'title' for the subject: found Summary, grade. Columns go by their names",
        ),
        (
            ("ours", "--tickets", "foreign.csv", "--text", "Summary"),
            "there is no column 'prio' for the label: found Summary, grade. Columns go by their names in",
        ),
    ],
)
def test_what_is_wrong_with_tickets_to_judge_on_is_told(
    folder: Path, arguments: tuple[str, ...], told: str
) -> None:
    copytree(small_model().folder, folder / "models" / "small")
    assert 0 == run("train", "history.csv", *COLUMNS, *MAP, "--out", "models/ours").exit_code
    done = run("promote", *arguments)
    assert done.exit_code == 1
    assert told in done.stderr


def test_rows_without_a_time_are_dropped_where_times_count(folder: Path) -> None:
    """The latest are held out, and the card tells so, and from when to when the tickets are."""
    header, *rows = (folder / "history.csv").read_text().splitlines()
    timed = [f"{row},2026-01-{n % 28 + 1:02}" for n, row in enumerate(rows[1:])]
    (folder / "history.csv").write_text("\n".join([f"{header},opened", f"{rows[0]},", *timed]))
    words = ("--time-column", "opened", "--out", "models/ours")
    trained = run("train", "history.csv", *COLUMNS, *MAP, *words)
    assert trained.exit_code == 0, trained.output
    assert "1 dropped: no time" in trained.output
    card = (folder / "models" / "ours" / "card.md").read_text()
    assert "held out to measure, the latest ones" in card
    assert "- tickets from 2026-01-01 to 2026-01-28" in card
    assert 0 == run("report", "models/ours").exit_code
    assert "the latest ones" in (folder / "models" / "ours" / "report.html").read_text()


def test_how_many_fits_run_at_once_makes_no_other_model(folder: Path) -> None:
    for jobs in ("1", "2"):
        run("train", "history.csv", *COLUMNS, *MAP, "--jobs", jobs, "--out", f"by{jobs}")
    for name in ("weights.json", "weights.npz", "pipeline.joblib", "measured.json", "seen.npy"):
        assert (folder / "by1" / name).read_bytes() == (folder / "by2" / name).read_bytes(), name


def test_what_cannot_be_judged_on_is_told_with_reasons(folder: Path) -> None:
    copytree(small_model().folder, folder / "models" / "small")
    done = run("promote", "small", "--tickets", "newer.csv", *COLUMNS, "--json")
    assert done.exit_code == 1
    assert "0 of 0 tickets were not learned from" in done.stderr
    assert "Of 121 rows were dropped: 24 unknown label 'P1'; 24 unknown label 'P2'" in done.stderr


def test_a_live_model_that_is_not_there_is_told(folder: Path) -> None:
    copytree(small_model().folder, folder / "models" / "small")
    (folder / "models" / "live").write_text("gone")
    assert "triage: gone is live, and there is no such model in models" in run("models").stderr


COSTS = """
critical: {high: 3, standard: 4, low: 5, scheduled: 6}
high: {critical: 1, standard: 1, low: 2, scheduled: 2}
standard: {critical: 1, high: 1, low: 1, scheduled: 1}
low: {critical: 1, high: 1, standard: 1, scheduled: 1}
scheduled: {critical: 1, high: 1, standard: 1, low: 0.5}
"""


def test_a_table_of_costs_decides_and_stands_on_the_card(folder: Path) -> None:
    (folder / "costs.yaml").write_text(COSTS)
    trained = run("train", "history.csv", *COLUMNS, *MAP, "--costs", "costs.yaml", "--out", "models/ours")
    assert trained.exit_code == 0, trained.output
    assert "| critical | 0 | 3 | 4 | 5 | 6 |" in (folder / "models" / "ours" / "card.md").read_text()


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (COSTS.replace("low: 0.5", "low: much"), "to say low of scheduled: found 'much', expected a number"),
        (
            COSTS.replace("low: 0.5", "low: -1"),
            "to say low of scheduled: found '-1', expected a number above 0",
        ),
        (COSTS.replace("low: 0.5", "lowest: 1"), "the costs of scheduled: found no low, 'lowest'; expected"),
        (
            COSTS.replace("scheduled: {", "later: {"),
            "the table of costs: found no scheduled, 'later'; expected",
        ),
        ("3", "the table of costs: found '3', expected a line for each of critical, high"),
        ("critical: {", "costs.yaml:2:1: this is not YAML"),
        ("\n", "costs.yaml: the file is empty; expected a table of costs"),
    ],
)
def test_a_wrong_table_of_costs_is_told(folder: Path, written: str, told: str) -> None:
    (folder / "costs.yaml").write_text(written)
    done = run("train", "history.csv", *COLUMNS, *MAP, "--costs", "costs.yaml", "--out", "x")
    assert done.exit_code == 1
    assert told in done.stderr
    assert not (folder / "x").exists()


def test_a_missing_library_names_the_extra(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without scikit-learn the install line is told."""
    import sys

    for name in [name for name in sys.modules if name.startswith(("sklearn", "triage.model.keep"))]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "sklearn", None)
    for name in [name for name in sys.modules if name.startswith("triage.model.") and "score" not in name]:
        monkeypatch.delitem(sys.modules, name)
    done = run("train", "history.csv", *COLUMNS, *MAP, "--out", "x")
    assert done.exit_code == 1
    assert "pip install 'ticket-triage[train]'" in done.output
