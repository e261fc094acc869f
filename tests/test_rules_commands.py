"""`triage rules test, explain, report, diff`: what they find, print, write, and answer as exit code."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from xml.etree.ElementTree import fromstring

import pytest
from numbered import set_up
from strategies import documented, rule, write_rules
from typer.testing import CliRunner

from triage import Ticket
from triage.cli import app
from triage.compare import Change, Comparison, compare
from triage.explain import explain_rule, sentence_of
from triage.parallel import each_row
from triage.report.gather import report_on
from triage.report.page import page
from triage.report.values import Report
from triage.rules.load import load_rules
from triage.rules.phrases import SLOT
from triage.rules.ruleset import lines_of
from triage.table import Row, read_rows

LISTS = {"server": "{words: [server, mainframe]}", "down": "{words: [down]}", "slow": "{words: [slow]}"}
SERVER = rule(
    "server-down",
    "[any of: server, any of: down]",
    priority="urgent",
    quote='"All stands still."',
    unless="[any of: slow]",
    match='["The server is down"]',
    no_match='["The server is new"]',
)
MOUSE = rule("mouse", '[any of: "mouse"]', priority="slight", match='["A mouse"]', no_match='["A server"]')
NUMBERED = (
    '1. "All stands still."\n2. "Nobody can work."\nUrgent: "All stands still."\nNormal: "Somebody is hit."\n'
)
TABLE = """\
id,subject,body,label
a,,The server is down,urgent
b,,The mouse is here and the server is down,slight
c,,My mouse,slight
d,,The trackball squeaks,slight
e,,A trackball again,normal
f,,Nothing,unclear
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with a rule file of two rules, its guideline and a table of past tickets."""
    write(tmp_path, SERVER, MOUSE)
    (tmp_path / "past.csv").write_text(TABLE, "utf-8")
    return tmp_path


def write(folder: Path, *rules: str) -> Path:
    """Write a rule file whose guideline has numbered lines."""
    file = write_rules(folder, *rules, lists=LISTS)
    (folder / "guideline.md").write_text(
        f'{NUMBERED}Normal: "Somebody is hit." Slight: "It can wait."\n', "utf-8"
    )
    return file


def run(*arguments: object, code: int = 0) -> str:
    """Run a command of `triage rules` and return what it prints."""
    done = CliRunner().invoke(app, ["rules", *map(str, arguments)], env={"COLUMNS": "120"})
    assert done.exit_code == code, done.output
    return done.output


def reported(folder: Path) -> Report:
    return report_on(
        read_rows(folder / "past.csv"), folder / "rules.yaml", table="past.csv", date="2026-03-02"
    )


@pytest.mark.parametrize("command", ["report", "diff"])
def test_a_table_without_tickets_is_refused(folder: Path, command: str) -> None:
    """Of a heading alone there is nothing to report and nothing that could change."""
    table, rules = folder / "empty.csv", folder / "rules.yaml"
    table.write_text("subject,body,label\n", "utf-8")
    words = (table, "--rules", rules) if command == "report" else (rules, rules, "--tickets", table)
    assert "empty.csv: the table has no ticket, only the names of its columns" in run(command, *words, code=1)


@pytest.mark.parametrize("place", ["/dev/full", "past.csv/page.html", "nowhere/page.html", "/proc/page.html"])
def test_a_page_that_cannot_be_written_is_named(folder: Path, place: str) -> None:
    """On a full disk, in a folder that is none or takes nothing; what was there stays."""
    before = sorted(folder.iterdir())
    words = (folder / "past.csv", "--rules", folder / "rules.yaml", "--html", folder / place)
    told = run("report", *words, code=1)
    assert f"{folder / place}: the page cannot be written: " in told
    assert before == sorted(folder.iterdir())


# -- test ------------------------------------------------------------------------------------------------


def test_all_examples_right_is_exit_code_0(folder: Path) -> None:
    """The table has a line for each rule, and the last line says that all is well."""
    printed = run("test", folder / "rules.yaml")
    assert re.search(r"server-down +1/1 +1/1", printed)
    assert printed.strip().endswith("4 of 4 examples of 2 rules come out as their rule says.")


def test_a_wrong_example_is_exit_code_1(folder: Path) -> None:
    """A wrong example is told in words, with the rule that beat it."""
    write(folder, SERVER, MOUSE.replace('["A mouse"]', '["A mouse", "A mouse, the server is down"]'))
    printed = run("test", folder / "rules.yaml", code=1)
    assert re.search(r"mouse +1/2 +1/1", printed)
    assert "is found, but 'server-down' makes it Urgent" in printed


def test_the_outcomes_as_json(folder: Path) -> None:
    """Programs get each example with its verdict."""
    found = json.loads(run("test", folder / "rules.yaml", "--json"))
    assert [("mouse", "match", True), ("mouse", "no_match", True)] == [
        (outcome["rule"], outcome["kind"], outcome["right"]) for outcome in found[:2]
    ]


def test_a_draft_is_tried_as_if_it_were_active(folder: Path) -> None:
    """The examples of a draft are judged by what it would have said."""
    write(folder, SERVER.replace("match:", "status: draft\n    match:", 1), MOUSE)
    assert "4 of 4 examples" in run("test", folder / "rules.yaml")


# -- explain ---------------------------------------------------------------------------------------------


def test_a_rule_is_explained_as_a_sentence(folder: Path) -> None:
    """The sentence, the guideline's line, the lists written out, the examples and the record are printed."""
    printed = run("explain", "server-down", "--rules", folder / "rules.yaml")
    assert "Urgent when the ticket names something of “server” and something of “down”" in printed
    assert "unless it names something of “slow”." in printed
    assert "Says: It is server-down" in printed
    assert "line 1: “All stands still.”" in printed
    assert "List server: server, mainframe" in printed
    assert "Match: The server is down" in printed
    assert "Record: not measured" in printed


