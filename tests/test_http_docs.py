"""Every example of docs/http-api.md is answered as it says; docs/for-operators.md lists every setting.

An "http" block is a request and, behind an empty line, the status and a part of the answer. "pycon" is run
with the address of a running service.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from running import Running, running
from test_docs import ROOT, Block, blocks_of, run_python

from triage.service.problems import KINDS
from triage.service.settings import Settings

API = (ROOT / "docs" / "http-api.md").read_text("utf-8")
OPERATORS = (ROOT / "docs" / "for-operators.md").read_text("utf-8")


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running(tmp_path_factory.mktemp("docs"), history="sqlite:///triage.db") as started:
        yield started


def test_every_request_is_answered_as_it_says(service: Running) -> None:
    """Each request gets the status that stands below it, and an answer that holds what is shown."""
    case = ""
    with httpx.Client(base_url=service.url, timeout=60) as http:
        for block in blocks_of(API):
            if block.language != "http":
                continue
            answer, status, shown = sent(http, block, case)
            assert (block.line, status) == (block.line, answer.status_code), answer.text
            assert holds(answer.json(), shown), (block.line, answer.text)
            case = answer.json().get("case", case)
    assert case


def sent(http: httpx.Client, block: Block, case: str) -> tuple[httpx.Response, int, Any]:
    """Send the request of a block; return the answer, and the status and the part of it that are expected."""
    asked, _, expected = block.text.partition("\n\n")
    line, _, body = asked.partition("\n")
    method, _, path = line.partition(" ")
    status, _, shown = expected.partition("\n")
    data = json.loads(body)
    if "from" in data.get("suggestion", {}):
        data["suggestion"] = http.post("/v1/suggest", json={"body": data["suggestion"]["body"]}).json()
    return http.request(method, path.format(case=case), json=data), int(status), json.loads(shown)


def holds(answer: Any, shown: Any) -> bool:
    """Return whether an answer holds all that is shown of it."""
    if isinstance(shown, dict):
        return all(name in answer and holds(answer[name], part) for name, part in shown.items())
    if isinstance(shown, list):
        return len(answer) == len(shown) and all(map(holds, answer, shown))
    return bool(answer == shown)


def test_the_client_does_what_is_shown(service: Running) -> None:
    """The session with the client runs against a real service."""
    shown = [block for block in blocks_of(API) if block.language == "pycon"]
    assert shown
    for block in shown:
        here = block.text.replace("http://127.0.0.1:8000", service.url)
        run_python(block._replace(text=here), {}, f"http-api.md:{block.line}")


def test_every_setting_is_listed_with_its_default() -> None:
    """The table of settings has a row for each, with the default that it has."""
    rows = dict(re.findall(r"^\| `TRIAGE_(\w+)` \| ([^|]+) \|", OPERATORS, re.MULTILINE))
    assert {name.upper() for name in Settings.model_fields} == set(rows)
    for name, field in Settings.model_fields.items():
        told = rows[name.upper()]
        if told.startswith("`"):
            assert f"`{str(field.default).lower() if field.default is False else field.default}`" == told


def test_every_problem_is_listed() -> None:
    rows = re.findall(r"^\| (\d+) \| `/problems/([\w-]+)`", API, re.MULTILINE)
    assert {(str(kind.status), slug) for slug, kind in KINDS.items()} == set(rows)


def test_every_counter_is_listed(service: Running) -> None:
    """The table of counters names those that are told."""
    told = httpx.get(f"{service.url}/metrics", timeout=60).text
    named = set(re.findall(r"^# TYPE (triage_\w+?)(?:_total)? ", told, re.MULTILINE))
    table = {name.removesuffix("_total") for name in re.findall(r"`(triage_[a-z_]+)`", OPERATORS)}
    assert {name for name in named if not name.endswith("_created")} <= table
