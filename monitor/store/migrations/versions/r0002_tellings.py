"""Who speaks in each report of a situation: copies and quotes of one source count once."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "telling",
        sa.Column("report_key", NAME, nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("copy_of", NAME, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("types", sa.JSON(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("report_key", name="pk_telling"),
        sa.ForeignKeyConstraint(["report_key"], ["report.key"], name="fk_telling_report_key"),
    )
