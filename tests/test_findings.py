"""Every finding about a rule file has its number, its place, its words, and a paragraph that explains it.

Each file in findings/ is valid.yaml with one thing wrong, and says in its first lines what it must be told.
"""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from strategies import rule, write_rules
from typer.testing import CliRunner

from triage.check.paragraph import paragraph_of
from triage.check.run import CHECKS, LOADING, check_rules, standing
from triage.check.sarif import to_sarif
from triage.check.values import MEANINGS, Check, Finding
from triage.cli import app
from triage.rules.load import documented_rules

HERE = Path(__file__).parent
FOLDER = HERE / "findings"
FILES = sorted(file.stem for file in FOLDER.glob("*.yaml"))
DOCUMENT = (HERE.parent / "docs" / "rule-findings.md").read_text("utf-8")


def expected_of(file: Path) -> list[str]:
    """Return the findings that a fixture states in its first lines: "# expected 12:5: error TR201: ..."."""
    return re.findall(r"(?m)^# expected (.+)$", file.read_text("utf-8"))


def told(finding: Finding) -> str:
    """Return a finding as a fixture states it."""
    allowed = f" (allowed: {finding.allowed})" if finding.allowed else ""
    return f"{finding}".removeprefix(f"{finding.file}:") + allowed


def found_in(name: str) -> tuple[Finding, ...]:
    return check_rules(FOLDER / f"{name}.yaml")


def run(*arguments: str) -> tuple[int, str]:
    """Return the exit code of `triage rules check` and what it prints."""
    done = CliRunner().invoke(app, ["rules", "check", *arguments])
    return done.exit_code, done.output


@pytest.mark.parametrize("name", FILES)
def test_a_finding_is_told_with_its_place(name: str) -> None:
    """The findings of a fixture are those that it states, word for word."""
    assert expected_of(FOLDER / f"{name}.yaml") == [told(finding) for finding in found_in(name)]


def test_the_valid_file_has_no_finding() -> None:
    """About the file that the others are made from there is nothing to say."""
    assert () == found_in("valid")


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_every_check_has_a_fixture(check: Check) -> None:
    """For each number there is a file that shows it; what stops the loading is shown in bad_rules/."""
    if check in LOADING or check.code == "TR301":
        stems = [file for file in sorted((HERE / "bad_rules").glob("*.yaml")) if file.stem != "valid"]
        assert any(check.code == finding.code for file in stems for finding in check_rules(file))
    if check not in LOADING:
        assert any(
            f" {check.code}: " in line for name in FILES for line in expected_of(FOLDER / f"{name}.yaml")
        )


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.code)
def test_every_check_has_a_paragraph(check: Check) -> None:
    """The document explains each number under its title, and says how grave it is."""
    part = DOCUMENT.partition(f"### {check.code}: {check.title}\n")[2].partition("\n### ")[0]
    assert part.strip().startswith(f"*{check.severity.capitalize()}.*")


@pytest.mark.parametrize("code", ["TR403", "tr403"])
def test_a_number_is_explained(code: str) -> None:
    """The command prints the paragraph of a number, and nothing else."""
    done, printed = run("--explain", code)
    assert 0 == done
    assert printed.startswith(
        "TR403: two rules hold together without a stated order\n\nWarning. Two rules of"
    )
    assert printed.endswith("else somebody will wonder.\n")


def test_every_number_is_explained() -> None:
    """Each paragraph is whole, and ends before the next heading."""
    for check in CHECKS:
        said = paragraph_of(check.code)
        assert said.startswith(f"{check.code}: {check.title}\n\n{check.severity.capitalize()}. ")
        assert (
            "#" not in said.replace("'#'", "").replace("`#`", "").partition("\n")[2] or check.code == "TR304"
        )


def test_a_number_that_there_is_not_has_a_near_one() -> None:
    """A slip in the number is told."""
    assert (1, "triage: there is no finding 'TR4O3'. Did you mean 'TR403'?\n") == run("--explain", "TR4O3")


