"""The command line: what it prints, and with which exit code it leaves."""

from __future__ import annotations

import csv
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest
from running import printing_to_a_full_disk, until
from typer.testing import CliRunner, Result

from triage.cli import app
from triage.engine import Triage
from triage.rules.load import documented_rules
from triage.suggestion import Suggestion
from triage.ticket import Ticket

NETWORK = "Entire computer network is down"
PRINTING = [["--help"], ["--version"], ["suggest", NETWORK], ["suggest", "--json", NETWORK]]
PASSWORD = "A password needs to be reset"
MESSAGE = b"From: ann@example.com\nSubject: Help\n\nEntire computer network is down\n"
LABELLED = (
    f"id,subject,body,label\n1,Help,{NETWORK},critical\n2,Help,{PASSWORD},high\n3,Help,{PASSWORD},low\n"
)

Write = Callable[[str, str | bytes], str]
LOADED = cache(Triage)


@pytest.fixture(autouse=True)
def loaded_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Load the documented rules once for all commands that run in this process."""
    monkeypatch.setattr("triage.engine.Triage", LOADED)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Return what writes a file and tells its path."""

    def write(name: str, content: str | bytes) -> str:
        path = tmp_path / name
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return str(path)

    return write


def run(*arguments: str, given: str | bytes = "") -> Result:
    """Return what the command does with these arguments and this standard input."""
    return CliRunner().invoke(app, arguments, input=given, prog_name="triage")


def process(*arguments: str, **options: object) -> subprocess.CompletedProcess[bytes]:
    """Return what a process of its own does, as a shell starts it."""
    command = [sys.executable, "-m", "triage", *arguments]
    return subprocess.run(command, capture_output=True, timeout=120, check=False, **options)  # type: ignore[call-overload,no-any-return]


def suggested(result: Result) -> list[str]:
    """Return the levels in JSON Lines."""
    return [json.loads(line)["priority"]["id"] for line in result.stdout.splitlines()]


def test_suggest_answers_a_text_with_reasons() -> None:
    """Level, the guideline's line and the ticket's words."""
    result = run("suggest", NETWORK)
    assert 0 == result.exit_code
    assert result.stdout.startswith("Critical: ")
    assert f"Guideline  line 2: “{NETWORK}”" in result.stdout


def test_suggest_prints_json_that_is_the_suggestion() -> None:
    """What from_dict reads back is what the library suggests."""
    expected = LOADED(rules=None).suggest(Ticket(subject="Help", body=NETWORK, channel="phone"))
    result = run("suggest", "--json", "--subject", "Help", "--channel", "phone", NETWORK)
    assert expected == Suggestion.from_dict(json.loads(result.stdout))


def test_suggest_prints_a_line_of_json_for_each_ticket() -> None:
    """In the order of the arguments."""
    assert ["critical", "high"] == suggested(run("suggest", "--json", NETWORK, PASSWORD))


def test_json_is_safe_in_every_encoding() -> None:
    """Letters that are not ASCII are escapes, here an apostrophe among the words that were found."""
    result = run("suggest", "--json", "I can\u2019t log in")
    assert result.stdout.isascii()
    assert "\u2019" in str(json.loads(result.stdout))


def test_suggest_reads_standard_input() -> None:
    """Where the argument is a dash."""
    assert ["critical"] == suggested(run("suggest", "--json", "-", given=NETWORK))


def test_suggest_reads_standard_input_that_is_not_utf_8() -> None:
    """What cannot be read is replaced."""
    assert ["critical"] == suggested(run("suggest", "--json", "-", given=NETWORK.encode() + b" \xff\xfe"))


def test_suggest_reads_a_message(write: Write) -> None:
    """Its subject and body, as a ticket of the channel email."""
    result = run("suggest", "--json", write("a.eml", MESSAGE))
    assert (["critical"], "email") == (suggested(result), json.loads(result.stdout)["channel"])


def test_options_come_before_what_a_message_says(write: Write) -> None:
    """The channel of a message that came in otherwise."""
    result = run("suggest", "--json", "--channel", "portal", write("a.eml", MESSAGE))
    assert "portal" == json.loads(result.stdout)["channel"]


