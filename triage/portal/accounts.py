"""Accounts: who can sign in, as what, for which firms. Passwords are kept as argon2 hashes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, delete, insert, select, update

from triage.errors import ServiceError
from triage.history import History
from triage.history.decision import now
from triage.portal.tables import AccountRow, SessionRow

Role = Literal["requester", "technician"]
ROLES: tuple[Role, ...] = get_args(Role)
SHORTEST, LONGEST = 10, 200  # characters of a password
_EMAIL = re.compile(r"[^\s@<>\"',;:]+@[^\s@<>\"',;:]+")
_HASHER = PasswordHasher()
_COLUMNS = (AccountRow.email, AccountRow.name, AccountRow.role, AccountRow.firms)


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """Somebody who can sign in.

    A "requester" belongs to one firm. A "technician" serves the ``firms``, and all where none is named.

    >>> Account(email="ann@firm.example", name="Ann", role="requester", firms=("Firm",)).firm
    'Firm'
    """

    email: str
    name: str
    role: Role
    firms: tuple[str, ...]

    @property
    def firm(self) -> str | None:
        """The firm of a requester; None for a technician."""
        return self.firms[0] if self.role == "requester" else None

    def serves(self, firm: str | None) -> bool:
        """Return whether this is a technician of the firm.

        >>> Account(email="tom@it.example", name="Tom", role="technician", firms=()).serves("Firm")
        True
        """
        return self.role == "technician" and (not self.firms or firm in self.firms)


def add_account(history: History, account: Account, password: str) -> None:
    """Keep an account.

    Raises:
        ServiceError: the address, the password or the firms cannot be, or the address has an account.
    """
    _check(account)
    row = {"email": account.email, "name": account.name, "role": account.role, "made": now()}
    hashed = _hashed(password)
    with history.writing() as connection:
        if find_account(connection, account.email):
            raise ServiceError(f"there is an account of {account.email} already")
        connection.execute(insert(AccountRow).values(firms=list(account.firms), password=hashed, **row))


def change_password(history: History, email: str, password: str) -> None:
    """Give an account another password and end its sessions.

    Raises:
        ServiceError: there is no such account, or the password cannot be one.
    """
    hashed, of = _hashed(password), tidy(email)
    with history.writing() as connection:
        changed = connection.execute(update(AccountRow).where(AccountRow.email == of).values(password=hashed))
        _known(changed.rowcount, of)
        connection.execute(delete(SessionRow).where(SessionRow.email == of))


def remove_account(history: History, email: str) -> None:
    """Remove an account and end its sessions; its tickets stay.

    Raises:
        ServiceError: there is no such account.
    """
    of = tidy(email)
    with history.writing() as connection:
        _known(connection.execute(delete(AccountRow).where(AccountRow.email == of)).rowcount, of)
        connection.execute(delete(SessionRow).where(SessionRow.email == of))


def accounts(connection: Connection) -> list[Account]:
    """Return all accounts by their addresses."""
    return [_account(row) for row in connection.execute(select(*_COLUMNS).order_by(AccountRow.email))]


def find_account(connection: Connection, email: str) -> Account | None:
    """Return the account of an address."""
    row = connection.execute(select(*_COLUMNS).where(AccountRow.email == tidy(email))).first()
    return row and _account(row)


def account_of(history: History, email: str, password: str) -> Account | None:
    """Return the account of an address and its password; an unknown address takes as long as a wrong one."""
    asked = select(*_COLUMNS, AccountRow.password).where(AccountRow.email == tidy(email))
    with history.reading() as connection:
        row = connection.execute(asked).first()
    right = _verified(row.password if row else _of_nobody(), password[: LONGEST + 1])
    return _account(row) if row and right else None


def tidy(email: str) -> str:
    """Return an address as accounts are named.

    >>> tidy(" Ann@Firm.Example ")
    'ann@firm.example'
    """
    return email.strip().lower()[:320]


def firms_of(names: Iterable[str]) -> tuple[str, ...]:
    """Return the names of firms, each once, without stray spaces.

    >>> firms_of([" Acme  Ltd", "Acme Ltd"])
    ('Acme Ltd',)
    """
    return tuple(dict.fromkeys(filter(None, (" ".join(name.split()) for name in names))))


def role_of(name: str) -> Role:
    """Return the role of this name.

    Raises:
        ServiceError: there is no such role.

    >>> role_of("Technician")
    'technician'
    """
    known: dict[str, Role] = {role: role for role in ROLES}
    if role := known.get(name.strip().lower()):
        return role
    raise ServiceError(f"a role is one of {', '.join(ROLES)}, not {name!r}")


def _check(account: Account) -> None:
    if account.email != tidy(account.email) or not _EMAIL.fullmatch(account.email):
        raise ServiceError(f"an account is named by an e-mail address, not by {account.email!r}")
    if account.role == "requester" and len(account.firms) != 1:
        raise ServiceError("a requester belongs to one firm: name it with --firm")


def _hashed(password: str) -> str:
    if not SHORTEST <= len(password) <= LONGEST:
        raise ServiceError(f"a password has {SHORTEST} to {LONGEST} characters, and this has {len(password)}")
    return _HASHER.hash(password)


@cache
def _of_nobody() -> str:
    return _HASHER.hash("the password of nobody")


def _verified(hashed: str, password: str) -> bool:
    try:
        return _HASHER.verify(hashed, password)
    except (VerificationError, InvalidHashError):
        return False


def _known(found: int, email: str) -> None:
    if not found:
        raise ServiceError(f"there is no account of {email}")


def _account(row: object) -> Account:
    email, name, role, firms = row[:4]  # type: ignore[index]
    return Account(email=email, name=name, role=role, firms=tuple(firms))