def test_every_line_of_a_documented_rule_is_short() -> None:
    """No line has more phrases of its own than one reads aloud; more of them are a list with a name.

    A line "2 of" asks for two of its phrases, which a list would make one.
    """
    for rule_ in documented().rules.rules:
        for _, _, line in lines_of(rule_):
            own = [name for name in line.names if name.startswith('"')]
            assert len(own) <= 20 or line.mode == "2 of", (rule_.id, len(own))


def test_all_that_a_rule_looks_for_is_written_out(folder: Path) -> None:
    """Its note, who counts as several, lists that fill slots and who overrides it are told, in JSON too."""
    tested = rule(
        "tested", '[any of: [gone, "no <thing>"], scope: several]', note='"Ask before you widen it"'
    )
    file = write_rules(
        folder,
        tested,
        rule("graver", "[any of: gone]", overrides="[tested]"),
        lists={
            "gone": '{words: ["<machine> is gone"]}',
            "machine": "{words: [pc, laptop]}",
            "thing": "{words: [mouse], exactly: [pad]}",
            "us": '{words: ["we all"]}',
        },
        scope="[{who: several, any of: us}]",
    )
    printed = run("explain", "tested", "--rules", file)
    for line in (
        "Note: Ask before you widen it",
        "Several: told by us",
        "List gone: <machine> is gone",
        "List us: we all",
        "List machine: pc, laptop",
        "List thing: mouse, pad (exactly)",
        "Overridden by: graver",
    ):
        assert f"{line}\n" in printed
    found = json.loads(run("explain", "tested", "--rules", file, "--json"))
    assert {"gone", "us", "machine", "thing"} == found["lists"].keys()
    assert ({"several": ["us"]}, ["graver"]) == (found["who"], found["overridden_by"])


def test_every_list_of_a_documented_rule_is_written_out() -> None:
    """No slot of what is written out is left without its list."""
    for rule_ in documented().rules.rules:
        lists = dict(explain_rule(rule_.id, documented().rules).lists)
        assert {
            slot for phrases in lists.values() for slot in SLOT.findall(" ".join(phrases))
        } <= lists.keys()


