"""How the service is run: who may call, reloading, stopping, several workers, what stops it from starting."""

from __future__ import annotations

import contextlib
import json
import re
import socket
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from http.client import HTTPConnection
from pathlib import Path
from shutil import copytree
from threading import Event

import httpx
import pytest
from running import Running, environment, free_port, printing_to_a_full_disk, running, until
from strategies import rule, write_rules

from triage import Triage
from triage.history import History
from triage.model.folder import starter_model
from triage.model.shelf import make_live
from triage.portal.accounts import Account, add_account
from triage.portal.sessions import COOKIE, start_session
from triage.portal.settings import PortalSettings, check_portal
from triage.service.settings import Settings

SERVER = rule("server", '[any of: "server"]', match='["A server"]')
PRINTER = rule("printer", '[any of: "printer"]', priority="slight", match='["A printer"]')


def command(*arguments: str, folder: Path, **settings: object) -> subprocess.CompletedProcess[str]:
    """Return what a `triage` command line did in a folder."""
    words = [sys.executable, "-m", "triage", *arguments]
    done = subprocess.run(
        words, cwd=folder, env=environment(**settings), capture_output=True, text=True, timeout=120
    )
    assert "Traceback" not in done.stderr
    return done


# -- keys and limits -------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Running, str, str]]:
    """A service that asks for keys, with a key for suggestions and one for counters."""
    folder = tmp_path_factory.mktemp("guarded")
    file = write_rules(folder, SERVER)
    key = command("keys", "new", "portal", folder=folder).stdout.strip()
    counters = command("keys", "new", "prometheus", "--scope", "metrics", folder=folder).stdout.strip()
    with running(folder, rules=file, require_keys=1, rate=50, history="sqlite:///triage.db") as started:
        yield started, key, counters


def ask(service: Running, key: str | None, path: str = "/v1/rules") -> httpx.Response:
    """Return the answer to a request with a key."""
    headers = {} if key is None else {"Authorization": f"Bearer {key}"}
    return httpx.get(service.url + path, headers=headers, timeout=60)


def test_a_key_opens_what_its_scope_allows(guarded: tuple[Running, str, str]) -> None:
    """Without a key nothing but health is told; with one, what its scopes say."""
    service, key, counters = guarded
    assert [401, 401, 200, 403] == [
        ask(service, given).status_code for given in (None, "triage_portal_" + "x" * 43, key, counters)
    ]
    assert [403, 200] == [ask(service, given, "/metrics").status_code for given in (key, counters)]
    assert 403 == ask(service, key, f"/v1/tickets/{'0' * 32}").status_code
    assert [200, 200] == [ask(service, None, path).status_code for path in ("/healthz", "/readyz")]


def test_the_case_of_a_ticket_is_written_by_keys_that_may_write_tickets(
    guarded: tuple[Running, str, str],
) -> None:
    """A key that may only ask adds to no ticket, singly or in a batch, by no question; to ask is free."""
    service, asking, _ = guarded
    both = command(
        "keys", "new", "desk", "--scope", "suggest", "--scope", "tickets", folder=service.log.parent
    )
    writing = both.stdout.strip()
    until(lambda: ask(service, writing).is_success)

    def post(key: str, path: str, **body: object) -> httpx.Response:
        headers = {"Authorization": f"Bearer {key}"}
        return httpx.post(f"{service.url}/v1/{path}", json=body, headers=headers, timeout=60)

    case = post(writing, "tickets", body="server", person="ann").json()["case"]
    about = {"body": "server", "chosen": "slight", "case": case}
    suggestion = post(asking, "suggest", body="server").json()
    answer = {"suggestion": suggestion, "question": "?", "answer": "yes", "case": case}
    for path, body in (
        ("check", about),
        ("suggest", {"body": "server", "case": case}),
        ("answer", answer),
        ("check/batch", {"tickets": [{"body": "x", "chosen": "slight"}, about]}),
    ):
        refused = post(asking, path, **body)
        assert (403, "/problems/wrong-scope") == (refused.status_code, refused.json()["type"]), path
        assert "this case is a ticket" in refused.json()["detail"]
    assert 200 == post(asking, "check", **about, keep=False).status_code
    assert 200 == post(asking, "check", **about | {"case": "0" * 32}).status_code
    assert case == post(writing, "check", **about).headers["triage-case"]
    told = httpx.get(f"{service.url}/v1/tickets/{case}", headers={"Authorization": f"Bearer {writing}"})
    assert 2 == len(told.json()["decisions"])


