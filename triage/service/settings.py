"""The settings of the service: each is an environment variable, some are options of ``triage serve``."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar

from pydantic import Field, ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from triage.errors import ServiceError
from triage.service import defaults
from triage.service.wrong_settings import PREFIX, told, unknown_names, variable

Made = TypeVar("Made", bound=BaseSettings)
_ORIGIN = re.compile(r"[a-z][a-z0-9+.-]*://(?:[a-z0-9._-]+|\[[0-9a-f:.]+\])(?::\d+)?")  # as browsers write it
_HOST_NAME = re.compile(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", re.IGNORECASE)
_NO_FILE = ("", ":memory:")  # of SQLite: what is gone with the process
_LOOPBACK_NAMES = ("localhost", "localhost.localdomain")


class Settings(BaseSettings):
    """What the service goes by; ``TRIAGE_PORT=9000`` in the environment sets ``port``.

    >>> Settings(host="0.0.0.0").keys_needed, Settings().keys_needed
    (True, False)
    """

    model_config = SettingsConfigDict(env_prefix=PREFIX, extra="ignore", frozen=True)

    host: str = Field(defaults.HOST, description="The address to listen on.")
    port: int = Field(defaults.PORT, ge=0, le=65_535, description="The port to listen on.")
    workers: int = Field(defaults.WORKERS, ge=1, le=64, description="How many processes answer.")
    rules: Path | None = Field(None, description="The rule file; the documented rules without it.")
    model: Path | None = Field(None, description="A trained model, or a folder of models.")
    history: str = Field(defaults.HISTORY, description="The URL of the memory; empty for none.")
    keep_text: bool = Field(False, description="Keep the text of tickets in the memory.")
    keys: Path = Field(Path(defaults.KEYS), description="The file of hashed API keys.")
    require_keys: bool | None = Field(None, description="Ask for an API key; always so off loopback.")
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Host names to answer to, separated by commas; on loopback its names, else any."
    )
    cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Origins whose pages may call, separated by commas."
    )
    proxies: str = Field(
        "", description="Addresses of proxies whose X-Forwarded-For tells the caller, separated by commas."
    )
    rate: float | None = Field(
        None,
        gt=0,
        le=1_000_000,
        examples=[100],
        description="Requests a second that one caller may make; 100 where keys are needed.",
    )
    max_body: int = Field(262_144, ge=1_024, description="The largest body of a request, in bytes.")
    max_batch: int = Field(100, ge=1, description="The most tickets of a batch.")
    time_limit: float = Field(
        10.0,
        gt=0,
        le=3_600,
        description="Seconds a request may take to arrive, a batch to answer, or a ticket to be kept.",
    )
    grace: int = Field(20, ge=0, description="Seconds that running requests get when the service stops.")
    reload_every: float = Field(
        2.0, gt=0, le=86_400, description="Seconds between two looks for changed rules and keys."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="debug, info, warning or error."
    )
    log_text: bool = Field(False, description="Write the text of tickets to the log.")

    @field_validator("allowed_hosts", "cors_origins", mode="before")
    @classmethod
    def _listed(cls, value: Any) -> Any:
        return tuple(filter(None, map(str.strip, value.split(",")))) if isinstance(value, str) else value

    @model_validator(mode="before")
    @classmethod
    def _without_blanks(cls, given: dict[str, Any]) -> dict[str, Any]:
        """Take a setting that was left blank as none; of the memory that says that there is none."""
        return {name: value for name, value in given.items() if value != "" or name == "history"}

    @field_validator("cors_origins")
    @classmethod
    def _origins(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for origin in value:
            if origin != "*" and not _ORIGIN.fullmatch(origin):
                expected = "origins such as https://portal.example, without a path, or * for any"
                raise ValueError(f"found {origin!r}, expected {expected}")
        return value

    @field_validator("allowed_hosts")
    @classmethod
    def _hosts(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for host in value:
            if not _HOST_NAME.fullmatch(host) and not _is_address(host):
                expected = "names or addresses of hosts such as triage.example, without port, brackets or *"
                raise ValueError(f"found {host!r}, expected {expected}")
        return tuple(map(str.lower, value))

    @field_validator("history")
    @classmethod
    def _outlasting(cls, value: str) -> str:
        if value.removeprefix("sqlite:").strip("/") in _NO_FILE and value:
            raise ValueError(f"found {value!r}, expected a file such as {defaults.HISTORY}")
        return value

    @field_validator("proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        for part in filter(None, map(str.strip, value.split(","))):
            try:
                ip_network(part)
            except ValueError:
                expected = "IP addresses or networks such as 10.0.0.7 or 10.0.0.0/8"
                raise ValueError(f"found {part!r}, expected {expected}") from None
        return value

    @property
    def on_loopback(self) -> bool:
        """Whether only programs of this machine can reach the service."""
        return is_loopback(self.host)

    @property
    def keys_needed(self) -> bool:
        """Whether a request needs an API key."""
        return bool(self.require_keys) or not self.on_loopback

    @property
    def rate_of_caller(self) -> float | None:
        """Requests a second that one caller may make; None for any number."""
        return self.rate or (100.0 if self.keys_needed else None)

    def to_environment(self) -> dict[str, str]:
        """Return the environment variables that make these settings again, for the processes that answer.

        >>> Settings(port=9000).to_environment()["TRIAGE_PORT"]
        '9000'
        """
        given = {name: getattr(self, name) for name in self.model_fields_set}
        return {
            variable(name, type(self)): _as_text(value) for name, value in given.items() if value is not None
        }


def _is_address(host: str) -> bool:
    try:
        return bool(ip_address(host))
    except ValueError:
        return False


def is_loopback(host: str) -> bool:
    """Return whether a host is this machine's own loopback.

    >>> is_loopback("127.0.0.1"), is_loopback("::1"), is_loopback("localhost"), is_loopback("0.0.0.0")
    (True, True, True, False)
    """
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() in _LOOPBACK_NAMES


def _as_text(value: Any) -> str:
    return ",".join(value) if isinstance(value, tuple) else str(value)


def usable(kind: type[Made], **given: Any) -> Made:
    """Return the settings of a kind, of these options and, for the others, of the environment.

    Raises:
        ServiceError: a setting cannot be used; the message names the variable.

    >>> usable(Settings, port=9000).port
    9000
    """
    try:
        return kind(**given)
    except ValidationError as error:
        faults = error.errors(include_url=False, include_context=False)
        raise ServiceError("\n".join(told(fault, kind) for fault in faults)) from None


def check_names(*kinds: type[BaseSettings]) -> None:
    """Return when each variable of the environment that looks like a setting of these kinds is one.

    Raises:
        ServiceError: one is not, and would be without effect; the message names the nearest that there is.
    """
    if lines := list(unknown_names(os.environ, *kinds)):
        raise ServiceError("\n".join(lines))


def together(*steps: Callable[[], Any]) -> list[Any]:
    """Return what each step gives; what is wrong in any of them is told at once.

    Raises:
        ServiceError: a step raised one; the message holds those of all.

    >>> [settings] = together(lambda: usable(Settings, port=9000))
    >>> settings.port
    9000
    """
    given, faults = [], []
    for step in steps:
        try:
            given.append(step())
        except ServiceError as error:
            faults.append(str(error))
    if faults:
        raise ServiceError("\n".join(faults))
    return given