def test_suggest_reads_a_text_file(write: Write) -> None:
    """A name ending in .txt, in any case."""
    assert ["critical"] == suggested(run("suggest", "--json", write("A.TXT", NETWORK)))


def test_several_tickets_are_told_apart(write: Write) -> None:
    """Each has a line with its number and name."""
    lines = run("suggest", write("a.txt", NETWORK), "-", given=PASSWORD).stdout.splitlines()
    assert ["[1/2]", "[2/2]"] == [line.split()[0] for line in lines if line.startswith("[")]
    assert "[2/2] standard input" in lines


def test_sentence_that_ends_like_a_file_is_a_text() -> None:
    """Only one word is taken for the name of a file."""
    assert 0 == run("suggest", "I cannot open notes.txt").exit_code


def test_empty_text_is_answered() -> None:
    """Any text is answered, and this one is unsure."""
    assert json.loads(run("suggest", "--json", "").stdout)["unsure"] is True


def test_escape_sequences_of_a_ticket_do_not_reach_the_terminal() -> None:
    """Nor do they in the line above each of several tickets."""
    assert "\x1b" not in run("suggest", f"\x1b[31m{NETWORK}\x1b]0;x\x07", "\x1b[2Jb").stdout


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["suggest", "none.eml"], "triage: none.eml: the file cannot be read: No such file or directory"),
        (["suggest", "--channel", "emial", "a"], "triage: there is no channel 'emial'; it is one of email"),
        (["suggest", "--channel", "emial", "a"], "Did you mean 'email'?"),
        (["suggest", "--rules", "none.yaml", "a"], "triage: none.yaml:1:1: the rule file cannot be read"),
        (["evaluate", "none.csv"], "triage: none.csv: the table cannot be read"),
    ],
)
def test_wrong_input_leaves_with_exit_code_1(arguments: list[str], message: str) -> None:
    """The message stands on standard error, and nothing on standard output."""
    result = run(*arguments)
    assert (1, "") == (result.exit_code, result.stdout)
    assert message in result.stderr
    assert "Traceback" not in result.stderr


def test_file_that_is_no_message_leaves_with_exit_code_1(write: Write) -> None:
    """The file is named."""
    result = run("suggest", write("note.eml", "Just a note."))
    assert 1 == result.exit_code
    assert "note.eml: this is not an e-mail message" in result.stderr


def test_every_fault_of_a_rule_file_stands_on_its_own_line(write: Write) -> None:
    """With file, line and column."""
    path = write("my.yaml", "format: 1\nnmae: x\nrulez: []\n")
    lines = run("suggest", "--rules", path, "a").stderr.splitlines()
    assert len(lines) > 1
    assert all(line.startswith(f"triage: {path}:") for line in lines)


@pytest.mark.parametrize(
    "arguments",
    [["suggest"], ["suggest", "--nope", "a"], ["evaluate"], ["evaluate", "a.csv", "b.csv"], ["nope"], []],
)
def test_command_line_that_cannot_be_read_leaves_with_exit_code_2(arguments: list[str]) -> None:
    """A missing argument, an unknown option, too many arguments, an unknown command, none."""
    assert 2 == run(*arguments).exit_code


@pytest.mark.parametrize("arguments", [["--help"], ["suggest", "--help"], ["evaluate", "--help"]])
def test_help_documents_the_exit_codes(arguments: list[str]) -> None:
    """Of every command."""
    result = run(*arguments)
    assert 0 == result.exit_code
    assert "Exit codes: 0 done; 1 a ticket, table, rule file or setting" in " ".join(result.stdout.split())


def test_version_is_printed() -> None:
    """With the name of the command before it."""
    result = run("--version")
    assert (0, "triage ") == (result.exit_code, result.stdout[:7])


def test_evaluate_prints_the_score(write: Write) -> None:
    """Two of three are right."""
    result = run("evaluate", write("a.csv", LABELLED))
    assert 0 == result.exit_code
    assert "3 tickets labelled with a level" in result.stdout
    assert "66.7%" in result.stdout


