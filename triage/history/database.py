"""The database: SQLite in a file without set-up, or PostgreSQL by URL, always at the newest tables."""

from __future__ import annotations

from functools import partial
from importlib.resources import as_file, files
from pathlib import Path
from sqlite3 import OperationalError
from time import monotonic, sleep
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection, Engine, create_engine, event, text
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from triage.errors import HistoryError

_AGAIN = 0.02  # seconds
_SYNCHRONOUS = ("normal", "full")
_UPGRADE_LOCK = 7_241_803  # any number that nobody else locks in this database


def open_database(url: str, *, make: bool = True, wait: float = 30.0) -> Engine:
    """Return the engine of a database whose tables are as this version needs them.

    Without ``make`` a file that is not there is an error, and no new one is made. Whoever writes to a file
    waits for others so many seconds.

    Raises:
        HistoryError: the URL cannot be read, or the database cannot be reached or brought up to date.
    """
    where = _parsed(url)
    if not make and where.get_backend_name() == "sqlite" and not Path(where.database or "").is_file():
        raise HistoryError(f"there is no history in the file {where.database!r}; name its URL or its path")
    try:
        engine = _sqlite(where, wait) if where.get_backend_name() == "sqlite" else _server(where)
        upgrade(engine)
    except ModuleNotFoundError as error:
        raise HistoryError(f"{_shown(where)} needs the package {error.name}; install it") from None
    except SQLAlchemyError as error:
        cause = getattr(error, "orig", None) or error
        raise HistoryError(
            f"the history {_shown(where)} cannot be opened: {' '.join(str(cause).split())}"
        ) from None
    return engine


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the tables to a revision; processes that start together wait for each other."""
    migrations = files("triage.history") / "migrations"
    with as_file(migrations) as folder, engine.begin() as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _UPGRADE_LOCK})
        config = Config(attributes={"connection": connection})
        config.set_main_option("script_location", str(folder))
        command.upgrade(config, revision)


def _parsed(url: str) -> URL:
    try:
        where = make_url(url)
        kind = where.get_backend_name()
    except (ArgumentError, ValueError):
        kind = None
    if kind not in ("sqlite", "postgresql"):
        raise HistoryError(
            "the URL of a history is sqlite:///FILE or postgresql://USER:PASSWORD@HOST/DATABASE, "
            "and this is neither"
        )
    if kind == "sqlite" and (set(where.query) - {"synchronous"} or _synchronous(where) not in _SYNCHRONOUS):
        raise HistoryError(
            f"the URL of a history in a file takes '?synchronous=full' or '?synchronous=normal', and nothing "
            f"else: {_shown(where)}"
        )
    plain = where.drivername == "postgresql"
    return where.set(drivername="postgresql+psycopg") if plain else where


def _synchronous(where: URL) -> str:
    return str(where.query.get("synchronous", "normal"))


def _shown(where: URL) -> str:
    return where.render_as_string(hide_password=True)


def _server(where: URL) -> Engine:
    return create_engine(where, pool_pre_ping=True)


def _sqlite(where: URL, wait: float) -> Engine:
    """Return the engine of a file; ``?synchronous=full`` has each commit outlive also a loss of power."""
    plain = where.difference_update_query(["synchronous"])
    full = _synchronous(where) == "full"
    in_file = where.database not in (None, "", ":memory:")
    # Threads that wait for the lock of a file keep no further one waiting for a connection to it.
    pool = {"max_overflow": -1} if in_file else {}
    quick = in_file and not full
    engine = create_engine(plain, connect_args={"timeout": wait}, execution_options={"quick": quick}, **pool)
    synchronous = "FULL" if full else "NORMAL"
    event.listen(engine, "connect", partial(_prepare_sqlite, synchronous=synchronous, wait=wait))
    event.listen(engine, "begin", partial(_begin_sqlite, wait=wait))
    return engine


def _prepare_sqlite(connection: Any, _: object, *, synchronous: str, wait: float) -> None:
    """Let readers read while one writes; a commit is in the file's log before it is said to be done."""
    connection.isolation_level = None  # BEGIN is ours, below: Python's own comes too late for a migration
    for pragma in (f"synchronous={synchronous}", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    _write_ahead(connection, wait)


def _write_ahead(connection: Any, wait: float) -> None:
    """Turn on the write-ahead log; of those who open a new file together, SQLite lets no one wait for it."""
    ends = monotonic() + wait
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except OperationalError as error:
            if "locked" not in str(error) or monotonic() > ends:
                raise
            sleep(_AGAIN)


def _begin_sqlite(connection: Connection, *, wait: float) -> None:
    """Take the write lock first where it will be needed: a lock taken late can fail."""
    options = connection.get_execution_options()
    if options.get("only_reads"):
        connection.exec_driver_sql("BEGIN")
        return
    this_time = options.get("wait", wait)
    connection.exec_driver_sql(f"PRAGMA busy_timeout={round(this_time * 1_000)}")
    try:
        connection.exec_driver_sql("BEGIN IMMEDIATE")
    finally:
        connection.exec_driver_sql(f"PRAGMA busy_timeout={round(wait * 1_000)}")
