"""Sessions: a cookie of random bytes, its hash in the database, and a token in each form against forgery."""

from __future__ import annotations

from datetime import timedelta
from hashlib import sha256
from hmac import compare_digest
from secrets import token_urlsafe

from sqlalchemy import delete, insert, select
from starlette.requests import Request
from starlette.responses import Response

from triage.history import History
from triage.history.decision import now
from triage.portal.accounts import Account, find_account
from triage.portal.tables import SessionRow
from triage.service.limits import RateLimit

COOKIE = "triage_session"
VISITOR = "triage_visitor"  # before somebody signs in, the form of signing in is guarded too
TOKEN = "token"  # the name of the field in each form, and of the header without one
_LONGEST = 100


class Tries:
    """How often signing in is tried: guessing is slow, and a whole office can come in one morning.

    >>> tries = Tries()
    >>> [tries.too_many("ann@firm.example", "192.0.2.1") for _ in range(9)][-2:]
    [False, True]
    """

    def __init__(self) -> None:
        self._of_account = RateLimit(0.1, burst=8)  # from one place: nobody locks an account for others
        self._of_place = RateLimit(1.0, burst=60)  # a password takes a while to check

    def too_many(self, email: str, place: str) -> bool:
        """Count a try and return whether it is one too many."""
        return bool(self._of_place.wait(place) or self._of_account.wait(f"{email} from {place}"))


def start_session(history: History, account: Account, *, hours: float) -> str:
    """Return the cookie of a new session; sessions that have ended are swept away."""
    cookie, at = token_urlsafe(32), now()
    row = {"hash": _hash(cookie), "email": account.email, "until": at + timedelta(hours=hours)}
    with history.writing() as connection:
        connection.execute(delete(SessionRow).where(SessionRow.until < at))
        connection.execute(insert(SessionRow).values(**row))
    return cookie


def end_session(history: History, cookie: str) -> None:
    """End a session."""
    with history.writing() as connection:
        connection.execute(delete(SessionRow).where(SessionRow.hash == _hash(cookie)))


def who_is(history: History, cookie: str | None) -> Account | None:
    """Return who is signed in with a cookie."""
    if not cookie or len(cookie) > _LONGEST:
        return None
    asked = select(SessionRow.email).where(SessionRow.hash == _hash(cookie), SessionRow.until > now())
    with history.reading() as connection:
        email = connection.execute(asked).scalar_one_or_none()
        return find_account(connection, email) if email else None


def give_cookie(request: Request, response: Response, name: str, value: str) -> None:
    """Give the browser a cookie that scripts cannot read and other sites cannot send with a form."""
    safe = request.url.scheme == "https"
    response.set_cookie(name, value, httponly=True, samesite="lax", secure=safe, path="/")


def form_token(cookie: str) -> str:
    """Return what a form carries to show that a page of ours made it.

    >>> len(form_token("a cookie"))
    64
    """
    return sha256(f"form:{cookie}".encode()).hexdigest()


def is_forged(request: Request, given: str, *, cookie: str | None) -> bool:
    """Return whether a form, or a request of a script, was made by another site."""
    elsewhere = request.headers.get("sec-fetch-site") in ("cross-site", "same-site")
    return elsewhere or not cookie or not _same(form_token(cookie), given)


def _same(token: str, given: str) -> bool:
    return compare_digest(token.encode(), given.encode("utf-8", "replace"))


def _hash(cookie: str) -> str:
    return sha256(cookie.encode("utf-8", "replace")).hexdigest()
