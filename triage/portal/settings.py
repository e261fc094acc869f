"""The settings of the portal: each is an environment variable that begins with TRIAGE_PORTAL_."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, SecretStr
from pydantic_settings import BaseSettings, SettingsConfigDict


class PortalSettings(BaseSettings):
    """What the portal goes by; ``TRIAGE_PORTAL_MAIL_FOLDER=inbox`` sets ``mail_folder``.

    >>> PortalSettings(smtp_host="mail.example").smtp_port
    25
    """

    model_config = SettingsConfigDict(env_prefix="TRIAGE_PORTAL_", extra="ignore", frozen=True)

    url: str = Field("", description="Where people reach the portal, for links in mail: https://help.example")
    session_hours: float = Field(12, gt=0, description="How long a sign-in lasts.")
    mail_folder: Path | None = Field(None, description="A folder of messages (.eml); each becomes a ticket.")
    mail_port: int | None = Field(None, ge=0, le=65_535, description="Take mail by SMTP on this port.")
    mail_host: str = Field("127.0.0.1", description="The address to take mail on.")
    mail_most: int = Field(10_000_000, ge=10_000, description="The largest message taken, in bytes.")
    webhook: str | None = Field(None, description="An address that is told of each new ticket.")
    webhook_secret: SecretStr | None = Field(None, description="Signs what the webhook is told.")
    smtp_host: str | None = Field(None, description="The mail server that tells technicians of new tickets.")
    smtp_port: int = Field(25, ge=1, le=65_535, description="Its port.")
    smtp_tls: bool = Field(False, description="Ask it for encryption (STARTTLS) before anything else.")
    smtp_user: str | None = Field(None, description="The name to sign in there with.")
    smtp_password: SecretStr | None = Field(None, description="The password to sign in there with.")
    smtp_from: str = Field("triage@localhost", description="Who the mail is from.")
    every: float = Field(1.0, gt=0, description="Seconds between two looks for what is new.")