def test_a_refused_caller_learns_how_to_ask(guarded: tuple[Running, str, str]) -> None:
    answer = ask(guarded[0], None)
    assert ("Bearer", "/problems/no-key") == (answer.headers["www-authenticate"], answer.json()["type"])


def test_a_rotated_key_works_on_for_the_overlap(guarded: tuple[Running, str, str]) -> None:
    """After a rotation both keys work; without overlap the old one ends as soon as the file is read again."""
    service, _, _ = guarded
    folder = service.log.parent
    old = command("keys", "new", "rotated", folder=folder).stdout.strip()
    until(lambda: ask(service, old).is_success)
    new = command("keys", "rotate", "rotated", folder=folder).stdout.strip()
    until(lambda: ask(service, new).is_success)
    assert ask(service, old).is_success
    newest = command("keys", "rotate", "rotated", "--overlap", "0", folder=folder).stdout.strip()
    until(lambda: ask(service, newest).is_success)
    assert [401, 401] == [ask(service, key).status_code for key in (old, new)]
    command("keys", "revoke", "rotated", folder=folder)
    until(lambda: ask(service, newest).status_code == 401)


def test_keys_are_kept_as_hashes(guarded: tuple[Running, str, str]) -> None:
    """The file holds no key, and nobody but its owner may read it."""
    service, key, _ = guarded
    file = service.log.parent / "triage-keys.json"
    assert key not in file.read_text("utf-8")
    assert 0o600 == file.stat().st_mode & 0o777
    listed = command("keys", "list", folder=file.parent).stdout
    assert "portal  suggest  made" in listed
    assert key not in listed + service.log.read_text("utf-8")


def test_who_asks_too_often_is_told_to_wait(guarded: tuple[Running, str, str]) -> None:
    """Beyond the rate a caller gets 429 with the seconds to wait, and other callers are not touched."""
    service, _, counters = guarded
    key = command("keys", "new", "eager", folder=service.log.parent).stdout.strip()
    until(lambda: ask(service, key).is_success)
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=service.url, headers=headers, timeout=60) as http:
        answers = until(lambda: [a for a in (http.get("/v1/models") for _ in range(40)) if a.is_error])
    assert {(429, "1", "/problems/too-many")} == {
        (answer.status_code, answer.headers["retry-after"], answer.json()["type"]) for answer in answers
    }
    assert 200 == ask(service, counters, "/metrics").status_code


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("serve", "--host", "0.0.0.0"), "0.0.0.0 can be reached from other machines.*triage keys new NAME"),
        (("serve", "--port", "99999"), "TRIAGE_PORT: .*65535"),
        (
            ("serve", "--rules", "nowhere.yaml"),
            "nowhere.yaml:1:1: the rule file cannot be read.*--rules or TRIAGE_RULES",
        ),
        (("serve", "--model", "nowhere"), "nowhere.*--model or TRIAGE_MODEL"),
        (("serve", "--history", "mysql://x"), "sqlite:///FILE or postgresql://"),
        (
            ("serve", "--history", "sqlite:////nowhere/x.db"),
            "cannot be opened: unable to open.*--history or TRIAGE_HISTORY",
        ),
        (("keys", "rotate", "nobody"), "there is no key named 'nobody'; there are: none"),
        (("keys", "new", "A B"), "'A B' cannot name a key"),
        (("keys", "new", "a", "--scope", "all"), "there is no scope 'all'; the scopes are suggest, tickets"),
    ],
)
def test_what_cannot_start_says_why(
    arguments: tuple[str, ...], said: str, workers: int, tmp_path: Path
) -> None:
    """A command that cannot do its work says in a line what to change, and nothing of starting."""
    rules = {} if "--rules" in arguments else {"rules": write_rules(tmp_path, SERVER)}
    done = command(*arguments, folder=tmp_path, workers=workers, **rules)
    assert 1 == done.returncode
    assert re.search(said, done.stderr, re.DOTALL), done.stderr
    assert "starting" not in done.stderr


