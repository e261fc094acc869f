"""The table of decisions."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_INDEXED = ("case", "at", "person")


def upgrade() -> None:
    """Make the table of decisions."""
    op.create_table(
        "decisions",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("case", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("person", sa.String(320)),
        sa.Column("by", sa.String(320)),
        sa.Column("input_hash", sa.String(64)),
        sa.Column("channel", sa.String(64)),
        sa.Column("subject", sa.Text),
        sa.Column("body", sa.Text),
        sa.Column("suggested", sa.String(64)),
        sa.Column("decided_by", sa.String(16)),
        sa.Column("unsure", sa.Boolean),
        sa.Column("rule", sa.Text),
        sa.Column("rules_version", sa.String(64)),
        sa.Column("model_version", sa.String(64)),
        sa.Column("priority", sa.String(64)),
        sa.Column("set_by", sa.String(16)),
        sa.Column("verdict", sa.String(16)),
        sa.Column("levels", sa.Integer),
        sa.Column("warned", sa.Boolean),
        sa.Column("question", sa.Text),
        sa.Column("answer", sa.Text),
        sa.Column("reason", sa.Text),
        sa.PrimaryKeyConstraint("id", name="pk_decisions"),
    )
    for column in _INDEXED:
        op.create_index(f"ix_decisions_{column}", "decisions", [column])


def downgrade() -> None:
    """Drop the table of decisions, and with it all that was kept."""
    op.drop_table("decisions")
