"""The memory of decisions, on SQLite and on PostgreSQL: kept, read back, exported, counted, forgotten."""

from __future__ import annotations

import asyncio
import csv
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from time import monotonic

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from hypothesis import HealthCheck, given, settings
from running import environment
from sqlalchemy import Connection, text
from strategies import any_text, documented, tickets

from triage import HistoryError, Ticket
from triage.case import new_case
from triage.history import Decision, History, HistoryBusyError, ground
from triage.history.database import open_database, upgrade
from triage.history.decision import now
from triage.history.export import training_rows, without_text
from triage.history.page import page_of
from triage.history.stats import stats_of
from triage.history.tables import Base
from triage.portal import tables as portal_tables  # so that the models know them too
from triage.service.memory import Memory
from triage.service.metrics import Metrics

PRINTER = Ticket(subject="printer", body="It is jammed, only mine.", channel="portal")


@pytest.fixture
def history(history_url: str) -> Iterator[History]:
    with History(history_url) as opened:
        yield opened


def chosen(case: str, level: str, ticket: Ticket = PRINTER, **about: object) -> Decision:
    """Return the decision of a person who chose a level for a ticket."""
    choice = documented().check(ticket, chosen=level, warn_from=0.5)
    return Decision.of_choice(ticket, choice, **({"keep_text": True, "case": case} | about))


# -- keeping ---------------------------------------------------------------------------------------------


def test_what_is_kept_reads_back(history: History) -> None:
    """A decision is the same value after it was kept, its time included."""
    case = new_case()
    suggestion = documented().suggest(PRINTER)
    question = documented().suggest("The printer is jammed").near_misses[0].question
    told = [
        Decision.of_suggestion(PRINTER, suggestion, case=case, person="ann", keep_text=True),
        chosen(case, "critical", person="ann", by="ann"),
        Decision.of_answer(suggestion, question, "several", case=case),
        Decision.of_final(case, "low", by="tom", reason="one printer"),
    ]
    history.keep(*told)
    assert told == history.of(case)


@given(ticket=tickets(), name=any_text())
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_ticket_can_be_kept(history: History, ticket: Ticket, name: str) -> None:
    """Whatever characters a ticket holds, it is kept, and its hash is that of the text as it was written."""
    suggestion = documented().suggest(ticket)
    told = Decision.of_suggestion(ticket, suggestion, keep_text=True, person=name[:80])
    history.keep(told)
    (kept,) = history.of(told.case)
    assert (told.input_hash, len(told.body or "")) == (kept.input_hash, len(kept.body or ""))


def test_a_story_rests_on_what_was_kept_last() -> None:
    """The versions are those of one record: what a model said of older rules says nothing of newer ones."""
    first = replace(chosen("x", "low"), model_version="0a1b")
    last = replace(chosen("x", "low"), input_hash=None, rules_version="new")
    final = Decision.of_final("x", "high")
    expected = {"input_hash": first.input_hash, "rules_version": "new", "model_version": None}
    assert expected == ground([first, last, final])
    assert {None} == set(ground([final]).values())


def test_text_is_left_out_unless_asked_for(history: History) -> None:
    told = Decision.of_suggestion(PRINTER, documented().suggest(PRINTER))
    history.keep(told)
    assert [(None, None)] == [(one.subject, one.body) for one in history.of(told.case)]


def test_threads_share_a_history(history: History) -> None:
    """What eight threads keep at once is all there."""
    cases = [new_case() for _ in range(80)]
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda case: history.keep(Decision.of_final(case, "low")), cases))
    assert set(cases) == {one.case for one in history.decisions()}


def test_decisions_are_kept_all_or_none(history: History) -> None:
    """When the database refuses one of them, none is there, and the error holds no value of theirs."""
    good, bad = Decision.of_final(new_case(), "low"), Decision.of_final(None, "Zanzibar")  # type: ignore[arg-type]
    with pytest.raises(HistoryError, match=r"the history cannot be used: .*case") as raised:
        history.keep(good, bad)
    assert [] == history.of(good.case)
    assert "parameters" not in str(raised.value)


# -- the database ----------------------------------------------------------------------------------------


def test_the_migrations_make_the_tables_of_the_models(history_url: str) -> None:
    """Alembic finds no difference between what the migrations made and what the models say."""
    engine = open_database(history_url)
    with engine.connect() as connection:
        assert portal_tables.TicketRow.metadata is Base.metadata
        assert [] == compare_metadata(MigrationContext.configure(connection), Base.metadata)
    engine.dispose()


