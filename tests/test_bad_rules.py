"""Every fault of a rule file is reported with its place, what was found and what was meant.

Each file in bad_rules/ is valid.yaml with one fault put in, and the table says what it must be told.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from strategies import rule, write_rules

from triage import Fault, RuleFileError, Triage, TriageError

FOLDER = Path(__file__).parent / "bad_rules"
FILES = sorted(file.stem for file in FOLDER.glob("*.yaml") if file.stem != "valid")


def expected_of(file: Path) -> list[str]:
    """Return the messages that a fixture states in its first lines: "# expected 12:5: unknown key ..."."""
    stated = re.findall(r"(?m)^# expected (.+)$", file.read_text("latin-1"))
    return [f"{file}:{message.replace('{folder}', str(FOLDER))}" for message in stated]


def faults_of(file: Path) -> tuple[Fault, ...]:
    """Return the faults of a rule file, which must have some."""
    with pytest.raises(RuleFileError, match=re.escape(str(file))) as raised:
        Triage(file)
    return raised.value.faults


@pytest.mark.parametrize("name", FILES)
def test_a_fault_is_told_with_its_place(name: str) -> None:
    """The message says file, line, column, what was found and what was expected, exactly as stated."""
    file = FOLDER / f"{name}.yaml"
    expected = "\n".join(expected_of(file))
    assert expected
    with pytest.raises(RuleFileError, match=rf"\A{re.escape(expected)}\Z"):
        Triage(file)


def test_the_fixtures_are_there() -> None:
    """The faults that the project's issue names each have a file."""
    assert {
        *("alias", "anchor", "bad_within", "colon", "duplicate_key", "duplicate_priority", "duplicate_rule"),
        *("missing_examples", "missing_guideline", "missing_key", "not_utf8", "tab"),
        *(
            "override_circle",
            "phrase_without_letters",
            "phrase_without_quotes",
            "quote",
            "tag",
            "too_deep",
            "slot_in_a_slot",
        ),
        *("too_many_lines", "two_documents", "unknown_key", "unknown_list", "unknown_override"),
        *("unknown_priority", "unknown_zone", "wrong_type_list", "several_faults"),
    } <= set(FILES)


@pytest.mark.parametrize("name", ["several_faults", "several_wrong_keys"])
def test_all_faults_are_told_at_once(name: str) -> None:
    """Several faults of one file are all reported, sorted by their place."""
    faults = faults_of(FOLDER / f"{name}.yaml")
    assert len(faults) > 3
    assert sorted(faults, key=lambda fault: (fault.line, fault.column)) == list(faults)


def test_the_valid_file_is_valid() -> None:
    """The file that the faults are put into has none, and decides."""
    triage = Triage(FOLDER / "valid.yaml")
    assert triage.suggest("Our file server is not responding").priority.id == "urgent"
    assert triage.suggest("A trackball").priority.id == "normal"


def test_the_error_carries_its_faults() -> None:
    """The error has each fault as a value; its text has a line for each."""
    faults = faults_of(FOLDER / "several_faults.yaml")
    with pytest.raises(TriageError, match="unknown priority") as raised:
        Triage(FOLDER / "several_faults.yaml")
    assert [str(fault) for fault in faults] == str(raised.value).splitlines()


def test_nothing_is_half_loaded() -> None:
    """A file with one fault in its last rule gives no rules at all, and leaves no trace on the next load."""
    before = Triage(FOLDER / "valid.yaml").rules
    faults_of(FOLDER / "unknown_list.yaml")
    assert before == Triage(FOLDER / "valid.yaml").rules


# -- files that cannot be read ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "said"), [("no.yaml", "No such file or directory"), (".", "Is a directory")]
)
def test_a_path_that_cannot_be_read(tmp_path: Path, path: str, said: str) -> None:
    """A path that leads to no file, or to a folder, is named with what to do."""
    file = tmp_path / path
    expected = f"{file}:1:1: the rule file cannot be read: {said}. Give the path of a YAML rule file"
    with pytest.raises(RuleFileError, match=rf"\A{re.escape(expected)}\Z"):
        Triage(file)


def test_an_empty_file(tmp_path: Path) -> None:
    """A file without a byte says that it is empty."""
    file = tmp_path / "rules.yaml"
    file.touch()
    expected = f"{file}:1:1: the file is empty; a rule file has at least priorities and rules"
    assert [expected] == [str(fault) for fault in faults_of(file)]


def test_a_guideline_that_is_not_utf8(tmp_path: Path) -> None:
    """A guideline text that cannot be decoded is a fault of the rule file that names it."""
    file = write_rules(tmp_path, rule("tested", '[any of: "down"]'))
    (tmp_path / "guideline.md").write_bytes(b"\xff\xfe\x00")
    assert [(fault.line, fault.column) for fault in faults_of(file)] == [(3, 12)]


