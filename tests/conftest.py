"""What holds for all tests: none is hurried, as a busy machine is no defect."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

settings.register_profile("unhurried", deadline=None)
settings.load_profile("unhurried")
POSTGRESQL = "TRIAGE_TEST_POSTGRESQL"


@pytest.fixture
def postgresql() -> str:
    """The URL of an empty schema in a real PostgreSQL; `.ci/with-postgresql COMMAND` starts one."""
    url = os.environ.get(POSTGRESQL)
    if url is None:
        assert "CI" not in os.environ, f"{POSTGRESQL} is not set: start the tests by .ci/run"
        pytest.skip("no PostgreSQL: start the tests by `.ci/with-postgresql pytest`")
    from sqlalchemy import create_engine, text

    plain = url.replace("postgresql://", "postgresql+psycopg://")
    engine = create_engine(plain, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for command in ("DROP SCHEMA public CASCADE", "CREATE SCHEMA public"):
            connection.execute(text(command))
    engine.dispose()
    return url


@pytest.fixture(params=["sqlite", "postgresql"])
def history_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The URL of an empty memory: once SQLite, once PostgreSQL."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'triage.db'}"
    url: str = request.getfixturevalue("postgresql")
    return url
