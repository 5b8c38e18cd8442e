"""Who may look at the pages: accounts, their sessions, and what was tried at the door."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"

NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "account",
        sa.Column("name", NAME, nullable=False),
        sa.Column("role", NAME, nullable=False),
        sa.Column("language", NAME, nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("password", sa.Text(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.PrimaryKeyConstraint("name", name="pk_account"),
    )
    _sessions()
    _tries()


def _sessions() -> None:
    op.create_table(
        "session",
        sa.Column("digest", NAME, nullable=False),
        sa.Column("account", NAME, nullable=False),
        sa.Column("begun_at", INSTANT, nullable=False),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_session"),
        sa.ForeignKeyConstraint(["account"], ["account.name"], name="fk_session_account"),
    )
    op.create_index("ix_session_account", "session", ["account"])


def _tries() -> None:
    op.create_table(
        "entry_link",
        sa.Column("digest", NAME, nullable=False),
        sa.Column("account", NAME, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_entry_link"),
    )
    op.create_index("ix_entry_link_account", "entry_link", ["account"])
    op.create_table(
        "entry_try",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("account", NAME, nullable=False),
        sa.Column("address", NAME, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_entry_try"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_entry_try_account", "entry_try", ["account", "at"])
    op.create_index("ix_entry_try_address", "entry_try", ["address", "at"])
    op.create_index("ix_entry_try_at", "entry_try", ["at"])