def test_line_ends_of_the_guideline_change_no_version(tmp_path: Path) -> None:
    """What was measured with a rule file stays measured when another editor saves its guideline."""
    file = write_rules(tmp_path, rule("tested", '[any of: "down"]'))
    guideline = tmp_path / "guideline.md"
    text = guideline.read_bytes()
    versions = set()
    for line_end in (b"\n", b"\r\n", b"\r"):
        guideline.write_bytes(text.replace(b"\n", line_end))
        versions.add(Triage(file).rules.version)
    assert 1 == len(versions)


def test_a_file_too_large(tmp_path: Path) -> None:
    """A file beyond the limit is refused before it is parsed."""
    file = tmp_path / "rules.yaml"
    file.write_bytes(b"#" * 16_000_001)
    said = (
        "the rule file cannot be read: it holds more than 16,000,000 bytes. Give the path of a YAML rule file"
    )
    expected = f"{file}:1:1: {said}"
    with pytest.raises(RuleFileError, match=f"^{re.escape(expected)}$"):
        Triage(file)


def test_aliases_cannot_grow_a_small_file(tmp_path: Path) -> None:
    """A file of aliases of aliases is refused at its first anchor and never written out."""
    levels = "".join(f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    file = tmp_path / "rules.yaml"
    file.write_text(f"a0: &a0 [x]\n{levels}", "utf-8")
    told = [str(fault) for fault in faults_of(file)]
    assert f"{file}:1:5: '&a0' is a YAML anchor; remove it or put the phrase in quotes" in told


def test_what_an_alias_would_bring_is_not_told_missing(tmp_path: Path) -> None:
    """The anchor and the alias are told alone: neither the key that holds it nor what a rule took of it."""
    file = write_rules(tmp_path, rule("tested", '[any of: "down"]'))
    text = file.read_text("utf-8").replace("    says:", "    <<: *base\n    was:", 1)
    file.write_text(f"shared: &base {{says: x}}\n{text}", "utf-8")
    assert ["'&base' is a YAML anchor", "'*base' is a YAML alias", "unknown key 'was' in rule 'tested'"] == [
        re.split(r"[;.]", fault.message)[0] for fault in faults_of(file)
    ]


def test_an_anchor_hides_no_other_fault(tmp_path: Path) -> None:
    """Neither what is missing in the rule that holds it nor a key that is none."""
    file = write_rules(tmp_path, rule("tested", '[any of: &word "down"]'))
    text = file.read_text("utf-8").replace("    says:", "    was:", 1)
    file.write_text(text, "utf-8")
    told = [
        "'&word' is a YAML anchor",
        "the key 'says' is missing in rule 'tested'",
        "unknown key 'was' in rule 'tested'",
    ]
    assert told == sorted((re.split(r"[;.]", fault.message)[0] for fault in faults_of(file)), key=told.index)


def test_faults_of_yaml_keys_and_names_are_told_at_once() -> None:
    """A file with a double key, a wrong key, an unknown list and a wrong quote tells all four in one go."""
    codes = [fault.code for fault in faults_of(FOLDER / "all_kinds.yaml")]
    assert ["TR004", "TR005", "TR003", "TR006", "TR005", "TR008", "TR010", "TR008"] == codes


@pytest.mark.parametrize("name", FILES)
def test_every_fault_has_its_number(name: str) -> None:
    """Each fault is one of the numbered findings."""
    assert all(re.fullmatch(r"TR[035]\d\d", fault.code) for fault in faults_of(FOLDER / f"{name}.yaml"))


# -- every scalar is text --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "word", ["no", "off", "on", "yes", "null", "12:30", "0777", "1e3", "0x1F", "2024-01-01"]
)
def test_every_scalar_is_text(tmp_path: Path, word: str) -> None:
    """What YAML takes for a truth value, a number or a date stays the text it is."""
    file = write_rules(
        tmp_path, rule("tested", "[any of: wanted]"), lists={"wanted": f"{{exactly: [{word}, x]}}"}
    )
    assert [(word, "x")] == [phrases.exact for phrases in Triage(file).rules.lists]


@pytest.mark.parametrize("word", ["no", "off", "on", "12:30", "0777"])
def test_a_word_that_yaml_would_change_is_found(tmp_path: Path, word: str) -> None:
    """A list may hold "off" or "12:30", and a ticket with that word is found."""
    file = write_rules(
        tmp_path, rule("tested", "[any of: wanted]"), lists={"wanted": f"{{exactly: [{word}]}}"}
    )
    assert word == Triage(file).suggest(f"It is {word} again").reasons[0].evidence[0].text