def test_keys_that_cannot_be_read_name_their_setting(tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text("{", "utf-8")
    done = command("serve", folder=tmp_path, keys="keys.json")
    assert re.search("keys.json: the file of keys cannot.*TRIAGE_KEYS", done.stderr, re.DOTALL), done.stderr


def test_a_service_on_ipv6_says_where_as_a_browser_takes_it(tmp_path: Path) -> None:
    if not socket.has_ipv6:
        pytest.skip("no IPv6")
    with running(tmp_path, host="::1") as service:
        assert f"starting triage at {service.url} " in service.log.read_text("utf-8")


def test_keys_that_a_setting_asks_for(tmp_path: Path) -> None:
    """On loopback the line names the setting, since nobody else can reach the service."""
    done = command("serve", folder=tmp_path, require_keys=1)
    assert 1 == done.returncode
    assert "TRIAGE_REQUIRE_KEYS asks for API keys, and triage-keys.json has none. Make one" in done.stderr


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"mail_folder": "nowhere"}, "TRIAGE_PORTAL_MAIL_FOLDER: there is no folder 'nowhere'; make it"),
        (
            {"webhook": "hooks.example/new"},
            "TRIAGE_PORTAL_WEBHOOK: 'hooks.example/new' is no address.*https://",
        ),
        ({"url": "javascript:alert(1)"}, "TRIAGE_PORTAL_URL: .* is no address"),
        ({"smtp_host": "smtp://mail.example:25"}, "TRIAGE_PORTAL_SMTP_HOST: .* is no name of a machine"),
        ({"smtp_port": "mail"}, "TRIAGE_PORTAL_SMTP_PORT: found 'mail', expected a whole .* 25$"),
        ({"smtp_from": "support"}, "TRIAGE_PORTAL_SMTP_FROM: 'support' is no e-mail address"),
        ({"smtp_host": "m", "smtp_user": "u"}, "SMTP_USER needs TRIAGE_PORTAL_SMTP_PASSWORD beside it"),
        ({"smtp_user": "u", "smtp_password": "p"}, "SMTP_USER needs TRIAGE_PORTAL_SMTP_HOST beside it"),
        ({"webhook_secret": "s"}, "WEBHOOK_SECRET needs TRIAGE_PORTAL_WEBHOOK beside it"),
    ],
)
def test_a_setting_of_the_portal_that_cannot_be_stops_the_start(
    settings: dict[str, str], said: str, workers: int, tmp_path: Path
) -> None:
    """With one process or several, it is told in a line before any of them starts."""
    given = {f"portal_{name}": value for name, value in settings.items()}
    done = command("serve", folder=tmp_path, workers=workers, **given)
    assert 1 == done.returncode
    assert re.search(said, done.stderr), done.stderr
    assert 1 == len(done.stderr.splitlines()), done.stderr


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"port": "mail"}, "PORT: found 'mail', expected a whole number from 0 to 65535, such as 8000"),
        ({"max_body": 3}, "MAX_BODY: found '3', expected a whole number from 1024 on, such as 262144"),
        ({"rate": 0}, "RATE: found '0', expected a number above 0 to 1000000, such as 100"),
        ({"keep_text": "maybe"}, "KEEP_TEXT: found 'maybe', expected true or false"),
        ({"require_keys": "x"}, "REQUIRE_KEYS: found 'x', expected true or false"),
        ({"log_level": "warn"}, "LOG_LEVEL: found 'warn', expected one of debug, info, warning, error"),
        ({"cors_origins": "https://a.example,foo"}, "CORS_ORIGINS: found 'foo', expected origins such as .*"),
        ({"cors_origins": "https://a.example/"}, "CORS_ORIGINS: found .*, without a path, or [*] for any"),
        ({"allowed_hosts": "a.example,http://b.example/"}, "ALLOWED_HOSTS: found 'http://b.example/', .*"),
        ({"allowed_hosts": "127.0.0.1:8000"}, "ALLOWED_HOSTS: found .*, without port, brackets or [*]"),
        ({"allowed_hosts": "::1,*.a.example"}, "ALLOWED_HOSTS: found '[*].a.example', .*"),
        ({"proxies": "127.0.0.1, foo"}, "PROXIES: found 'foo', expected IP addresses or networks such as .*"),
        ({"proxies": "10.0.0.7/8"}, "PROXIES: found '10.0.0.7/8', expected .*"),
        ({"history": "sqlite://"}, "HISTORY: found 'sqlite://', expected a file such as .*"),
        ({"max_boddy": 1}, "MAX_BODDY: there is no such setting. Did you mean TRIAGE_MAX_BODY[?]"),
        ({"webhook": "x"}, "WEBHOOK: there is no such setting. Did you mean TRIAGE_PORTAL_WEBHOOK[?]"),
        (
            {"xyzzy": "x"},
            "XYZZY: there is no such setting. docs/for-operators.md and .* list all",
        ),
    ],
)
def test_a_setting_that_cannot_be_stops_the_start(
    settings: dict[str, object], said: str, tmp_path: Path
) -> None:
    """A plain line tells the variable, what was found, what is expected and an example."""
    done = command("serve", folder=tmp_path, **settings)
    assert 1 == done.returncode
    assert re.fullmatch(f"triage: TRIAGE_{said}\n", done.stderr), done.stderr


