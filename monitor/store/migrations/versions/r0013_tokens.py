"""Access tokens: what programs ask with in the name of a person."""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"

NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "access_token",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("account", NAME, nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("role", NAME, nullable=False),
        sa.Column("digest", NAME, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT),
        sa.Column("used_on", INSTANT),
        sa.PrimaryKeyConstraint("id", name="pk_access_token"),
        sa.ForeignKeyConstraint(["account"], ["account.name"], name="fk_access_token_account"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_access_token_account", "access_token", ["account"])
