"""A real service for tests: started in a process of its own on loopback, and stopped again."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from time import monotonic, sleep
from typing import Any

import httpx
import pytest

import triage
from triage.service.address import shown

PATIENCE = 120.0  # seconds that a busy machine may take
_PACKAGE = str(Path(triage.__file__).resolve().parent.parent)


@dataclass(slots=True)
class Running:
    """A service that answers at ``url``, its process, and the file that it logs to."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def logged(self) -> list[dict[str, Any]]:
        """Return the lines of the log that are JSON."""
        lines = self.log.read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]

    def stop(self) -> int:
        """Ask the service to stop and return its exit code."""
        self.process.terminate()
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        """End the service and its workers at once, as a loss of power would."""
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)


def environment(**settings: object) -> dict[str, str]:
    """Return the environment of a command with these settings, and none that the tests were started with."""
    others = {name: value for name, value in os.environ.items() if not name.startswith("TRIAGE_")}
    given = {f"TRIAGE_{name.upper()}": str(value) for name, value in settings.items()}
    return others | given | {"PYTHONPATH": _PACKAGE, "PYTHONUTF8": "1", "COLUMNS": "100", "NO_COLOR": "1"}


def printing_to_a_full_disk(*words: str, folder: Path | None = None) -> subprocess.CompletedProcess[bytes]:
    """Return what a `triage` command line did that can print nothing; skip where no device is always full."""
    if not Path("/dev/full").exists():
        pytest.skip("no device that is always full")
    command = [sys.executable, "-m", "triage", *words]
    with open("/dev/full", "w") as full:
        return subprocess.run(
            command, cwd=folder, env=environment(), stdout=full, stderr=subprocess.PIPE, timeout=120
        )


def free_port() -> int:
    """Return a port of loopback on which nothing listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


@contextmanager
def running(folder: Path, **settings: object) -> Iterator[Running]:
    """Start a service in a folder with these settings, wait until it answers, and stop it in the end."""
    port, log = free_port(), folder / "service.log"
    given = {"port": port, "history": "", "reload_every": 0.1} | settings
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "triage", "serve"],
            cwd=folder,
            env=environment(**given),
            stdout=out,
            stderr=out,
            start_new_session=True,  # a group of its own, to be ended as a whole
        )
    host = str(settings.get("host", "127.0.0.1"))
    service = Running(f"http://{shown(host, port)}", process, log)
    try:
        _wait_for(service)
        yield service
    finally:
        if process.poll() is None:
            service.stop()
        service.kill()


def until(what: Any, *, seconds: float = PATIENCE) -> Any:
    """Return what a function gives as soon as that is true."""
    ends = monotonic() + seconds
    while not (given := what()):
        assert monotonic() < ends, "it did not happen in time"
        sleep(0.05)
    return given


def _wait_for(service: Running) -> None:
    def answers() -> bool:
        assert service.process.poll() is None, service.log.read_text("utf-8")
        with suppress(httpx.HTTPError):
            return httpx.get(f"{service.url}/healthz", timeout=5).is_success
        return False

    until(answers)
