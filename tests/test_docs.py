"""Every example of README.md and docs/ runs, every rule file in them is taken, every link leads somewhere.

What stands behind the fence of a block tells what it is. "python" is run. "console" and "sh" are run where
a line begins with "$ triage"; "$ echo $?" below it states its exit code, which else is 0. "yaml" is a rule
file; one that holds only some sections takes the others from the first rule file of its document. A second
word, as in "csv tickets.csv", is the file that the block is saved as for those below. A third one, "faulty",
says that the rule file has faults.
"""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from doctest import ELLIPSIS, DocTestParser, DocTestRunner, OutputChecker
from pathlib import Path
from shutil import copytree
from typing import NamedTuple

import pytest
from running import environment
from strategies import rules_that_hold

from triage import Triage
from triage.rules.load import load_rules

ROOT = Path(__file__).resolve().parent.parent
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
EXAMPLES = [document for document in DOCUMENTS if "```" in document.read_text("utf-8")]
_BLOCK = re.compile(r"^```(\w+)[ ]?(\S*)[ ]?(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)
_SECTION = re.compile(r"^(?=[a-z][a-z ]*:)", re.MULTILINE)
_JOINED = ("lists:", "rules:")  # a part of a rule file adds to these sections, and replaces the others


class Block(NamedTuple):
    """A fenced block: its language, the file it is saved as, a mark, its text and its line."""

    language: str
    file: str
    mark: str
    text: str
    line: int


def blocks_of(text: str) -> Iterator[Block]:
    """Yield the fenced blocks of a document."""
    for found in _BLOCK.finditer(text):
        language, file, mark, said = found.groups()
        yield Block(language, file, mark, said, text.count("\n", 0, found.start()) + 2)


def by_id(document: Path) -> str:
    """Return the name under which a document is tested."""
    return document.name


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return an empty folder to work in, with the example tickets beside."""
    monkeypatch.chdir(tmp_path)
    copytree(ROOT / "examples", tmp_path / "examples")
    return tmp_path


@pytest.mark.parametrize("document", EXAMPLES, ids=by_id)
def test_every_example_does_what_it_says(document: Path, folder: Path) -> None:
    """The blocks of a document run in their order and print what stands below them."""
    names: dict[str, object] = {}
    whole = ""
    for block in blocks_of(document.read_text("utf-8")):
        where = f"{document.name}:{block.line}"
        text = block.text
        if block.language == "yaml":
            text = completed(block.text, whole)
            whole = whole or text
        if block.file:
            (folder / block.file).write_text(text, "utf-8")
        if block.language == "yaml" and block.mark != "faulty":
            check_rules(text, folder, where)
        elif block.language == "python":
            run_python(block, names, where)
        elif block.language in ("console", "sh"):
            run_commands(block.text, where)


def run_python(block: Block, names: dict[str, object], where: str) -> None:
    """Run a block of Python; what it defines is known to the blocks after it."""
    if ">>>" not in block.text:
        exec(compile(block.text, where, "exec"), names)
        return
    test = DocTestParser().get_doctest(block.text, names, where, where, block.line)
    said: list[str] = []
    result = DocTestRunner(verbose=False, optionflags=ELLIPSIS).run(test, out=said.append, clear_globs=False)
    names.update(test.globs)
    assert not result.failed, "".join(said)


def run_commands(text: str, where: str) -> None:
    """Run the commands of a block and compare what they print, and the exit codes that `echo $?` states."""
    steps = [step.partition("\n") for step in re.split(r"(?m)^\$ ", text)[1:]]
    for number, (command, _, printed) in enumerate(steps):
        if not command.startswith("triage"):
            continue
        following = steps[number + 1] if number + 1 < len(steps) else ("", "", "")
        expected_code = int(following[2]) if following[0] == "echo $?" else 0
        code, output = run(command)
        assert (where, command, expected_code) == (where, command, code), output
        if printed.strip():
            assert OutputChecker().check_output(tidy(printed), tidy(output), ELLIPSIS), (
                f"{where}: {command}\n{output}"
            )


def run(command: str) -> tuple[int, str]:
    """Return the exit code of a `triage` command line and what it prints."""
    arguments = [sys.executable, "-m", *shlex.split(command)]
    narrow = environment() | {"COLUMNS": "80"}
    done = subprocess.run(arguments, capture_output=True, text=True, encoding="utf-8", env=narrow)
    return done.returncode, done.stdout + done.stderr


def tidy(printed: str) -> str:
    """Return what was printed without the blanks at the ends of its lines."""
    return "\n".join(line.rstrip() for line in printed.strip().splitlines()) + "\n"


# -- rule files ------------------------------------------------------------------------------------------


def completed(part: str, whole: str) -> str:
    """Return a rule file of a part of one: what the part does not say is as in the whole file."""
    if "format:" in part:
        return part
    sections = {text.split("\n")[0].split("#")[0].strip(): text for text in _SECTION.split(whole)}
    for text in filter(str.strip, _SECTION.split(part)):
        key, _, rest = text.partition("\n")
        name = key.split("#")[0].strip()
        sections[name] = f"{sections[name].rstrip()}\n{rest}\n" if name in _JOINED else text
    return "\n".join(sections.values())


def check_rules(text: str, folder: Path, where: str) -> None:
    """Load a rule file; each rule must hold for its `match` examples and for none of its `no_match` ones."""
    file = folder / "shown.yaml"
    file.write_text(text, "utf-8")
    rules = load_rules(file)
    shown = Triage(rules)
    for rule in rules.rules:
        for ticket in rule.match:
            assert rule.id in rules_that_hold(shown.suggest(ticket)), (where, ticket.body)
        for ticket in rule.no_match:
            assert rule.id not in rules_that_hold(shown.suggest(ticket)), (where, ticket.body)


# -- links and exit codes --------------------------------------------------------------------------------


def anchors(text: str) -> set[str]:
    """Return the anchors that the headings of a document make."""
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in _HEADING.findall(text)}


@pytest.mark.parametrize("document", DOCUMENTS, ids=by_id)
def test_every_link_leads_somewhere(document: Path) -> None:
    """A relative link names a file of the project and, behind '#', a heading in it."""
    for link in _LINK.findall(_BLOCK.sub("", document.read_text("utf-8"))):
        name, _, anchor = link.partition("#")
        if "://" in name:
            continue
        target = document.parent / name if name else document
        assert target.exists(), link
        assert not anchor or anchor in anchors(target.read_text("utf-8")), link


@pytest.mark.parametrize(
    ("code", "command"),
    [
        (0, "triage suggest Hello"),
        (1, "triage suggest nowhere.eml"),
        (1, "triage suggest --rules nowhere.yaml Hello"),
        (2, "triage suggest --nonsense"),
    ],
)
def test_an_exit_code_holds(code: int, command: str, folder: Path) -> None:
    assert code == run(command)[0]


def test_the_exit_codes_are_those_of_the_command(folder: Path) -> None:
    """The README tells the same exit codes as the command's own help."""
    told = re.findall(r"(?m)^\| (\d+) \|", (ROOT / "README.md").read_text("utf-8"))
    helped = " ".join(run("triage --help")[1].split()).partition("Exit codes:")[2]
    assert re.findall(r"(?:^|; )\s*(\d+) ", helped) == told