def test_histories_that_open_together_make_the_tables_once(history_url: str) -> None:
    """Processes that start at the same moment do not disturb each other."""
    with ThreadPoolExecutor(6) as pool:
        for opened in pool.map(History, [history_url] * 6):
            opened.close()


def test_opening_again_loses_nothing(history_url: str) -> None:
    told = Decision.of_final(new_case(), "low")
    with History(history_url) as history:
        history.keep(told)
    with History(history_url) as again:
        assert [told] == again.of(told.case)


@contextmanager
def somebody_writing(file: Path) -> Iterator[None]:
    """Hold the lock of a database as somebody does who writes to it."""
    with closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_at_once_nobody_waits_for_who_writes(tmp_path: Path) -> None:
    """While others write, keeping at once is refused; afterwards it is done."""
    with History(tmp_path / "h.db") as history:
        with somebody_writing(tmp_path / "h.db"), pytest.raises(HistoryBusyError, match="database is locked"):
            history.keep(chosen("c-1", "high"), at_once=True)
        history.keep(chosen("c-2", "high"), at_once=True)
        assert [decision.case for decision in history.decisions()] == ["c-2"]


def test_a_change_waits_so_long_for_who_writes(tmp_path: Path) -> None:
    """Half a minute unless the history, or the change, is to wait less."""
    with History(tmp_path / "h.db", wait=0.2) as history, somebody_writing(tmp_path / "h.db"):
        for least, change in ((0.2, history.writing()), (0.4, history.writing(wait=0.4))):
            began = monotonic()
            with pytest.raises(HistoryBusyError), change:
                pass
            assert least <= monotonic() - began < 10


def test_the_service_answers_while_others_write(tmp_path: Path) -> None:
    """What cannot be kept at once waits in a thread, and the others are served meanwhile."""

    async def story(memory: Memory, threads: ThreadPoolExecutor) -> bool:
        with somebody_writing(tmp_path / "h.db"):
            others = [threads.submit(memory.history.keep, chosen("c-2", "low")) for _ in range(20)]
            await asyncio.sleep(0.2)
            keeping = asyncio.create_task(memory.keep(chosen("c-1", "high")))
            await asyncio.sleep(0.05)
            waits = not keeping.done()
        await asyncio.gather(keeping, *map(asyncio.wrap_future, others))
        await memory.close()
        return waits

    with ThreadPoolExecutor(20) as threads:
        assert asyncio.run(story(Memory(History(tmp_path / "h.db"), Metrics()), threads))
    with History(tmp_path / "h.db") as history:
        assert ["c-1", *["c-2"] * 20] == sorted(decision.case for decision in history.decisions())