# -- drafts ----------------------------------------------------------------------------------------------

DRAFT = rule("trackball", '[any of: "trackball"]', priority="slight", status="draft")


def test_a_draft_has_a_record(folder: Path) -> None:
    """It is told how many tickets a draft would decide and how often it would be right; it decides none."""
    file = write(folder, SERVER, MOUSE, DRAFT)
    (use,) = (use for use in reported(folder).rules if use.draft)
    assert ("trackball", 2, 0, 2) == (use.id, use.holds, use.decided, use.would_decide)
    assert (0.5, 2) == (use.measured.precision, use.measured.n)  # type: ignore[union-attr]
    assert 3 == reported(folder).decided
    assert re.search(r"(?m)^trackball +2 +2 +· +· +50%", run("report", folder / "past.csv", "--rules", file))
    table = ("--rules", file, "--tickets", folder / "past.csv")
    assert "Record: as a draft it would be right in 50% of 2 tickets" in run("explain", "trackball", *table)
    assert "(2)" in page(reported(folder))


def test_a_draft_that_loses_has_no_record(folder: Path) -> None:
    """A draft that another rule would beat decides nothing, active or not."""
    write(
        folder,
        SERVER,
        MOUSE,
        rule("new-mouse", '[any of: "mouse"]', priority="normal", general="yes", status="draft"),
    )
    (use,) = (use for use in reported(folder).rules if use.draft)
    assert (2, 0, None) == (use.holds, use.would_decide, use.measured)


def test_a_draft_is_not_calibrated(folder: Path) -> None:
    """What suggestions carry is measured on rules that decide."""
    file = write(folder, SERVER, MOUSE, DRAFT)
    run("calibrate", folder / "past.csv", "--rules", file)
    assert {"server-down", "mouse"} == json.loads(file.with_suffix(".certainty.json").read_text())[
        "rules"
    ].keys()


# -- labels that are no level ----------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["report", "diff", "explain", "calibrate"])
def test_a_wrong_label_is_named(folder: Path, command: str) -> None:
    """A label that is no level is never lost in silence; "unclear" and an empty one are none."""
    table, file = folder / "past.csv", folder / "rules.yaml"
    table.write_text(
        f"{TABLE}g,,My mouse,nromal\nh,,My mouse,P1\ni,,My mouse,nromal\nj,,My mouse,\n", "utf-8"
    )
    of_rules = ("--rules", file)
    arguments = {
        "report": (table, *of_rules),
        "diff": (file, file, "--tickets", table),
        "explain": ("mouse", *of_rules, "--tickets", table),
        "calibrate": (table, *of_rules),
    }[command]
    printed = run(command, *arguments)
    assert "3 tickets with a label that is no level, left out: 'nromal' (2), 'P1' (1)" in printed
    if command in ("report", "diff"):
        assert {"nromal": 2, "P1": 1} == json.loads(run(command, *arguments, "--json"))["unknown"]


def test_the_record_is_measured_on_a_table(folder: Path) -> None:
    """With labelled tickets the record is that of the rule where it decided."""
    arguments = ("server-down", "--rules", folder / "rules.yaml", "--tickets", folder / "past.csv")
    assert "Record: right in 50% of 2 tickets (9-91%)" in run("explain", *arguments)


def test_the_record_is_that_of_calibrate(folder: Path) -> None:
    """Without a table the record is what was measured for suggestions."""
    run("calibrate", folder / "past.csv", "--rules", folder / "rules.yaml")
    assert "right in 50% of 2 tickets" in run("explain", "server-down", "--rules", folder / "rules.yaml")