def test_evaluate_prints_json(write: Write) -> None:
    """The score as plain data."""
    data = json.loads(run("evaluate", "--json", write("a.csv", LABELLED)).stdout)
    assert (3, 2 / 3, 1 / 3) == (data["n"], data["accuracy"], data["two_levels_off"])


def test_evaluate_takes_the_names_of_columns(write: Write) -> None:
    """Every part may have a name of its own."""
    header = "Nr,Kanal,Betreff,Wortlaut,Prio,Auch,Paar"
    path = write(
        "a.csv", f"{header}\n1,phone,Hi,{NETWORK},Critical,low,x\n2,phone,Hi,{PASSWORD},low,high,x\n"
    )
    names = {"id": "Nr", "channel": "Kanal", "subject": "Betreff", "body": "Wortlaut"}
    names |= {"label": "Prio", "acceptable": "Auch", "pair": "Paar"}
    data = json.loads(
        run("evaluate", "--json", path, *(f"--{part}-column={name}" for part, name in names.items())).stdout
    )
    assert (0.5, 1.0, 1, 0.0) == (data["accuracy"], data["lenient"], data["pairs"], data["pairs_right"])


def test_evaluate_writes_the_wrong_ones_with_their_reasons(write: Write, tmp_path: Path) -> None:
    """One of three is wrong: by which rule, which line, which words."""
    out = tmp_path / "wrong.csv"
    assert 0 == run("evaluate", write("a.csv", LABELLED), "--errors", str(out)).exit_code
    with out.open(newline="") as stream:
        (wrong,) = csv.DictReader(stream)
    expected = {"row": "3", "id": "3", "label": "low", "suggested": "high", "levels off": "2", "line": "5"}
    assert expected.items() <= wrong.items()
    assert all(wrong[name] for name in ("rule", "reasons", "found", "decided by"))


def test_wrong_ones_start_no_formula(write: Write, tmp_path: Path) -> None:
    """A ticket is untrusted, and a spreadsheet runs what begins with an equals sign."""
    out = tmp_path / "wrong.csv"
    run("evaluate", write("a.csv", f"body,label\n=cmd|calc {PASSWORD},low\n"), "--errors", str(out))
    with out.open(newline="") as stream:
        (wrong,) = csv.DictReader(stream)
    assert f"'=cmd|calc {PASSWORD}" == wrong["body"]


def test_wrong_ones_are_not_written_over_the_table(write: Write) -> None:
    """The table stays as it is."""
    path = write("a.csv", LABELLED)
    result = run("evaluate", path, "--errors", path)
    assert (1, LABELLED) == (result.exit_code, Path(path).read_text())
    assert "this file is read; name another one to write to" in result.stderr


def test_a_report_is_not_written_over_its_table(write: Write) -> None:
    """Neither is the comparison of two rule files."""
    path = write("a.csv", LABELLED)
    rules = str(documented_rules())
    for command in (
        ("rules", "report", path, "--html", path),
        ("rules", "diff", rules, rules, "--tickets", path, "--out", path),
    ):
        assert 1 == run(*command).exit_code
        assert LABELLED == Path(path).read_text()


def test_a_text_in_utf_16_is_read(tmp_path: Path) -> None:
    """A text that Windows wrote with its byte order mark is read like any other."""
    file = tmp_path / "a.txt"
    file.write_bytes("The server is down".encode("utf-16"))
    assert run("suggest", str(file)).stdout.startswith("Critical: ")


def test_a_file_of_another_kind_is_no_ticket(write: Write) -> None:
    """Its name is not taken for the text of a ticket."""
    result = run("suggest", write("a.csv", LABELLED))
    assert 1 == result.exit_code
    assert "a ticket is read from an .eml or a .txt file" in result.stderr


def test_table_that_cannot_be_read_leaves_earlier_wrong_ones_alone(write: Write) -> None:
    """The file is opened only after the table was."""
    out = write("wrong.csv", "kept")
    assert 1 == run("evaluate", write("a.csv", "id\n1\n"), "--errors", out).exit_code
    assert "kept" == Path(out).read_text()


