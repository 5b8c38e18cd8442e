"""What the monitor tells itself to prove that it watches, marked in its own rows; and until when each recipient saw."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"

NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for table in ("report", "alert", "delivery"):
        op.add_column(table, sa.Column("canary", sa.Boolean(), nullable=False, server_default=sa.false()))
    is_canary = sa.text("canary")
    for table, columns in (("report", ["seen_at", "key"]), ("alert", ["id"])):
        op.create_index(f"ix_{table}_canary", table, columns, sqlite_where=is_canary, postgresql_where=is_canary)
    op.create_table(
        "beat",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT),
        sa.Column("failed", NAME, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("switch", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_beat"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sight",
        sa.Column("recipient", NAME, nullable=False),
        sa.Column("seen_until", INSTANT, nullable=False),
        sa.Column("blind_since", INSTANT),
        sa.Column("resumed_at", INSTANT),
        sa.Column("unseen", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("recipient", name="pk_sight"),
    )