def test_an_unknown_rule_has_a_near_one(folder: Path) -> None:
    """A slip in the id is told with the nearest right one."""
    printed = run("explain", "server-dwon", "--rules", folder / "rules.yaml", code=1)
    assert "triage: there is no rule 'server-dwon'. Did you mean 'server-down'?" in printed


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        ({"within": "12 words"}, "something of “down” within 12 words"),
        ({"within": "same sentence"}, "something of “down” in the same sentence"),
        ({"general": "yes"}, "It yields to any rule that is not general."),
        ({"overrides": "[mouse]"}, "It overrides mouse."),
        ({"status": "draft"}, "It is a draft: it never decides."),
        ({"reads": "[quoted, signature]"}, "It reads quoted and signature as well."),
        ({"unless_anywhere": "[any of: slow]"}, "unless it anywhere names something of “slow”"),
    ],
)
def test_what_a_rule_has_more_is_said(folder: Path, more: dict[str, str], sentence: str) -> None:
    """Each key of a rule has its words."""
    file = write(folder, rule("tested", "[any of: server, any of: down]", **more), MOUSE)
    rules = {rule.id: rule for rule in load_rules(file).rules}
    assert sentence in sentence_of(rules["tested"])


@pytest.mark.parametrize(
    ("when", "sentence"),
    [
        ('[any of: ["a b", server]]', 'something of “server” or the words "a b"'),
        ("[all of: [server, down]]", "something of “server” and something of “down”"),
        ("[2 of: [server, down, slow]]", "something of at least two of “server”, “down” and “slow”"),
    ],
)
def test_each_kind_of_line_has_its_words(folder: Path, when: str, sentence: str) -> None:
    """A line is read aloud by its kind."""
    found = load_rules(write(folder, rule("tested", when))).rules[0]
    assert f"Urgent when the ticket names {sentence}." == sentence_of(found)


def test_every_documented_rule_can_be_read_aloud() -> None:
    """Each shipped rule makes a sentence, and none is longer than a person can follow."""
    for rule_ in documented().rules.rules:
        said = explain_rule(rule_.id, documented().rules).sentence
        assert said.startswith(rule_.priority.name)
        assert len(said) < 700, said


# -- report ----------------------------------------------------------------------------------------------


def test_each_rule_has_its_figures(folder: Path) -> None:
    """A rule is counted where it holds, decides, overlaps and conflicts, and is measured where it decides."""
    rules = {use.id: use for use in reported(folder).rules}
    server, mouse = rules["server-down"], rules["mouse"]
    assert (2, 2, 1, 1) == (server.holds, server.decided, server.overlaps, server.conflicts)
    assert (2, 1, 1, 1) == (mouse.holds, mouse.decided, mouse.overlaps, mouse.conflicts)
    assert (0.5, 2) == (server.measured.precision, server.measured.n)  # type: ignore[union-attr]


def test_each_line_of_the_guideline_has_its_figures(folder: Path) -> None:
    """Lines that decide nothing are named; rules that quote a definition stand together at the end."""
    report = reported(folder)
    assert [(1, 2), (2, 0), (None, 1)] == [(line.number, line.decided) for line in report.lines]
    assert [2] == [line.number for line in report.unused_lines]
    assert [(2, 1, 1), (0, 0, 0), (2, 1, 1)] == [
        (line.holds, line.overlaps, line.conflicts) for line in report.lines
    ]


def test_levels_and_confusion_add_up(folder: Path) -> None:
    """Every labelled ticket is one count of its level and one cell of the confusion."""
    report = reported(folder)
    assert (6, 5, 3) == (report.tickets, report.labelled, report.decided)
    assert (
        report.labelled == sum(map(sum, report.confusion)) == sum(level.labelled for level in report.levels)
    )
    assert report.tickets == sum(level.suggested for level in report.levels)
    slight = report.levels[2]
    assert (1, 1, 1) == (slight.right, slight.wrong, slight.undecided)


def test_words_of_undecided_tickets_stand_out(folder: Path) -> None:
    """A word that only undecided tickets have is told; one that all have is not."""
    assert (("trackball", 2),) == reported(folder).words


def test_the_report_as_table_and_json(folder: Path) -> None:
    """The command prints tables, or the same as JSON."""
    arguments = ("report", folder / "past.csv", "--rules", folder / "rules.yaml")
    printed = run(*arguments)
    assert "3 of 6 tickets are decided by a rule (50.0%)" in printed
    assert 'Lines of the guideline that decided no ticket: line 2 "Nobody can work."' in printed
    assert "trackball (2)" in printed
    assert reported(folder).tickets == json.loads(run(*arguments, "--json"))["tickets"]


