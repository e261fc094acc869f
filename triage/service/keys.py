"""API keys: shown once when they are made, kept as hashes in a file, each with a name and scopes.

A key is "triage_NAME_SECRET", the secret 32 random bytes. A guess is hopeless whatever the hash costs, so a
plain SHA-256 is kept: a slow hash would only slow every request down.
"""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from hmac import compare_digest
from pathlib import Path
from secrets import token_urlsafe
from typing import Literal, get_args

from pydantic import BaseModel, ConfigDict, ValidationError

from triage.errors import ServiceError
from triage.limited import read_limited

Scope = Literal["suggest", "tickets", "metrics"]
SCOPES: tuple[Scope, ...] = get_args(Scope)
_LARGEST = 16_000_000  # bytes of the file
_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")
_KEY = re.compile(r"triage_([a-z0-9-]{1,40})_([\w-]{43})", re.ASCII)


class KeyRecord(BaseModel):
    """What is kept of a key: never the key. ``until`` is when it stops working, None for never."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    name: str
    hash: str
    scopes: tuple[Scope, ...]
    made: datetime
    until: datetime | None = None

    def works(self, at: datetime) -> bool:
        """Return whether the key is taken at a time."""
        return self.until is None or at < self.until


class KeyFile(BaseModel):
    """All keys of a service, as a value: a change gives a new one."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    format: Literal[1] = 1
    keys: tuple[KeyRecord, ...] = ()

    def find(self, key: str) -> KeyRecord | None:
        """Return the record of a key that works now."""
        read = _KEY.fullmatch(key)
        if read is None:
            return None
        digest, at = hash_of(key), datetime.now(UTC)
        named = [record for record in self.keys if record.name == read[1] and record.works(at)]
        return next((record for record in named if compare_digest(record.hash, digest)), None)

    def scopes_of(self, name: str) -> frozenset[Scope]:
        """Return what the keys of a name open now.

        >>> KeyFile().add("portal", ["suggest"])[0].scopes_of("portal")
        frozenset({'suggest'})
        """
        return frozenset(scope for key in self._working(name) for scope in key.scopes)

    def add(self, name: str, scopes: Iterable[Scope]) -> tuple[KeyFile, str]:
        """Return the keys with a new one, and the key itself: it is told this once.

        Raises:
            ServiceError: the name is taken or cannot be one.
        """
        if not _NAME.fullmatch(name):
            raise ServiceError(f"{name!r} cannot name a key: take up to 40 small letters, digits and hyphens")
        if self._working(name):
            raise ServiceError(f"there is a key named {name!r} already; rotate it, or revoke it first")
        return self._with(name, tuple(dict.fromkeys(scopes)))

    def rotate(self, name: str, *, overlap: timedelta) -> tuple[KeyFile, str]:
        """Return the keys with a new one of this name; the old one works on for the overlap.

        Raises:
            ServiceError: there is no such key.
        """
        scopes = self._known(name)[-1].scopes
        return self._ended(name, datetime.now(UTC) + overlap)._with(name, scopes)

    def revoke(self, name: str) -> KeyFile:
        """Return the keys without those of this name.

        Raises:
            ServiceError: there is no such key.
        """
        self._known(name)
        return self.model_copy(update={"keys": tuple(key for key in self.keys if key.name != name)})

    def _with(self, name: str, scopes: tuple[Scope, ...]) -> tuple[KeyFile, str]:
        key = f"triage_{name}_{token_urlsafe(32)}"
        made = KeyRecord(name=name, hash=hash_of(key), scopes=scopes, made=datetime.now(UTC))
        return self.model_copy(update={"keys": (*self.keys, made)}), key

    def _ended(self, name: str, at: datetime) -> KeyFile:
        """Return the keys with those of this name ending at a time, and without those that ended long ago."""
        kept = [key for key in self.keys if key.works(datetime.now(UTC))]
        ends = [
            key.model_copy(update={"until": min(key.until or at, at)}) if key.name == name else key
            for key in kept
        ]
        return self.model_copy(update={"keys": tuple(ends)})

    def _working(self, name: str) -> list[KeyRecord]:
        at = datetime.now(UTC)
        return [key for key in self.keys if key.name == name and key.works(at)]

    def _known(self, name: str) -> list[KeyRecord]:
        if found := self._working(name):
            return found
        names = ", ".join(sorted({key.name for key in self.keys})) or "none"
        raise ServiceError(f"there is no key named {name!r}; there are: {names}")


def known_scopes(names: Iterable[str]) -> tuple[Scope, ...]:
    """Return the scopes of these names.

    Raises:
        ServiceError: there is no such scope.

    >>> known_scopes(["tickets", "suggest"])
    ('suggest', 'tickets')
    """
    asked = set(names)
    if unknown := sorted(asked - set(SCOPES)):
        raise ServiceError(f"there is no scope {unknown[0]!r}; the scopes are {', '.join(SCOPES)}")
    return tuple(scope for scope in SCOPES if scope in asked)


def hash_of(key: str) -> str:
    """Return what is kept of a key.

    >>> len(hash_of("triage_portal_secret"))
    64
    """
    return sha256(key.encode()).hexdigest()


def read_keys(path: Path) -> KeyFile:
    """Return the keys of a file; none where there is no file.

    Raises:
        ServiceError: the file cannot be read.
    """
    try:
        return KeyFile.model_validate_json(read_limited(path, _LARGEST))
    except FileNotFoundError:
        return KeyFile()
    except (OSError, ValidationError) as error:
        said = error.errors()[0]["msg"] if isinstance(error, ValidationError) else error.strerror
        raise ServiceError(f"{path}: the file of keys cannot be read: {said}") from None


@contextmanager
def changing(path: Path) -> Iterator[None]:
    """Let nobody else change the keys between reading and writing them, where the system can lock a folder.

    Raises:
        ServiceError: there is no such folder.
    """
    if sys.platform == "win32":
        yield
        return
    from fcntl import LOCK_EX, flock

    try:
        folder = os.open(path.parent, os.O_RDONLY)
    except OSError as error:
        raise ServiceError(f"{path}: the file of keys cannot be written: {error.strerror}") from None
    try:
        flock(folder, LOCK_EX)
        yield
    finally:
        os.close(folder)


def write_keys(path: Path, keys: KeyFile) -> None:
    """Write the keys in one step, readable for the owner alone.

    Raises:
        ServiceError: the file cannot be written.
    """
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        beside.touch(mode=0o600)
        beside.write_text(keys.model_dump_json(indent=1) + "\n", "utf-8")
        beside.replace(path)
    except OSError as error:
        raise ServiceError(f"{path}: the file of keys cannot be written: {error.strerror}") from None