def test_two_forms_at_once_are_refused() -> None:
    """Nobody takes SARIF for JSON in silence."""
    code, printed = run("--json", "--sarif")
    assert 2 == code
    assert "say one of them" in printed


def test_the_document_explains_no_other_number() -> None:
    """What the document explains is what is checked, in the same order."""
    assert [check.code for check in CHECKS] == re.findall(r"(?m)^### (TR\d+)", DOCUMENT)


def test_the_document_says_what_each_severity_means() -> None:
    """The severities are defined once, in words."""
    assert [f"| {name} | {meaning} |" in DOCUMENT for name, meaning in MEANINGS.items()] == [True] * 3


def test_numbers_are_given_once() -> None:
    """No two checks share a number."""
    assert len({check.code for check in CHECKS}) == len(CHECKS)


def test_the_documented_rules_have_no_error() -> None:
    """The shipped rule file does what it says."""
    assert [] == [str(f) for f in standing(check_rules()) if f.severity == "error"]


# -- what is allowed -------------------------------------------------------------------------------------


def test_the_documented_lists_hold_no_needless_phrase() -> None:
    """No phrase of a documented list is found by another of the same list."""
    assert [] == [str(f) for f in check_rules() if f.code == "TR302"]


def test_a_file_without_rules_is_checked(tmp_path: Path) -> None:
    """Nobody looks for its lists: none of their phrases is looked for in vain."""
    (tmp_path / "guideline.md").write_bytes((FOLDER / "guideline.md").read_bytes())
    text = (FOLDER / "valid.yaml").read_text("utf-8")
    file = tmp_path / "rules.yaml"
    file.write_text(re.sub(r"(?ms)^rules:\n.*?(?=^\S|\Z)", "rules: []\n", text), "utf-8")
    codes = {finding.code for finding in check_rules(file)}
    assert codes
    assert "TR301" not in codes


def test_a_rule_allows_a_finding_with_its_reason(tmp_path: Path) -> None:
    """An allowed finding is kept with its reason, and does not stand."""
    allowed = '{TR102: "only a definition says it", TR203: "to be mended on Monday"}'
    file = write_rules(
        tmp_path,
        rule("tested", '[any of: "down"]', match='["It is down"]', no_match='["down"]', allow=allowed),
    )
    findings = check_rules(file)
    assert {"TR102": "only a definition says it", "TR203": "to be mended on Monday"} == {
        finding.code: finding.allowed for finding in findings
    }
    assert [] == standing(findings)


def test_a_list_allows_a_finding(tmp_path: Path) -> None:
    """A list allows what is found about its phrases."""
    lists = {"down": '{words: [down, "is down"], allow: {TR302: "it reads better in the reason"}}'}
    file = write_rules(tmp_path, rule("tested", "[any of: down]", match='["It is down"]'), lists=lists)
    assert ["TR302"] == [finding.code for finding in check_rules(file) if finding.allowed]


def test_the_file_allows_a_finding_for_all(tmp_path: Path) -> None:
    """What the file allows is allowed for all its rules."""
    tested = rule("tested", '[any of: "down"]', match='["It is down"]')
    file = write_rules(tmp_path, tested, allow='{TR102: "our guideline has no numbers"}')
    assert [] == standing(check_rules(file))


def test_a_reason_is_needed(tmp_path: Path) -> None:
    """A finding is not allowed without words."""
    file = write_rules(tmp_path, rule("tested", '[any of: "down"]', allow='{TR102: ""}'))
    assert ["TR007"] == [finding.code for finding in check_rules(file)]


def test_what_stops_the_loading_cannot_be_allowed(tmp_path: Path) -> None:
    """A quote that is not in the guideline stops the file whatever it allows."""
    file = write_rules(
        tmp_path, rule("tested", '[any of: "down"]', quote='"Nobody said so"', allow='{TR010: "but I did"}')
    )
    assert [("TR010", None)] == [(finding.code, finding.allowed) for finding in check_rules(file)]