def test_a_report_names_the_rules_that_hold_together(folder: Path) -> None:
    """What a rule overlaps with is told by name and level, so that one sees what it conflicts with."""
    found = json.loads(run("report", folder / "past.csv", "--rules", folder / "rules.yaml", "--json"))
    beside = {use["id"]: use["beside"] for use in found["rules"]}
    assert [{"rule": "mouse", "level": "slight", "tickets": 1}] == beside["server-down"]
    assert [{"rule": "server-down", "level": "urgent", "tickets": 1}] == beside["mouse"]


def test_a_figure_of_one_is_said_of_one(folder: Path) -> None:
    """The page counts a line and an active rule in words that fit."""
    html = page(reported(folder))
    assert "line of the guideline decided no ticket" in html
    assert "active rules decided no ticket" in html


def test_the_page_needs_nothing_else(folder: Path) -> None:
    """The page is one file: no script, no link, no picture, and a policy that forbids to load any."""
    run("report", folder / "past.csv", "--rules", folder / "rules.yaml", "--html", folder / "report.html")
    html = (folder / "report.html").read_text("utf-8")
    assert "default-src 'none'" in html
    assert not re.search(r"<script|<link|<img|<iframe|https?://|url\((?!#)|@import", html)
    assert 3 == html.count("<svg ")


def test_the_page_tells_every_figure_in_words(folder: Path) -> None:
    """Plots can be read without colour: each has a title and its figures as text."""
    html = page(reported(folder))
    plots = [fromstring(plot) for plot in re.findall(r"<svg .*?</svg>", html, re.DOTALL)]
    assert all(plot.get("role") == "img" and plot.get("aria-label") for plot in plots)
    assert "3 = 1 + 1 + 1" in ["".join(text.itertext()) for text in plots[0].iter("text")]
    assert {"server-down", "mouse"} <= {"".join(text.itertext()) for text in plots[2].iter("text")}


def test_nothing_of_a_file_becomes_markup(folder: Path) -> None:
    """Names and words are text on the page, whatever they hold."""
    file = write(folder, SERVER.replace("It is server-down", "<script>alert(1)</script>"))
    html = page(report_on(read_rows(folder / "past.csv"), file, table="<b>.csv", date="2026-03-02"))
    assert "<script>" not in html
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in html
    assert "&lt;b&gt;.csv" in html


def test_a_table_without_labels_is_reported(folder: Path) -> None:
    """Without labels there is coverage, and nothing is said about being right."""
    (folder / "past.csv").write_text("body\nThe server is down\nHello\n", "utf-8")
    report = reported(folder)
    assert (2, 0, 1) == (report.tickets, report.labelled, report.decided)
    assert "right in" not in page(report)
    assert "1 of 2 tickets are decided by a rule" in run(
        "report", folder / "past.csv", "--rules", folder / "rules.yaml"
    )


# -- diff ------------------------------------------------------------------------------------------------


@pytest.fixture
def changed(folder: Path) -> Path:
    """Return another version of the rules, which knows trackballs and makes a mouse normal."""
    other = folder / "new"
    other.mkdir()
    trackball = rule("trackball", '[any of: "trackball"]', priority="slight")
    return write(other, SERVER, MOUSE.replace("priority: slight", "priority: normal"), trackball)


def diff(folder: Path, changed: Path, *more: object, code: int = 0) -> str:
    return run("diff", folder / "rules.yaml", changed, "--tickets", folder / "past.csv", *more, code=code)


