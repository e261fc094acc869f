"""The server: one or several processes that answer, started and stopped together."""

from __future__ import annotations

import os
import signal
import sys
from tempfile import TemporaryDirectory
from typing import Any

import uvicorn
from uvicorn.supervisors import Multiprocess

from triage import ServiceError
from triage.history import History
from triage.service.address import OneForEach, check_address
from triage.service.in_use import InUse
from triage.service.keys import read_keys
from triage.service.metrics import FOLDER
from triage.service.settings import Settings, usable

_APP = "triage.service.app:create_app"
_LISTENS_TOGETHER = sys.platform == "linux"  # elsewhere a shared address shares nothing out


def serve(settings: Settings) -> None:
    """Answer until told to stop; running requests are answered first.

    Raises:
        ServiceError: keys are needed and there are none, or the address is taken.
        RuleFileError: the rule file has faults.
        HistoryError: the memory cannot be opened.
    """
    _check(settings)
    signal.signal(signal.SIGTERM, _stopped)
    with TemporaryDirectory(prefix="triage-metrics-") as folder:
        os.environ.update(settings.to_environment())
        if settings.workers > 1:  # each process counts in files of this folder, and tells those of all
            os.environ[FOLDER] = folder
        options: dict[str, Any] = {
            "factory": True,
            "host": settings.host,
            "port": settings.port,
            "workers": settings.workers,
            "access_log": False,
            "log_config": None,
            "server_header": False,
            "proxy_headers": bool(settings.proxies),  # else any caller could say to be another
            "forwarded_allow_ips": settings.proxies or None,
            "timeout_graceful_shutdown": settings.grace,
            "timeout_keep_alive": 30,
            "backlog": 2048,
        }
        if settings.workers > 1 and _LISTENS_TOGETHER:
            each = OneForEach(settings.host, settings.port)
            Multiprocess(uvicorn.Config(_APP, **options), sockets=[each]).run()
        else:
            uvicorn.run(_APP, **options)


def _stopped(*_: object) -> None:
    """Take the signal that uvicorn passes on when it has stopped for it: the work is done, all is well."""


def _check(settings: Settings) -> None:
    """Find here, before any process starts, what would stop each of them."""
    if settings.keys_needed and not read_keys(settings.keys).keys:
        off = f"{settings.host} can be reached from other machines, so callers need API keys"
        why = "TRIAGE_REQUIRE_KEYS asks for API keys" if settings.on_loopback else off
        raise ServiceError(f"{why}, and {settings.keys} has none. Make one with: triage keys new NAME")
    check_address(settings.host, settings.port, remedy="Name another port with --port, or set TRIAGE_PORT")
    if settings.workers == 1:  # this process will find out by itself
        return
    InUse(settings)
    if settings.history:
        History(settings.history).close()


def settings_of(**given: Any) -> Settings:
    """Return the settings of these options and, for the others, of the environment.

    Raises:
        ServiceError: a setting cannot be used; the message names the variable.
    """
    return usable(Settings, **given)