@pytest.mark.parametrize(
    ("table", "message"),
    [
        ("body\na\n", "found no column 'label' or 'priority'; name the one that holds the labels"),
        (
            "body,label\na,P1\nb,P1\n",
            "no ticket is labelled with a level: found 'P1' (2), expected critical, high",
        ),
        ("body,label\na,\n", "no ticket is labelled with a level: found no label"),
    ],
)
def test_table_without_labels_leaves_with_exit_code_1(write: Write, table: str, message: str) -> None:
    """There is nothing to score."""
    result = run("evaluate", write("a.csv", table))
    assert 1 == result.exit_code
    assert message in result.stderr


def test_command_runs_as_a_module() -> None:
    """python -m triage."""
    done = process("suggest", "--json", NETWORK)
    assert (0, b"") == (done.returncode, done.stderr)
    assert "critical" == json.loads(done.stdout)["priority"]["id"]


def test_output_that_cannot_hold_a_letter_gets_an_escape() -> None:
    """A terminal of another age stops nothing."""
    done = process(
        "suggest", "Drücker klemmt", env={**os.environ, "PYTHONIOENCODING": "ascii", "PYTHONUTF8": "0"}
    )
    assert (0, b"") == (done.returncode, done.stderr)
    assert rb"Dr\xfccker klemmt" in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="closed streams of POSIX")
@pytest.mark.parametrize("words", [["suggest", "-"], ["check", "-", "--chosen", "low"]])
def test_a_closed_standard_input_is_an_empty_one(words: list[str]) -> None:
    """As a scheduler may start it."""
    done = process(*words, preexec_fn=lambda: os.close(0))
    assert (0, b"") == (done.returncode, done.stderr)
    assert b"no rule decided" in done.stdout


@pytest.mark.skipif(os.name == "nt", reason="closed pipes and signals of POSIX")
@pytest.mark.parametrize("option", [[], ["--json"]])
def test_reader_that_goes_away_stops_the_command_quietly(option: list[str], write: Write) -> None:
    """As `triage suggest ... | head -1` does."""
    texts = [write("a.txt", f"{NETWORK}\n" * 200)] * 50
    assert (141, b"") == _unread("suggest", *option, *texts)


@pytest.mark.skipif(os.name == "nt", reason="closed pipes and signals of POSIX")
@pytest.mark.parametrize("words", [["--help"], ["suggest", "--help"], ["--version"], ["rules", "schema"]])
def test_a_reader_that_has_gone_before_anything_is_said_is_no_fault(words: list[str]) -> None:
    """As `triage suggest --help | true` does."""
    assert (141, b"") == _unread(*words)


def _unread(*words: str) -> tuple[int, bytes]:
    """Return the exit code and standard error of a command whose output nobody reads."""
    command = [sys.executable, "-m", "triage", *words]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()
        said = running.stderr.read()
    return running.returncode, said


@pytest.mark.parametrize("words", PRINTING)
def test_an_output_that_is_full_is_told(words: list[str]) -> None:
    done = printing_to_a_full_disk(*words)
    said = b"triage: standard output cannot be written: No space left on device\n"
    assert (1, said) == (done.returncode, done.stderr)


@pytest.mark.skipif(os.name == "nt", reason="closed streams of POSIX")
@pytest.mark.parametrize("words", PRINTING)
@pytest.mark.parametrize("closed", [(1,), (0, 1)])
def test_an_output_that_is_closed_is_told(words: list[str], closed: tuple[int, ...]) -> None:
    """As `triage ... >&-` has it."""
    done = process(*words, preexec_fn=lambda: [os.close(stream) for stream in closed])
    said = b"triage: standard output cannot be written: Bad file descriptor\n"
    assert (1, said) == (done.returncode, done.stderr)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no device that is always full")
def test_a_table_of_errors_on_a_full_disk_is_named(write: Write) -> None:
    table = write("table.csv", "body,label\nThe printer is jammed,critical\n")
    done = run("evaluate", table, "--errors", "/dev/full")
    said = "triage: /dev/full: the table cannot be written: No space left on device\n"
    assert (1, said) == (done.exit_code, done.stderr)