def test_a_diff_tells_each_change(folder: Path, changed: Path) -> None:
    """A change is from what to what, by which rule, and better or worse by the label."""
    rows = read_rows(folder / "past.csv")
    found = compare(rows, folder / "rules.yaml", changed)
    assert [
        ("c", "slight", "normal", "mouse", "worse"),
        ("d", "normal", "slight", "trackball", "better"),
        ("e", "normal", "slight", "trackball", "worse"),
    ] == [(c.id, c.before, c.after, c.rule, c.verdict) for c in found.changes]
    assert (6, 5, 3, 2) == (found.tickets, found.labelled, found.right_before, found.right_after)


def test_a_diff_is_printed(folder: Path, changed: Path) -> None:
    """The command tells how many change, from which level to which, by which rule, and shows them."""
    printed = diff(folder, changed)
    assert "3 of 6 tickets change (50.0%)" in printed
    assert "1 better, 2 worse, 0 neither; right in 60.0% before and in 40.0% after" in printed
    assert re.search(r"normal -> slight +2", printed)
    assert "row 4 (d): normal -> slight, better (label slight), by trackball instead of no rule" in printed


def test_more_changes_are_left_out_and_written(folder: Path, changed: Path) -> None:
    """Only so many are shown; all of them can be written into a table."""
    out = folder / "changes.csv"
    assert "and 2 more; --out FILE.csv writes all of them" in diff(folder, changed, "--most", 1)
    written = " ".join(diff(folder, changed, "--most", 1, "--out", out).split())
    assert re.search(r"and 2 more; all of them are in .*\.csv", written)
    with out.open(encoding="utf-8") as stream:
        assert ["c", "d", "e"] == [row["id"] for row in csv.DictReader(stream)]


def test_worse_is_exit_code_1_where_asked_for(folder: Path, changed: Path) -> None:
    """A pipeline stops when more labelled tickets get worse than better, and only then."""
    assert "2 worse" in diff(folder, changed, "--fail-if-worse", code=1)
    assert "Nothing changes in 6 tickets." in diff(folder, folder / "rules.yaml", "--fail-if-worse")


def test_worse_needs_labels(folder: Path, changed: Path) -> None:
    """Without labels nobody can say that it is worse, so a pipeline must not pass."""
    (folder / "past.csv").write_text("body\nMy mouse\n", "utf-8")
    assert "needs tickets that are labelled with a level" in diff(folder, changed, "--fail-if-worse", code=1)
    assert "no label" in diff(folder, changed)


def test_a_faulty_version_is_told_before_any_ticket(folder: Path, changed: Path) -> None:
    """Both files are checked first."""
    changed.write_text("format: 1\n", "utf-8")
    assert "the key 'rules' is missing" in diff(folder, changed, code=1)


def test_a_diff_as_json(folder: Path, changed: Path) -> None:
    """Programs get the counts and every change."""
    found = json.loads(diff(folder, changed, "--json"))
    assert {"better": 1, "worse": 2, "neither": 0, "no label": 0} == found["counts"]
    assert 3 == len(found["changes"])


def test_worse_means_more_than_better() -> None:
    """As many better as worse is not worse."""
    change = {"number": 1, "id": "", "label": "low", "before": "high", "after": "low", "text": ""}
    rules = {"rule_before": None, "rule_after": None}
    changes = tuple(Change(**change, **rules, verdict=verdict) for verdict in ("better", "worse"))  # type: ignore[arg-type]
    assert not Comparison(tickets=2, labelled=2, right_before=1, right_after=1, changes=changes).worse


# -- processes -------------------------------------------------------------------------------------------


def test_long_tables_keep_their_order() -> None:
    """Rows that several processes work on come back in the order of the table."""
    rows = (Row(ticket=Ticket(body="Hello"), number=number) for number in range(2_500))
    assert list(range(2_500)) == list(each_row(rows, set_up, processes=2))  # type: ignore[arg-type]


def test_several_processes_find_what_one_does(folder: Path, changed: Path) -> None:
    """The comparison does not depend on how many processes work on it."""
    rows = list(read_rows(folder / "past.csv")) * 300
    one = compare(rows, folder / "rules.yaml", changed, processes=1)
    assert 900 == len(one.changes)
    assert one == compare(rows, folder / "rules.yaml", changed, processes=2)