def test_an_answer_waits_two_seconds_at_most(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What the database does not take in time is kept later, and the answer goes without its case."""
    monkeypatch.setattr("triage.service.memory._PATIENCE", 0.05)

    async def story(memory: Memory) -> None:
        with somebody_writing(tmp_path / "h.db"), pytest.raises(HistoryError, match="does not answer"):
            await memory.keep(chosen("c-1", "high"))
        await memory.close()

    asyncio.run(story(Memory(History(tmp_path / "h.db"), Metrics())))
    with History(tmp_path / "h.db") as history:
        assert ["c-1"] == [decision.case for decision in history.decisions()]


class Counting(History):
    """A history that counts how often somebody writes to it."""

    written = 0

    def writing(self, *, wait: float | None = None) -> AbstractContextManager[Connection]:
        """Count, and open the database."""
        self.written += 1
        return super().writing(wait=wait)


def test_who_asks_at_once_whether_the_memory_writes_shares_one_look(tmp_path: Path) -> None:
    """Anybody may ask `/readyz`: many who do never stand in line for the lock of the file."""
    history = Counting(tmp_path / "h.db")

    async def looks() -> None:
        memory = Memory(history, Metrics())
        await asyncio.gather(*(memory.look() for _ in range(20)))
        await memory.look()
        await memory.close()

    asyncio.run(looks())
    assert 2 == history.written


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("mysql://x/y", "sqlite:///FILE or postgresql://"),
        ("://", "sqlite:///FILE or postgresql://"),
        ("sqlite:////nowhere/at/all.db", "cannot be opened: unable to open database file"),
        ("sqlite:///x.db?synchronous=fulll", "takes '[?]synchronous=full' or '[?]synchronous=normal'"),
        ("sqlite:///x.db?mode=ro", "takes '[?]synchronous=full' or '[?]synchronous=normal'"),
        ("postgresql://ann:secret@127.0.0.1:9/x", "cannot be opened: .*refused"),
    ],
)
def test_a_history_that_cannot_be_opened_says_why(url: str, said: str) -> None:
    with pytest.raises(HistoryError, match=said) as raised:
        History(url)
    assert "secret" not in str(raised.value)


# -- forgetting ------------------------------------------------------------------------------------------


def test_a_person_is_forgotten(history: History) -> None:
    """All cases of a person go, whoever acted in them; in others' cases only the name goes."""
    hers, his = new_case(), new_case()
    history.keep(chosen(hers, "low", person="ann"), Decision.of_final(hers, "low", by="tom"))
    history.keep(chosen(his, "low", person="bob"), Decision.of_final(his, "low", by="ann"))
    assert 3 == history.forget("ann")
    assert [] == history.of(hers)
    assert [(None, "low"), ("forgotten", "low")] == [(one.by, one.priority) for one in history.of(his)]


def test_old_cases_are_forgotten_whole(history: History) -> None:
    """A case goes when nothing happened in it for long; one with a recent happening stays whole."""
    old, open_ = new_case(), new_case()
    long_ago = now() - timedelta(days=400)
    history.keep(chosen(old, "low", at=long_ago), chosen(open_, "low", at=long_ago))
    history.keep(Decision.of_final(open_, "low"))
    assert 1 == history.forget_older_than(365)
    assert ([], 2) == (history.of(old), len(history.of(open_)))


def test_what_is_forgotten_is_gone_from_the_file(tmp_path: Path) -> None:
    """No page of the SQLite file holds a deleted text any more, once the log is written back."""
    with History(tmp_path / "triage.db") as history:
        history.keep(chosen(new_case(), "low", Ticket(body="Zanzibar"), person="ann"))
        history.forget("ann")
    assert [False] == [b"Zanzibar" in file.read_bytes() for file in tmp_path.glob("triage.db*")]


# -- training rows ---------------------------------------------------------------------------------------


def test_only_a_persons_final_level_is_a_label(history: History) -> None:
    """A default is no label, nor is a choice that nobody confirmed, nor a final level that was taken back."""
    labelled, default, open_, changed = (new_case() for _ in range(4))
    for case in (labelled, default, open_, changed):
        history.keep(chosen(case, "critical"))
    history.keep(Decision.of_final(labelled, "high"), Decision.of_final(labelled, "low", by="tom"))
    history.keep(Decision.of_final(default, "standard", set_by="default"))
    history.keep(Decision.of_final(changed, "low"), Decision.of_final(changed, "high", set_by="default"))
    (row,) = training_rows(history)
    assert ("printer", PRINTER.body, "portal", "low", labelled) == (
        row.subject,
        row.body,
        row.channel,
        row.label,
        row.case,
    )


def test_a_label_without_text_is_counted(history: History) -> None:
    case = new_case()
    history.keep(chosen(case, "low", keep_text=False), Decision.of_final(case, "low"))
    assert ([], 1) == (list(training_rows(history)), without_text(history))


def test_export_writes_what_evaluate_reads(tmp_path: Path) -> None:
    """`triage history export` writes a table that `triage evaluate` takes as labelled tickets."""
    case = new_case()
    with History(tmp_path / "triage.db") as history:
        history.keep(chosen(case, "critical"), Decision.of_final(case, "low", by="tom"))
        history.keep(chosen(new_case(), "low"))
    assert "1 ticket labelled\n" == run("history", "export", "rows.csv", folder=tmp_path).stderr
    (row,) = csv.DictReader((tmp_path / "rows.csv").read_text("utf-8").splitlines())
    assert ("low", case) == (row["label"], row["case"])
    assert "1 ticket labelled" in run("evaluate", "rows.csv", folder=tmp_path).stdout
    run("history", "export", "rows.jsonl", folder=tmp_path)
    assert "low" == json.loads((tmp_path / "rows.jsonl").read_text("utf-8"))["label"]


def test_rows_are_written_as_what_the_name_says(tmp_path: Path) -> None:
    """A file of another kind is not written as CSV."""
    with History(tmp_path / "triage.db") as history:
        history.keep(chosen("c-1", "critical"))
    done = run("history", "export", "rows.parquet", folder=tmp_path)
    assert (1, False) == (done.returncode, (tmp_path / "rows.parquet").exists())
    assert "rows.parquet: training rows are written to a file that ends in .csv or .jsonl" in done.stderr


# -- statistics ------------------------------------------------------------------------------------------


@pytest.fixture
def busy(history: History) -> History:
    """A memory of five tickets: one warning heeded, one not, one agreed, one default, one overridden."""
    heeded, stood, agreed, default, overridden = (new_case() for _ in range(5))
    history.keep(chosen(heeded, "critical"), chosen(heeded, "low"), Decision.of_final(heeded, "low"))
    history.keep(chosen(stood, "critical"), Decision.of_final(stood, "critical", by="tom"))
    history.keep(chosen(agreed, "low"))
    desktop = Ticket(body=PRINTER.body, channel="desktop")
    history.keep(chosen(default, "standard", desktop))
    history.keep(chosen(overridden, "scheduled"), Decision.of_final(overridden, "standard", set_by="person"))
    return history


def test_choices_are_counted_by_verdict(busy: History) -> None:
    """The first choice of a person counts, once a ticket; what a channel put there does not."""
    stats = stats_of(busy)
    assert (5, {"over": 2, "agree": 1, "under": 1}) == (stats.cases, dict(stats.verdicts))
    assert {3: 2, -1: 1} == dict(stats.apart)
    assert (0.5, 0.25) == (stats.share("over"), stats.share("under"))
    assert [(4, 2, 1)] == [(week.choices, week.over, week.under) for week in stats.weeks]


def test_warnings_heeded_are_counted(busy: History) -> None:
    """A warning is heeded when the suggested level is chosen after it."""
    stats = stats_of(busy)
    assert (3, 1) == (stats.warned, stats.heeded)


def test_overrides_are_counted_by_rule(busy: History) -> None:
    """A final level that a person set counts for the rule behind the suggestion."""
    stats = stats_of(busy)
    rule = documented().suggest(PRINTER).reasons[0].rule
    assert (1, 2) == (stats.accepted, stats.overridden)
    assert [(rule, 3, 2)] == [(one.rule, one.settled, one.overridden) for one in stats.rules]


def test_statistics_of_some_days(busy: History) -> None:
    busy.keep(chosen(new_case(), "low", at=now() - timedelta(days=50)))
    assert (5, 6) == (stats_of(busy, days=30).cases, stats_of(busy).cases)


def test_the_page_shows_what_was_counted(busy: History) -> None:
    """The page holds a plot for each count, loads nothing, and shows names as text."""
    page = page_of(stats_of(busy))
    assert 5 == page.count("<h2>")
    assert "50% were more urgent" in " ".join(page.split())
    assert "3 levels too urgent" in page
    assert [] == [part for part in ("<script", "http:", "https:", "src=", "url(") if part in page]
    busy.keep(Decision(kind="suggested", case="x", rule="<b>bold</b>", suggested="low"))
    busy.keep(Decision.of_final("x", "high"))
    page = page_of(stats_of(busy))
    assert (True, False) == ("&lt;b&gt;bold" in page, "<b>bold" in page)


# -- the command line ------------------------------------------------------------------------------------


def run(*arguments: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Return what a `triage` command line did in a folder."""
    command = [sys.executable, "-m", "triage", *arguments]
    done = subprocess.run(command, cwd=folder, env=environment(), capture_output=True, text=True, timeout=120)
    assert "Traceback" not in done.stderr
    return done


def test_the_command_line_counts_and_forgets(tmp_path: Path) -> None:
    """`triage history` counts as text, as JSON and as a page, and deletes a person and what is old."""
    with History(tmp_path / "triage.db") as history:
        history.keep(chosen(new_case(), "critical", person="ann"))
        history.keep(chosen(new_case(), "low", at=now() - timedelta(days=100)))
    assert "1 ticket, 1 with" in run("history", "stats", "--days", "30", folder=tmp_path).stdout
    assert 2 == json.loads(run("history", "stats", "--json", folder=tmp_path).stdout)["cases"]
    run("history", "stats", "--page", "stats.html", folder=tmp_path)
    assert (tmp_path / "stats.html").read_text("utf-8").startswith("<!doctype html>")
    assert "1 records of this person" in run("history", "forget", "ann", folder=tmp_path).stdout
    assert "1 records older" in run("history", "expire", "30", folder=tmp_path).stdout


def test_a_missing_history_is_not_made_by_asking(tmp_path: Path) -> None:
    done = run("history", "stats", folder=tmp_path)
    assert (1, []) == (done.returncode, list(tmp_path.iterdir()))
    assert "there is no history in the file 'triage.db'" in done.stderr


def test_a_migration_goes_back(history_url: str) -> None:
    """The tables can be brought back to nothing and forth again."""
    engine = open_database(history_url)
    from alembic import command
    from alembic.config import Config

    import triage.history.migrations as migrations

    with engine.begin() as connection:
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(Path(migrations.__file__).parent))
        command.downgrade(config, "base")
    upgrade(engine)
    with engine.connect() as connection:
        assert 0 == connection.execute(text("SELECT count(*) FROM decisions")).scalar_one()
    engine.dispose()