def test_all_settings_that_cannot_be_are_told_at_once(tmp_path: Path) -> None:
    """Those of the portal and variables that are none, too."""
    wrong = {"workers": 99, "grace": "soon", "proxies": "*", "portal_smtp_port": "mail", "max_boddy": 1}
    done = command("serve", folder=tmp_path, **wrong)
    told = ["MAX_BODDY", "PORTAL_SMTP_PORT", "WORKERS", "PROXIES", "GRACE"]
    assert told == re.findall(r"(?m)^(?:triage: )?TRIAGE_(\w+): ", done.stderr)


def test_a_blank_setting_is_none() -> None:
    """As in a file of variables whose line was left blank; a blank memory is that there is none."""
    plain = Settings(history="")
    with pytest.MonkeyPatch.context() as patch:
        for name in Settings.model_fields:
            patch.setenv(f"TRIAGE_{name.upper()}", "")
        assert plain == Settings()
    assert Settings(cors_origins="*,app://desk,http://[::1]:3000", proxies="10.0.0.0/8, ::1")  # type: ignore[arg-type]


def test_a_service_without_a_memory_has_none(tmp_path: Path) -> None:
    """Said by an empty variable, as documented."""
    with running(tmp_path, history="") as service:
        assert not httpx.get(f"{service.url}/readyz", timeout=60).json()["history"]
    assert [] == list(tmp_path.glob("*.db*"))


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "0.0.0.0"])
def test_mail_and_http_need_a_port_each(host: str, tmp_path: Path) -> None:
    port = free_port()
    done = command("serve", folder=tmp_path, port=port, portal_mail_port=port, portal_mail_host=host)
    said = f"triage: {host}:{port} cannot take mail: the service answers there. Name another port with "
    assert (1, f"{said}TRIAGE_PORTAL_MAIL_PORT, such as 2525\n") == (done.returncode, done.stderr)


