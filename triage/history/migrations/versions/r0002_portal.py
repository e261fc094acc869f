"""The tables of the portal: accounts, sessions, tickets, notices."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of the portal."""
    op.create_table(
        "portal_accounts",
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("firms", sa.JSON, nullable=False),
        sa.Column("password", sa.String(200), nullable=False),
        sa.Column("made", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("email", name="pk_portal_accounts"),
    )
    op.create_table(
        "portal_sessions",
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("email", sa.String(320), nullable=False),
        sa.Column("until", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("hash", name="pk_portal_sessions"),
    )
    op.create_index("ix_portal_sessions_email", "portal_sessions", ["email"])
    _make_tickets()
    op.create_table(
        "portal_notices",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("case", sa.String(64), nullable=False),
        sa.Column("way", sa.String(16), nullable=False),
        sa.Column("to", sa.Text, nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("next", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_portal_notices"),
    )
    op.create_index("ix_portal_notices_next", "portal_notices", ["next"])


def _make_tickets() -> None:
    op.create_table(
        "portal_tickets",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("case", sa.String(64), nullable=False),
        sa.Column("firm", sa.String(200)),
        sa.Column("person", sa.String(320), nullable=False),
        sa.Column("message", sa.String(64)),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("received", sa.DateTime(timezone=True), nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        sa.Column("choice", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_portal_tickets"),
    )
    op.create_index("ix_portal_tickets_case", "portal_tickets", ["case"], unique=True)
    op.create_index("ix_portal_tickets_message", "portal_tickets", ["message"], unique=True)
    for column in ("person", "status"):
        op.create_index(f"ix_portal_tickets_{column}", "portal_tickets", [column])


def downgrade() -> None:
    """Drop the tables of the portal, and with them all its tickets."""
    for table in ("portal_notices", "portal_tickets", "portal_sessions", "portal_accounts"):
        op.drop_table(table)
