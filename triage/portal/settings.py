"""The settings of the portal: each is an environment variable that begins with TRIAGE_PORTAL_."""

from __future__ import annotations

import os
import re
from email.utils import parseaddr
from pathlib import Path
from typing import Annotated, Self

from pydantic import AfterValidator, AnyHttpUrl, Field, SecretStr, TypeAdapter, ValidationError
from pydantic import model_validator as check_together
from pydantic_settings import BaseSettings, SettingsConfigDict

from triage.errors import ServiceError
from triage.service.address import check_address, shown
from triage.service.settings import Settings, is_loopback, usable

_ANY_HOST = ("0.0.0.0", "::")
_WEB = TypeAdapter(AnyHttpUrl)
_HOST = re.compile(r"[^\s/@:]+|\[?[0-9a-fA-F:.]+\]?")  # a name, or an address of IPv6


def _web_address(value: str) -> str:
    try:
        _WEB.validate_python(value)
    except ValidationError:
        raise ValueError(f"{value!r} is no address such as https://help.example (or http://)") from None
    return value


def _host(value: str) -> str:
    if not _HOST.fullmatch(value):
        raise ValueError(f"{value!r} is no name of a machine, such as mail.example (its port is set apart)")
    return value


def _sender(value: str) -> str:
    if "@" not in parseaddr(value)[1] or not value.isprintable():
        raise ValueError(f"{value!r} is no e-mail address, such as support@firm.example")
    return value


def _folder(value: Path) -> Path:
    if not os.path.isdir(value):  # says no to what is too long for a path, too
        raise ValueError(f"there is no folder {str(value)!r}; make it, or name another")
    if not os.access(value, os.R_OK | os.W_OK | os.X_OK):
        raise ValueError(f"the folder {str(value)!r} cannot be read and written by this user")
    return value


WebAddress = Annotated[str, AfterValidator(_web_address)]
Host = Annotated[str, AfterValidator(_host)]
Sender = Annotated[str, AfterValidator(_sender)]
Folder = Annotated[Path, AfterValidator(_folder)]


class PortalSettings(BaseSettings):
    """What the portal goes by; ``TRIAGE_PORTAL_MAIL_FOLDER=inbox`` sets ``mail_folder``.

    >>> PortalSettings(smtp_host="mail.example").smtp_port
    25
    """

    model_config = SettingsConfigDict(
        env_prefix="TRIAGE_PORTAL_", env_ignore_empty=True, extra="ignore", frozen=True
    )

    url: WebAddress | None = Field(
        None, description="Where people reach the portal, for links in mail: https://help.example"
    )
    session_hours: float = Field(12, gt=0, le=8_760, description="How long a sign-in lasts.")
    mail_folder: Folder | None = Field(
        None, description="A folder of messages (.eml); each becomes a ticket."
    )
    mail_port: int | None = Field(
        None, ge=0, le=65_535, examples=[2525], description="Take mail by SMTP on this port."
    )
    mail_host: Host = Field("127.0.0.1", description="The address to take mail on.")
    mail_most: int = Field(10_000_000, ge=10_000, description="The largest message taken, in bytes.")
    webhook: WebAddress | None = Field(None, description="An address that is told of each new ticket.")
    webhook_secret: SecretStr | None = Field(None, description="Signs what the webhook is told.")
    smtp_host: Host | None = Field(None, description="The mail server that tells technicians of new tickets.")
    smtp_port: int = Field(25, ge=1, le=65_535, description="Its port.")
    smtp_tls: bool = Field(False, description="Ask it for encryption (STARTTLS) before anything else.")
    smtp_user: str | None = Field(None, description="The name to sign in there with.")
    smtp_password: SecretStr | None = Field(None, description="The password to sign in there with.")
    smtp_from: Sender = Field("triage@localhost", description="Who the mail is from.")
    every: float = Field(1.0, gt=0, le=3_600, description="Seconds between two looks for what is new.")

    @property
    def tells(self) -> bool:
        """Whether the team is told of new tickets."""
        return bool(self.webhook or self.smtp_host)

    @check_together(mode="after")
    def _whole(self) -> Self:
        """Refuse half a setting: it would be noticed only when the first notice is not told."""
        if (self.smtp_user is None) != (self.smtp_password is None):
            missing, given = ("PASSWORD", "USER") if self.smtp_user else ("USER", "PASSWORD")
            raise ValueError(f"TRIAGE_PORTAL_SMTP_{given} needs TRIAGE_PORTAL_SMTP_{missing} beside it")
        for name, needs in (("smtp_user", "smtp_host"), ("webhook_secret", "webhook")):
            if getattr(self, name) is not None and getattr(self, needs) is None:
                given, missing = (f"TRIAGE_PORTAL_{part.upper()}" for part in (name, needs))
                raise ValueError(f"{given} needs {missing} beside it")
        return self


def check_portal(service: Settings) -> None:
    """Find here, before any process starts, what would stop the portal of each of them.

    Raises:
        ServiceError: a setting cannot be used, or mail cannot be taken at its port.

    >>> check_portal(Settings())
    """
    settings = usable(PortalSettings)
    if not service.history:  # without a memory there is no portal
        if settings.mail_folder or settings.mail_port:
            raise ServiceError("mail becomes tickets, which need a memory: name one with TRIAGE_HISTORY")
        return
    if settings.mail_port:
        remedy = "Name another port with TRIAGE_PORTAL_MAIL_PORT"
        if settings.mail_port == service.port and _overlap(settings.mail_host, service.host):
            at = shown(settings.mail_host, settings.mail_port)
            raise ServiceError(f"{at} cannot take mail: the service answers there. {remedy}, such as 2525")
        check_address(settings.mail_host, settings.mail_port, remedy=remedy)


def _overlap(one: str, other: str) -> bool:
    """Return whether who listens at one host hears what is sent to the other.

    >>> _overlap("127.0.0.1", "0.0.0.0"), _overlap("localhost", "::1"), _overlap("127.0.0.2", "127.0.0.1")
    (True, True, False)
    """
    named = "localhost" in (one, other) and is_loopback(one) and is_loopback(other)
    return one == other or one in _ANY_HOST or other in _ANY_HOST or named