def test_two_addresses_may_have_one_port(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who listens at one of them hears nothing of the other."""
    port = free_port()
    monkeypatch.setenv("TRIAGE_PORTAL_MAIL_PORT", str(port))
    monkeypatch.setenv("TRIAGE_PORTAL_MAIL_HOST", "127.0.0.2")
    check_portal(Settings(port=port))


def test_a_port_for_mail_that_is_taken_stops_the_start(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = command("serve", folder=tmp_path, portal_mail_port=port)
    assert 1 == done.returncode
    assert f"127.0.0.1:{port} cannot be listened on: Address already in use" in done.stderr
    assert "TRIAGE_PORTAL_MAIL_PORT" in done.stderr


def test_an_empty_setting_of_the_portal_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    """As in a file of variables whose line was left blank."""
    for name in ("URL", "WEBHOOK", "SMTP_HOST", "MAIL_FOLDER", "MAIL_PORT"):
        monkeypatch.setenv(f"TRIAGE_PORTAL_{name}", "")
    settings = PortalSettings()
    assert [None] * 4 == [settings.url, settings.webhook, settings.smtp_host, settings.mail_folder]


def test_a_key_has_one_name(tmp_path: Path) -> None:
    command("keys", "new", "portal", folder=tmp_path)
    again = command("keys", "new", "portal", folder=tmp_path)
    assert (1, True) == (again.returncode, "there is a key named 'portal' already" in again.stderr)


def test_keys_that_are_made_together_are_all_kept(tmp_path: Path) -> None:
    """Each command waits until the one before has written."""
    names = [f"desk-{number}" for number in range(6)]
    with ThreadPoolExecutor(6) as threads:
        list(threads.map(lambda name: command("keys", "new", name, folder=tmp_path), names))
    listed = command("keys", "list", folder=tmp_path).stdout
    assert names == sorted(line.split()[0] for line in listed.splitlines())


def test_mail_needs_a_memory(tmp_path: Path) -> None:
    """Without one no message would ever become a ticket."""
    (tmp_path / "inbox").mkdir()
    done = command("serve", folder=tmp_path, history="", portal_mail_folder="inbox")
    assert (1, True) == (done.returncode, "mail becomes tickets, which need a memory" in done.stderr)


@pytest.mark.parametrize("words", [("new", "desk"), ("rotate", "portal", "--overlap", "0")])
def test_a_key_that_cannot_be_printed_is_not_kept(words: tuple[str, ...], tmp_path: Path) -> None:
    """It is told this once: kept unseen, it would only take the name, or end the old key."""
    command("keys", "new", "portal", folder=tmp_path)
    before = (tmp_path / "triage-keys.json").read_bytes()
    done = printing_to_a_full_disk("keys", *words, folder=tmp_path)
    assert (1, True) == (done.returncode, b"standard output cannot be written" in done.stderr)
    assert before == (tmp_path / "triage-keys.json").read_bytes()


# -- reloading and stopping ------------------------------------------------------------------------------


def test_rules_reload_without_a_dropped_request(tmp_path: Path) -> None:
    """While the rule file changes again and again, each request is answered, by old rules or by new ones."""
    file = write_rules(tmp_path, SERVER)
    stop, statuses, versions = Event(), [], set()

    def hammer() -> None:
        with httpx.Client(base_url=service.url, timeout=60) as http:
            while not stop.is_set():
                answer = http.post("/v1/suggest", json={"body": "The server and the printer"})
                statuses.append(answer.status_code)
                versions.add(answer.json()["rules_version"])

    with running(tmp_path, rules=file, workers=2) as service, ThreadPoolExecutor(3) as pool:
        hammering = [pool.submit(hammer) for _ in range(3)]
        try:
            until(lambda: versions)
            for number in range(4):
                before = len(versions)
                write_rules(tmp_path, SERVER.replace("id: server", f"id: server-{number}"))
                until(lambda before=before: len(versions) > before)
        finally:
            stop.set()
        for done in hammering:
            done.result()
    assert {200} == set(statuses)
    assert 5 <= len(versions)


def test_a_faulty_file_leaves_the_rules_in_use(tmp_path: Path) -> None:
    """Rules with faults are not taken: the old ones answer, the faults are told, and a good file ends it."""
    file = write_rules(tmp_path, SERVER)
    with running(tmp_path, rules=file) as service, httpx.Client(base_url=service.url) as http:
        version = http.get("/v1/rules").json()["version"]
        file.write_text("format: 1\nrulez: []\n", "utf-8")
        told = until(lambda: (answer := http.get("/v1/rules").json())["faults"] and answer)
        assert version == told["version"]
        assert any("unknown key 'rulez'" in fault for fault in told["faults"])
        assert "old rules" == http.get("/readyz").json()["status"]
        assert "urgent" == http.post("/v1/suggest", json={"body": "server"}).json()["priority"]["id"]
        write_rules(tmp_path, PRINTER)
        until(lambda: http.get("/readyz").json()["status"] == "ok")
        assert "slight" == http.post("/v1/suggest", json={"body": "printer"}).json()["priority"]["id"]


def test_rules_that_do_not_do_what_they_say_are_not_taken(tmp_path: Path) -> None:
    """An error of `triage rules check` is told as a fault of the file, and the old rules answer."""
    file = write_rules(tmp_path, SERVER)
    with running(tmp_path, rules=file) as service, httpx.Client(base_url=service.url) as http:
        write_rules(tmp_path, PRINTER.replace("A printer", "A scanner"))
        told = until(lambda: http.get("/v1/rules").json()["faults"])
        (fault,) = told
        assert "rule 'printer': the match example 'A scanner' is not found by its rule" in fault
        assert "urgent" == http.post("/v1/suggest", json={"body": "server"}).json()["priority"]["id"]


def test_a_changed_guideline_is_noticed(tmp_path: Path) -> None:
    """The text that the quotes stand in belongs to the rules: a change of it makes another version."""
    file = write_rules(tmp_path, SERVER)
    with running(tmp_path, rules=file) as service, httpx.Client(base_url=service.url) as http:
        version = http.get("/v1/rules").json()["version"]
        guideline = tmp_path / "guideline.md"
        guideline.write_text(guideline.read_text("utf-8") + "\nMore.\n", "utf-8")
        until(lambda: http.get("/v1/rules").json()["version"] != version)


def test_a_stop_lets_running_requests_finish(tmp_path: Path) -> None:
    """A request that is being answered when the service is told to stop gets its answer."""
    more = {"max_batch": 5_000, "max_body": 2_000_000, "time_limit": 60}
    with running(tmp_path, rules=write_rules(tmp_path, SERVER), **more) as service:
        batch = {"tickets": [{"body": f"The server {number} is down. " * 12} for number in range(3_000)]}
        port = int(service.url.rpartition(":")[2])
        with contextlib.closing(HTTPConnection("127.0.0.1", port, timeout=60)) as asked:
            head = {"Content-Type": "application/json"}
            asked.request("POST", "/v1/suggest/batch", json.dumps(batch), head)
            until(
                lambda: httpx.get(f"{service.url}/metrics", timeout=60).is_success
            )  # what came before is read
            assert 0 == service.stop()
            answer = asked.getresponse()
            suggestions = json.load(answer)["suggestions"]
    assert (200, 3_000) == (answer.status, len(suggestions))


def test_workers_count_together(tmp_path: Path) -> None:
    """With several workers the counters tell of all of them, whichever is asked."""
    with running(tmp_path, rules=write_rules(tmp_path, SERVER), workers=2) as service:
        for _ in range(20):  # a connection each, so that both workers get some
            httpx.post(f"{service.url}/v1/suggest", json={"body": "server"}, timeout=60)
        for _ in range(4):
            lines = httpx.get(f"{service.url}/metrics", timeout=60).text.splitlines()
            counted = [line for line in lines if line.startswith("triage_suggestions_total{")]
            assert ['triage_suggestions_total{decided_by="rule",priority="urgent"} 20.0'] == counted


LISTENING, CONNECTED = "0A", "01"  # as Linux numbers the states of a socket


def sockets_at(port: int) -> list[tuple[str, str]]:
    """Return the state and the inode of each socket of this machine that has a port for its own."""
    lines = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    return [(words[3], words[9]) for words in lines if words[1].endswith(f":{port:04X}")]


def sockets_of(process: Path) -> set[str]:
    """Return the inodes of the sockets that a process holds."""
    links = (file.readlink().name for file in Path(process, "fd").iterdir())
    return {link.removeprefix("socket:[").rstrip("]") for link in links if link.startswith("socket:")}


def children(parent: int) -> list[Path]:
    """Return the processes that a process has started."""
    tasks = Path("/proc", str(parent), "task").iterdir()
    return [Path("/proc", child) for task in tasks for child in Path(task, "children").read_text().split()]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux shares connections out among processes")
def test_workers_share_connections_out(tmp_path: Path) -> None:
    """No worker takes nearly all connections; with one socket for both, one often had nine of ten."""
    with running(tmp_path, rules=write_rules(tmp_path, SERVER), workers=2) as service, ExitStack() as opened:
        port = int(service.url.rpartition(":")[2])
        until(lambda: [state for state, _ in sockets_at(port)].count(LISTENING) == 2)
        for _ in range(64):
            opened.enter_context(socket.create_connection(("127.0.0.1", port), timeout=60))

        def accepted() -> list[int]:
            inodes = {inode for state, inode in sockets_at(port) if state == CONNECTED}
            counts = [len(inodes & sockets_of(child)) for child in children(service.process.pid)]
            return counts if sum(counts) == 64 else []

        shares = sorted(until(accepted))[-2:]
    assert min(shares) >= 12, shares  # a fair coin gives less once in ten million times


def test_text_is_logged_only_where_it_is_asked_for(tmp_path: Path) -> None:
    with running(tmp_path, rules=write_rules(tmp_path, SERVER), log_text=1) as service:
        httpx.post(f"{service.url}/v1/suggest", json={"body": "The server in Zanzibar"}, timeout=60)
        lines = until(lambda: [line for line in service.logged() if "Zanzibar" in str(line)])
    assert "The server in Zanzibar" == lines[0]["body"]


def test_a_slow_body_is_given_up(tmp_path: Path) -> None:
    """A body that does not arrive within the limit is answered by 408, and holds nothing up."""
    with running(tmp_path, rules=write_rules(tmp_path, SERVER), time_limit=0.5) as service:
        port = int(service.url.rpartition(":")[2])
        with socket.create_connection(("127.0.0.1", port), timeout=60) as slow:
            head = (
                f"POST /v1/suggest HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nContent-Type: application/json\r\n"
            )
            slow.sendall(f"{head}Content-Length: 100\r\n\r\n{{".encode())
            assert slow.recv(100).startswith(b"HTTP/1.1 408")


# -- a trained model -------------------------------------------------------------------------------------


def test_a_stop_ends_an_open_queue(tmp_path: Path) -> None:
    """The news of the queue end as they should, soon, and nothing of it is an error."""
    with History(tmp_path / "triage.db") as history:
        tom = Account(email="tom@it.example", name="Tom", role="technician", firms=())
        add_account(history, tom, "a long password")
        cookies = {COOKIE: start_session(history, tom, hours=1)}
    with running(tmp_path, history="sqlite:///triage.db") as service:
        with (
            httpx.Client(base_url=service.url, timeout=60, cookies=cookies) as http,
            http.stream("GET", "/queue/events") as news,
        ):
            lines = news.iter_lines()
            assert "event: change" in (next(lines), next(lines), next(lines))
            service.process.terminate()
            for _ in lines:  # it would break off with an error
                pass
        service.process.wait(60)
        assert [] == [line for line in service.logged() if line["level"] in ("warning", "error")]


def test_of_several_processes_one_takes_mail(tmp_path: Path) -> None:
    """The others know, and warn of nothing."""
    more = {"workers": 2, "portal_mail_port": free_port(), "log_level": "debug"}
    with running(tmp_path, history="sqlite:///triage.db", **more) as service:
        told = until(lambda: [line for line in service.logged() if line["event"] == "no mail is taken here"])
        assert ["debug"] == [line["level"] for line in told]


def test_a_memory_that_takes_nothing_is_told(tmp_path: Path) -> None:
    """The service is not ready, and a ticket does not wait for longer than a request may take."""
    with (
        running(tmp_path, history="sqlite:///triage.db", time_limit=1) as service,
        httpx.Client(base_url=service.url, timeout=60) as http,
        contextlib.closing(sqlite3.connect(tmp_path / "triage.db", isolation_level=None)) as other,
    ):
        assert http.get("/readyz").json()["history"]
        other.execute("BEGIN IMMEDIATE")
        ready, kept = http.get("/readyz"), http.post("/v1/tickets", json={"body": "The printer is jammed"})
        for answer in (ready, kept):
            assert (503, "/problems/no-history") == (answer.status_code, answer.json()["type"])
        assert kept.elapsed.total_seconds() < 10
        assert http.post("/v1/suggest", json={"body": "The printer is jammed"}).is_success
        other.execute("ROLLBACK")
        until(lambda: http.get("/readyz").is_success)


def test_a_promoted_model_takes_its_place(tmp_path: Path) -> None:
    """A folder of models serves its live one; when another is promoted, that answers within seconds."""
    for name in ("first", "second"):
        copytree(starter_model(), tmp_path / "models" / name)
    make_live("first", tmp_path / "models")
    with running(tmp_path, model="models") as service, httpx.Client(base_url=service.url) as http:
        expected = Triage(model=starter_model()).suggest("Zebra crossing").to_dict()
        assert expected == http.post("/v1/suggest", json={"body": "Zebra crossing"}, timeout=60).json()
        assert [expected["opinion"]["version"]] == [
            m["version"] for m in http.get("/v1/models").json()["models"]
        ]
        (tmp_path / "models" / "second" / "weights.json").write_text("{}", "utf-8")
        make_live("second", tmp_path / "models")
        told = until(lambda: http.get("/v1/rules", timeout=60).json()["faults"])
        assert "weights.json" in told[0]
        assert expected == http.post("/v1/suggest", json={"body": "Zebra crossing"}, timeout=60).json()
        make_live("first", tmp_path / "models")
        until(lambda: http.get("/readyz", timeout=60).json()["status"] == "ok")