@pytest.mark.parametrize("choice", ["true", "false", "True", "YES", "on", "1"])
def test_yes_is_written_yes(tmp_path: Path, choice: str) -> None:
    """A choice of yes or no is one of these words and nothing that YAML takes for them."""
    file = write_rules(tmp_path, rule("tested", '[any of: "down"]', general=choice))
    assert [f"found {choice!r}, expected yes or no in rule 'tested'"] == [
        fault.message for fault in faults_of(file)
    ]


def test_a_byte_order_mark_is_no_fault(tmp_path: Path) -> None:
    """A file that an editor saved as "UTF-8 with BOM" is taken."""
    file = write_rules(tmp_path, rule("tested", '[any of: "down"]'))
    file.write_bytes(b"\xef\xbb\xbf" + file.read_bytes())
    assert not Triage(file).suggest("It is down").unsure


def test_windows_line_ends_are_no_fault(tmp_path: Path) -> None:
    """A file with Windows line ends is taken, and so is its guideline."""
    file = write_rules(tmp_path, rule("tested", '[any of: "down"]'))
    for path in (file, tmp_path / "guideline.md"):
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    assert not Triage(file).suggest("It is down").unsure


# -- quotes and the guideline ----------------------------------------------------------------------------


def test_a_quote_may_run_over_lines_of_the_guideline(tmp_path: Path) -> None:
    """Line breaks and runs of spaces of the guideline do not matter to a quote."""
    file = write_rules(tmp_path, rule("tested", '[any of: "down"]', quote='"All of it stands still."'))
    (tmp_path / "guideline.md").write_text(
        "All stands still. Somebody is hit. It can wait. All of\n   it stands still.", "utf-8"
    )
    assert Triage(file).suggest("It is down").reasons[0].quote == "All of it stands still."


def test_a_quote_of_a_numbered_example_has_its_line(tmp_path: Path) -> None:
    """The line of a reason is the number that its quote has in the guideline, full stop or not."""
    file = write_rules(tmp_path, rule("tested", '[any of: "down"]', quote='"Nothing works"'))
    guideline = (tmp_path / "guideline.md").read_text("utf-8")
    (tmp_path / "guideline.md").write_text(f'{guideline}6. "It works."\n7. "Nothing works."\n', "utf-8")
    assert Triage(file).suggest("It is down").reasons[0].line == 7


def test_a_quote_of_a_definition_has_no_line(tmp_path: Path) -> None:
    """A quote that is no numbered example of the guideline has no line."""
    triage = Triage(write_rules(tmp_path, rule("tested", '[any of: "down"]')))
    assert triage.suggest("It is down").reasons[0].line is None


@pytest.mark.parametrize("within", ["0 words", "0 sentences", "00 words", "-1 words", "1000 words", "words"])
def test_a_distance_in_which_nothing_stands_is_a_fault(tmp_path: Path, within: str) -> None:
    """No two lines stand within no word: such a rule would never hold."""
    file = write_rules(tmp_path, rule("tested", '[any of: "down", any of: "server"]', within=within))
    assert [("TR007", f"found {within!r}; expected '12 words', 'same sentence' or '2 sentences'")] == [
        (fault.code, fault.message) for fault in faults_of(file)
    ]


@pytest.mark.parametrize(
    ("lists", "told"),
    [
        (
            {"a": "{lists: [b]}", "b": "{lists: [a]}"},
            ["list 'a' contains itself", "list 'b' contains itself"],
        ),
        ({"a": "{lists: [b]}", "b": "{lists: [b]}"}, ["list 'b' contains itself"]),
        (
            {"a": "{lists: [b]}", "b": "{lists: [mouze]}", "mouse": "{words: [x]}"},
            ["unknown list 'mouze'. Did you mean 'mouse'?"],
        ),
    ],
)
def test_what_is_wrong_in_a_list_is_told_once(tmp_path: Path, lists: dict[str, str], told: list[str]) -> None:
    """A fault in the names of a list is told there, and not again for each list that takes it in."""
    file = write_rules(tmp_path, rule("tested", "[any of: a]"), lists=lists)
    assert told == sorted(fault.message for fault in faults_of(file))


def test_a_quote_is_made_of_whole_words(tmp_path: Path) -> None:
    """A part of a word is not what the guideline says."""
    file = write_rules(tmp_path, rule("tested", '[any of: "down"]', quote='"ands stil"'))
    assert ["TR010"] == [fault.code for fault in faults_of(file)]