def test_ctrl_c_while_the_command_line_is_loaded_is_quiet(tmp_path: Path) -> None:
    """The command begins outside the package, so that nothing of it is loaded before Ctrl-C is expected."""
    (tmp_path / "typer.py").write_text("raise KeyboardInterrupt", "utf-8")
    started = subprocess.run(
        [sys.executable, "-c", "import triage_command; triage_command.main()"],
        env={**os.environ, "PYTHONPATH": str(tmp_path)},
        capture_output=True,
        timeout=120,
    )
    assert (130, b"", b"") == (started.returncode, started.stdout, started.stderr)


@pytest.mark.skipif(os.name == "nt", reason="closed pipes and signals of POSIX")
def test_ctrl_c_stops_the_command_quietly() -> None:
    """While it waits for standard input."""
    command = [sys.executable, "-m", "triage", "suggest", NETWORK, "-"]
    streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, env={**os.environ, "PYTHONUNBUFFERED": "1"}, **streams) as running:  # type: ignore[call-overload]
        running.stdout.readline()  # the first ticket was answered, so the second is waited for
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=120)
    assert (130, b"") == (running.returncode, said)


@pytest.mark.skipif(sys.platform != "linux", reason="looks at the processes of a group in /proc")
@pytest.mark.parametrize("seconds", [1, 2, 3, 5])
def test_ctrl_c_stops_the_processes_of_a_comparison(seconds: float, tmp_path: Path) -> None:
    """Whether they start just then or work: all are gone, and nothing is said."""
    table = tmp_path / "tickets.csv"
    lines = (f"{number},The printer of room {number} is jammed" for number in range(40_000))
    table.write_text("\n".join(["id,body", *lines]), "utf-8")
    documented = str(documented_rules())
    command = [
        sys.executable,
        "-m",
        "triage",
        "rules",
        "diff",
        documented,
        documented,
        "--tickets",
        str(table),
    ]
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, start_new_session=True, **streams) as running:  # type: ignore[call-overload]
        time.sleep(seconds)
        os.killpg(running.pid, signal.SIGINT)  # as a terminal does
        _, said = running.communicate(timeout=60)
    assert 130 == running.returncode
    assert b"" == said
    until(lambda: running.pid not in map(group_of, Path("/proc").glob("[0-9]*")))


def group_of(process: Path) -> int | None:
    """Return the group of a process of /proc, if it is still there."""
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[2])
    except OSError:
        return None


def test_help_loads_nothing_that_is_slow() -> None:
    """Neither rich, csv and email nor what reads English; the rules are another room's."""
    code = (
        "import sys, triage; before = set(sys.modules); import triage.cli; print(*set(sys.modules) - before)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=120, check=True
    )
    slow = {
        "rich",
        "triage.show",
        "triage.table",
        "triage.evaluate",
        "triage.mail",
        "numpy",
        "spacy_lookups_data",
    }
    assert set() == slow & set(done.stdout.split())


# -- what never ends --------------------------------------------------------------------------------------


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="there is no device here that never ends")
@pytest.mark.parametrize(
    "arguments",
    [
        ("rules", "check", "/dev/zero"),
        ("suggest", "--rules", "/dev/zero", "The printer is jammed"),
        ("suggest", "{folder}/endless.txt"),
        ("suggest", "{folder}/end less.txt"),
        ("suggest", "--model", "{folder}", "The printer is jammed"),
        ("suggest", "{folder}/endless.eml"),
        ("keys", "list", "--keys", "/dev/zero"),
    ],
)
def test_a_file_that_never_ends(arguments: tuple[str, ...], tmp_path: Path) -> None:
    """It is read up to a limit, which the message names."""
    for name in ("endless.txt", "end less.txt", "endless.eml", "manifest.json"):
        (tmp_path / name).symlink_to("/dev/zero")
    result = run(*(argument.format(folder=tmp_path) for argument in arguments))
    assert 1 == result.exit_code
    assert re.search(r"it holds more than (16|64|500),000,000 bytes", result.stderr + result.stdout)


def test_standard_input_that_never_ends() -> None:
    """So is standard input."""
    with open("/dev/zero", "rb") as endless:
        done = process("suggest", "-", stdin=endless)
    assert 1 == done.returncode
    assert b"standard input: it holds more than 64,000,000 bytes, which is no ticket" in done.stderr
