"""How feeds go from poll to poll, the hours in which they were not seen, and the pages that are asked for again."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.add_column("feed", sa.Column("course", sa.JSON(), nullable=False, server_default="{}"))
    op.create_table(
        "gap",
        sa.Column("feed", NAME, nullable=False),
        sa.Column("from_at", INSTANT, nullable=False),
        sa.Column("until_at", INSTANT, nullable=False),
        sa.Column("noted_at", INSTANT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("feed", "from_at", "until_at", name="pk_gap"),
    )
    op.create_table(
        "outage",
        sa.Column("feed", NAME, nullable=False),
        sa.Column("from_at", INSTANT, nullable=False),
        sa.Column("until_at", INSTANT),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("feed", "from_at", name="pk_outage"),
    )
    lasts = sa.text("until_at IS NULL")
    op.create_index("uq_outage_open", "outage", ["feed"], unique=True, sqlite_where=lasts, postgresql_where=lasts)
    op.create_table(
        "unread_page",
        sa.Column("report_key", NAME, nullable=False),
        sa.Column("feed", NAME, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("since", INSTANT, nullable=False),
        sa.Column("date_note", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("report_key", name="pk_unread_page"),
        sa.ForeignKeyConstraint(["report_key"], ["report.key"], name="fk_unread_page_report_key"),
    )
    op.create_index("ix_unread_page_due", "unread_page", ["feed", "due_at"])
