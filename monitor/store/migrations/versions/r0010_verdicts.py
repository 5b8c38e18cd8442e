"""What a review says beyond its verdict, and which reports are drawn for the audit."""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"

NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    for name in ("reason", "place", "duplicate_of"):
        op.add_column("review", sa.Column(name, NAME, nullable=False, server_default=""))
    op.add_column("review", sa.Column("types", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("review", sa.Column("revokes", NUMBER, nullable=False, server_default="0"))
    op.create_index("ix_review_at", "review", ["at"])
    op.create_index("ix_telling_copy_of", "telling", ["copy_of"])
    op.add_column("delivery", sa.Column("next_channel_was", INSTANT))
    op.create_table(
        "audit_draw",
        sa.Column("day", NAME, nullable=False),
        sa.Column("stratum", NAME, nullable=False),
        sa.Column("reports", sa.Integer(), nullable=False),
        sa.Column("drawn", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("day", "stratum", name="pk_audit_draw"),
    )
    op.create_table(
        "audit_item",
        sa.Column("report_key", NAME, nullable=False),
        sa.Column("day", NAME, nullable=False),
        sa.Column("stratum", NAME, nullable=False),
        sa.Column("turn", NAME, nullable=False),
        sa.PrimaryKeyConstraint("report_key", name="pk_audit_item"),
        sa.ForeignKeyConstraint(["report_key"], ["report.key"], name="fk_audit_item_report_key"),
    )
    op.create_index("ix_audit_item_day", "audit_item", ["day", "turn"])