# -- the command -----------------------------------------------------------------------------------------


def test_an_error_is_exit_code_1() -> None:
    """An error fails the command, a warning only where it is to be strict."""
    assert 1 == run(str(FOLDER / "match_not_found.yaml"))[0]
    assert 0 == run(str(FOLDER / "list_unused.yaml"))[0]
    assert 1 == run(str(FOLDER / "list_unused.yaml"), "--strict")[0]
    assert 0 == run(str(FOLDER / "phrase_needless.yaml"), "--strict")[0]


def test_notes_are_shown_on_request() -> None:
    """Notes and allowed findings are counted, and shown only where they are asked for."""
    file = str(FOLDER / "line_without_rule.yaml")
    assert (
        "no errors, 1 warning. 1 finding allowed with a reason: shown with --notes." in run(file)[1].lower()
    )
    assert "(allowed: only the definition says so)" in " ".join(run(file, "--notes")[1].split())


def test_a_line_can_be_clicked() -> None:
    """Each finding is one line that begins with file, line and column."""
    file = FOLDER / "match_not_found.yaml"
    first = run(str(file))[1].splitlines()[0]
    assert f"{file}:{expected_of(file)[0]}" == first


def test_json_holds_every_finding() -> None:
    """The JSON output has all findings, allowed ones too, as they are as values."""
    file = FOLDER / "line_without_rule.yaml"
    assert [finding.to_dict() for finding in check_rules(file)] == json.loads(run(str(file), "--json")[1])


def test_a_file_that_cannot_be_loaded_is_told_the_same_way() -> None:
    """Faults that stop the loading are findings too, with the same form and exit code."""
    code, printed = run(str(HERE / "bad_rules" / "all_kinds.yaml"))
    assert 1 == code
    assert ": error TR008: unknown list 'mouze'. Did you mean 'mouse'?" in printed


# -- SARIF -----------------------------------------------------------------------------------------------


def test_sarif_has_what_a_code_host_needs() -> None:
    """A SARIF log has the version, the tool with all its rules, and results with level, place and message."""
    code, printed = run(str(FOLDER / "match_not_found.yaml"), "--sarif")
    log = json.loads(printed)
    assert (1, "2.1.0") == (code, log["version"])
    assert [check.code for check in CHECKS] == [r["id"] for r in log["runs"][0]["tool"]["driver"]["rules"]]
    result = log["runs"][0]["results"][0]
    (finding,) = found_in("match_not_found")
    assert ("TR201", "error", finding.message) == (
        result["ruleId"],
        result["level"],
        result["message"]["text"],
    )
    assert {"startLine": finding.line, "startColumn": finding.column} == result["locations"][0][
        "physicalLocation"
    ]["region"]
    assert log["runs"][0]["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "TR201"


def _all_of(properties: dict[str, object], *required: str) -> dict[str, object]:
    """Return the schema of an object of the standard: it has what it must, and no name that is unknown."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
    }


# What SARIF 2.1.0 (OASIS, 27 March 2020) demands of the objects that are written here, by its sections. The
# official schema is not part of any package that is kept up; what it knows beyond this is not written.
_MESSAGE = _all_of({"text": {"type": "string", "minLength": 1}}, "text")  # 3.11, 3.12
_LEVEL = {"enum": ["none", "note", "warning", "error"]}  # 3.27.10
_COUNT = {"type": "integer", "minimum": 1}
_REGION = _all_of({"startLine": _COUNT, "startColumn": _COUNT}, "startLine")  # 3.30
_ARTIFACT = _all_of({"uri": {"type": "string", "pattern": r"^[^\s\\]+$"}}, "uri")  # 3.4
_PHYSICAL = _all_of({"artifactLocation": _ARTIFACT, "region": _REGION}, "artifactLocation", "region")  # 3.29
_LOCATION = _all_of({"physicalLocation": _PHYSICAL}, "physicalLocation")  # 3.28
_SUPPRESSION = _all_of(
    {"kind": {"enum": ["inSource", "external"]}, "justification": {"type": "string"}}, "kind"
)  # 3.35
_RESULT = _all_of(  # 3.27
    {
        "ruleId": {"type": "string", "pattern": r"^TR\d{3}$"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": _LEVEL,
        "message": _MESSAGE,
        "locations": {"type": "array", "items": _LOCATION, "minItems": 1, "uniqueItems": True},
        "suppressions": {"type": "array", "items": _SUPPRESSION, "minItems": 1, "uniqueItems": True},
    },
    "ruleId",
    "ruleIndex",
    "level",
    "message",
    "locations",
)
_RULE = _all_of(  # 3.49
    {
        "id": {"type": "string"},
        "shortDescription": _MESSAGE,
        "help": _MESSAGE,
        "defaultConfiguration": _all_of({"level": _LEVEL}),
    },
    "id",
)
_DRIVER = _all_of(  # 3.19
    {
        "name": {"type": "string", "minLength": 1},
        "version": {"type": "string"},
        "rules": {"type": "array", "items": _RULE, "uniqueItems": True},
    },
    "name",
)
_RUN = _all_of(  # 3.14
    {
        "tool": _all_of({"driver": _DRIVER}, "driver"),
        "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
        "results": {"type": "array", "items": _RESULT},
    },
    "tool",
    "results",
)
_LOG = _all_of(  # 3.13
    {
        "$schema": {"const": "https://json.schemastore.org/sarif-2.1.0.json"},
        "version": {"const": "2.1.0"},
        "runs": {"type": "array", "items": _RUN, "minItems": 1},
    },
    "version",
    "runs",
)


@pytest.mark.parametrize("name", FILES)
def test_sarif_is_as_the_standard_demands(name: str) -> None:
    """Whatever is found, the log has all that must be there and nothing the standard does not know."""
    log = json.loads(run(str(FOLDER / f"{name}.yaml"), "--sarif")[1])
    assert [] == [error.message for error in Draft202012Validator(_LOG).iter_errors(log)]
    for told in log["runs"]:
        rules = told["tool"]["driver"]["rules"]
        assert len({rule["id"] for rule in rules}) == len(rules)
        assert all(rules[result["ruleIndex"]]["id"] == result["ruleId"] for result in told["results"])


@pytest.mark.parametrize(
    "spoiled", [{"version": "2.0.0"}, {"runs": []}, {"runs": [{"results": []}]}, {"name": "a log"}]
)
def test_what_is_no_sarif_is_seen(spoiled: dict[str, object]) -> None:
    """The check above can fail."""
    log = to_sarif(found_in("match_not_found"), version="0") | spoiled
    assert not Draft202012Validator(_LOG).is_valid(log)


def test_sarif_tells_what_is_allowed() -> None:
    """An allowed finding is a suppressed result with its reason."""
    results = to_sarif(found_in("line_without_rule"), version="0")["runs"][0]["results"]
    suppressed = [result["suppressions"] for result in results if "suppressions" in result]
    assert [[{"kind": "inSource", "justification": "only the definition says so"}]] == suppressed


@pytest.mark.parametrize(
    ("file", "uri"), [("my rules.yaml", "my%20rules.yaml"), ("/a/b.yaml", "file:///a/b.yaml")]
)
def test_sarif_names_the_file_as_a_uri(file: str, uri: str) -> None:
    """A relative path stays relative, so that a code host finds it in its repository."""
    finding = Finding(code="TR101", severity="warning", file=file, line=1, column=1, message="wrong")
    place = to_sarif([finding], version="0")["runs"][0]["results"][0]["locations"][0]["physicalLocation"]
    assert uri == place["artifactLocation"]["uri"]


def test_the_certainty_of_the_documented_rules_is_no_part_of_the_project() -> None:
    """No measurement ships with the rules: each firm measures on its own tickets."""
    assert not documented_rules().with_suffix(".certainty.json").exists()


# -- misspelt words ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("phrases", "slips"),
    [
        ('printer, "front pritner"', ["pritner"]),
        ('printer, "front <mouse> pprinter"', ["pprinter"]),
        ('printers, "front prnters"', ["prnters"]),
        ('printer, "front pritner", "back pritner"', []),  # who writes it twice means it
        ("printer, pritner", []),  # a phrase of its own: a name or a trade
        ('printer, "impresora pritner"', []),  # beside another unknown word: a language of its own
        ('scanner, "front pritner"', []),  # a name, for all that this list tells
        ('printer, "front painter"', []),  # an English word
        ('printer, "front plotteur"', []),  # unknown, and near to nothing
    ],
)
def test_a_slip_is_found_in_a_phrase(tmp_path: Path, phrases: str, slips: list[str]) -> None:
    """One that stands once, alone among known words, in a list that holds the word it means."""
    lists = {"tested": f"{{words: [{phrases}]}}", "mouse": "{words: [mouse]}"}
    file = write_rules(tmp_path, rule("tested", "[any of: tested, any of: mouse]"), lists=lists)
    told = [finding.message for finding in check_rules(file) if finding.code == "TR305"]
    assert slips == [re.search(r"holds '(\w+)'", message)[1] for message in told]  # type: ignore[index]


# -- why an example is not found --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("more", "example", "why"),
    [
        ({}, "The server is gone", "its line 'any of: down' does not hold. Add"),
        ({"scope": "everyone"}, "The server is down", "its line 'scope: everyone' does not hold. Add"),
        (
            {"unless": "[any of: mouse]"},
            "The server is down, my mouse too",
            "its line 'any of: mouse' of 'unless' forbids it. Narrow",
        ),
        (
            {"unless_anywhere": "[any of: mouse]"},
            "The server is down, my mouse too",
            "its line 'any of: mouse' of 'unless anywhere' forbids it. Narrow",
        ),
        (
            {"unless": "[any of: [mouse, pad, red, blue]]"},
            "The server is down, my mouse too",
            "its line 'any of: mouse, pad, red and 1 more' of 'unless' forbids it. Narrow",
        ),
        (
            {"within": "3 words"},
            "The server of the house is down",
            "its lines are found, but not within 3 words. Let",
        ),
        (
            {"within": "same sentence"},
            "Server here. It is down",
            "its lines are found, but not in the same sentence. Let",
        ),
        (
            {"within": "same sentence", "unless": "[any of: mouse]"},
            "A server. It is down. A mouse",
            "its lines are found, but not in the same sentence. Let",
        ),
        (
            {"within": "same sentence", "unless": "[any of: mouse, any of: pad]"},
            "Server down, mouse. Server down, pad",
            "'unless' forbids it. Narrow",
        ),
        ({}, "If the server is down, say so", "'If' sets it aside (only supposed). Let"),
    ],
)
def test_what_stops_a_rule_is_named(tmp_path: Path, more: dict[str, str], example: str, why: str) -> None:
    """The part of the rule that stops it for its example is told, with what to do about that part."""
    more = dict(more)
    when = "[any of: server, any of: down" + (f", scope: {more.pop('scope')}]" if "scope" in more else "]")
    lists = {
        name: f"{{words: [{name}]}}"
        for name in ("server", "down", "mouse", "pad", "red", "blue", "everyone", "if")
    }
    more |= {"match": f'["{example}"]'}
    file = write_rules(
        tmp_path,
        rule("tested", when, **more),
        lists=lists,
        scope="[{who: everyone, any of: everyone}]",
        set_aside="[{why: only supposed, any of: if}]",
    )
    (told,) = (finding.message for finding in check_rules(file) if finding.code == "TR201")
    assert f"{example!r} is not found by its rule: {why}" in told


# -- phrases in quotes ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "line", "expected"),
    [
        ("unless", '[any of: [new, "test, only"]]', ["TR301 'test, only' of rule 'tested'"]),
        ("unless_anywhere", '[all of: [new, "dead; gone"]]', ["TR301 'dead; gone' of rule 'tested'"]),
        ("unless", '[any of: ["brand new", new]]', ["TR302 'brand new' of rule 'tested'"]),
        ("unless", '[any of: ["new one", "old", "the new one"]]', ["TR302 'the new one' of rule 'tested'"]),
        ("unless", '[any of: ["is stuck", "be stuck"]]', ["TR302 'be stuck' of rule 'tested'"]),
        ("unless", '[any of: ["old", "old"]]', ["TR302 'old' of rule 'tested'"]),
        ("unless", '[any of: ["new", new]]', ["TR302 'new' of rule 'tested'"]),
        ("unless", '[all of: ["old one", "old"]]', []),  # both are asked for
        ("unless", '[any of: ["old one"], any of: ["old"]]', []),  # another line
        ("unless", '[any of: [new, "level 3"]]', ["TR304 'level 3'"]),
        ("unless", '[any of: ["printer", "front pritner"]]', ["TR305 'front pritner' of rule 'tested'"]),
        ("unless", '[any of: [machine, "front pritner"]]', ["TR305 'front pritner' of rule 'tested'"]),
        ("scope", '[{who: several, any of: ["all, of us"]}]', ["TR301 'all, of us' of 'scope'"]),
        ("set_aside", '[{why: over, any of: ["it, works"]}]', ["TR301 'it, works' of 'set aside'"]),
    ],
)
def test_a_phrase_in_quotes_is_looked_at_like_one_of_a_list(
    tmp_path: Path, key: str, line: str, expected: list[str]
) -> None:
    """Whatever is said of a phrase of a list is said of one that stands in a line, at its place there."""
    lists = {"new": "{words: [new]}", "machine": "{words: [printer]}", "some": '{words: ["# pads"]}'}
    of_file = {key: line} if key in ("scope", "set_aside") else {}
    of_rule = {} if of_file else {key: line}
    tested = rule("tested", "[any of: [machine, some]]", match='["A printer"]', **of_rule)
    file = write_rules(tmp_path, tested, lists=lists, **of_file)
    found = [f for f in check_rules(file) if f.code in ("TR301", "TR302", "TR304", "TR305")]
    told = [re.sub(r"^the phrase (.+?)(?: is| names| holds) .*$", r"\1", f.message) for f in found]
    assert expected == [f"{f.code} {said}" for f, said in zip(found, told, strict=True)]
    lines = file.read_text("utf-8").splitlines()
    for finding in found:  # the place is that of the phrase
        phrase = finding.message.split("'")[1]
        assert lines[finding.line - 1][finding.column :].startswith(phrase)


def test_no_phrase_is_needless_beside_one_that_is_not_found(tmp_path: Path) -> None:
    """Of two that find the same words, one of them in vain as it is written, one is left to be kept."""
    lists = {"ball": '{words: ["ball; dead", "ball: dead"]}'}
    file = write_rules(tmp_path, rule("tested", "[any of: ball]", match='["ball: dead"]'), lists=lists)
    found = [f.message for f in check_rules(file) if f.code in ("TR301", "TR302")]
    assert ["the phrase 'ball; dead' of list 'ball' is not found as it is written"] == [
        message.partition(":")[0] for message in found
    ]


def test_a_phrase_that_stands_twice_is_told_once(tmp_path: Path) -> None:
    """The second of the same is needless, and so is one that is asked for exactly beside the same."""
    lists = {"pad": "{words: [mouse, mouse], exactly: [mouse, pad]}"}
    file = write_rules(tmp_path, rule("tested", "[any of: pad]", match='["mouse"]'), lists=lists)
    assert ["the phrase 'mouse' of list 'pad' is needless: it stands here twice"] * 2 == [
        finding.message for finding in check_rules(file) if finding.code == "TR302"
    ]


# -- what one line says of another -----------------------------------------------------------------------

LISTS = {"server": "{words: [server]}", "machine": "{words: [server, pc]}", "mouse": "{words: [mouse]}"}


@pytest.mark.parametrize(
    ("when", "needless"),
    [
        ("[any of: server, any of: machine]", True),
        ("[any of: machine, any of: server]", True),
        ("[any of: server, any of: mouse]", False),
        ("[all of: [server, mouse], any of: machine]", True),
        ("[all of: [server, mouse], all of: [server]]", True),
        ("[2 of: [server, mouse], any of: machine]", True),
        ("[2 of: [server, mouse, new], any of: machine]", False),
        ("[any of: server, scope: everyone]", False),
        ("[scope: everyone, scope: [everyone, several]]", True),
    ],
)
def test_a_line_that_another_makes_needless(tmp_path: Path, when: str, needless: bool) -> None:
    """A line adds nothing exactly when another line of the rule cannot hold without it."""
    lists = LISTS | {"new": "{words: [new]}"}
    scope = "[{who: everyone, any of: new}, {who: several, any of: mouse}]"
    file = write_rules(tmp_path, rule("tested", when), lists=lists, scope=scope)
    assert needless == ("TR404" in {finding.code for finding in check_rules(file)})


@pytest.mark.parametrize(
    ("strong", "weak", "never"),
    [
        ({"priority": "urgent"}, {"priority": "normal"}, True),
        ({"priority": "normal"}, {"priority": "urgent"}, False),
        ({"overrides": "[weak]", "priority": "slight"}, {"priority": "urgent"}, True),
        ({"priority": "slight"}, {"priority": "urgent", "general": "yes"}, True),
        ({"priority": "urgent", "general": "yes"}, {"priority": "normal"}, False),
        ({"priority": "urgent", "unless": "[any of: mouse]"}, {"priority": "normal"}, False),
        ({"priority": "urgent"}, {"priority": "normal", "overrides": "[strong]"}, False),
        ({"priority": "urgent", "status": "draft"}, {"priority": "normal"}, False),
        ({"priority": "urgent", "within": "same sentence"}, {"priority": "normal"}, True),
        ({"priority": "urgent", "reads": "[quoted]"}, {"priority": "normal"}, False),
    ],
)
def test_a_rule_that_can_never_decide(
    tmp_path: Path, strong: dict[str, str], weak: dict[str, str], never: bool
) -> None:
    """A rule never decides exactly when one that always wins holds wherever it does."""
    rules = (rule("strong", "[any of: machine]", **strong), rule("weak", "[any of: server]", **weak))
    found = check_rules(write_rules(tmp_path, *rules, lists=LISTS))
    assert never == any(finding.code == "TR402" and finding.rule == "weak" for finding in found)


def test_a_contradiction_of_one_sentence_is_told_as_such(tmp_path: Path) -> None:
    """One sentence contradicts itself; several contradict each other."""
    contradiction = '[{lines: "It can wait.", says: "It can, and cannot"}]'
    tested = rule("tested", '[any of: "down"]', match='["It is down"]')
    found = check_rules(write_rules(tmp_path, tested, contradictions=contradiction))
    assert ["'It can wait.' contradicts itself, and 'resolved' does not say what the rules do about it"] == [
        finding.message for finding in found if finding.code == "TR103"
    ]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "it is not JSON as it was written"),
        ('{"format": 1}', "the key 'rules_version' is missing"),
        ('{"rules_version": 3}', "the value of 'rules_version' cannot be"),
    ],
)
def test_a_spoiled_certainty_is_told_in_words(tmp_path: Path, content: str, said: str) -> None:
    """No word of the library that reads the file is shown to whoever owns the rules."""
    file = write_rules(tmp_path, rule("tested", '[any of: "down"]', match='["It is down"]'))
    file.with_suffix(".certainty.json").write_text(content, "utf-8")
    (found,) = (finding.message for finding in check_rules(file) if finding.code == "TR602")
    mend = "Write it anew with: triage rules calibrate FILE.csv --rules rules.yaml"
    assert f"rules.certainty.json: this is no certainty file: {said}. {mend}" == found
