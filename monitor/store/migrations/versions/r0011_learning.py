"""Which candidate models were built from reviews, and which one serves."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"

NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
TABLES = ("model_candidate", "model_change")

SQLITE_APPEND_ONLY = """
CREATE TRIGGER {table}_no_{event} BEFORE {event} ON {table}
BEGIN SELECT RAISE(ABORT, 'models are append-only: add another row instead'); END
"""
POSTGRESQL_APPEND_ONLY = """
CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
FOR EACH STATEMENT EXECUTE FUNCTION model_is_append_only()
"""
POSTGRESQL_REFUSAL = """
CREATE FUNCTION model_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'models are append-only: add another row instead'; END $$
"""


def upgrade() -> None:
    op.create_table(
        "model_candidate",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("version", NAME, nullable=False),
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("digest", NAME, nullable=False),
        sa.Column("made_at", INSTANT, nullable=False),
        sa.Column("beside", NAME, nullable=False),
        sa.Column("reviews", sa.Integer(), nullable=False),
        sa.Column("sentences", sa.Integer(), nullable=False),
        sa.Column("passed", sa.Boolean(), nullable=False),
        sa.Column("reasons", sa.JSON(), nullable=False),
        sa.Column("scores", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_model_candidate"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_model_candidate_version", "model_candidate", ["name", "version"])
    op.create_table(
        "model_change",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("name", NAME, nullable=False),
        sa.Column("kind", NAME, nullable=False),
        sa.Column("version", NAME, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_model_change"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_model_change_name", "model_change", ["name", "id"])
    _append_only()


def _append_only() -> None:
    if op.get_bind().dialect.name == "postgresql":
        op.execute(POSTGRESQL_REFUSAL)
        for table in TABLES:
            op.execute(POSTGRESQL_APPEND_ONLY.format(table=table))
    else:
        for table in TABLES:
            for event in ("UPDATE", "DELETE"):
                op.execute(SQLITE_APPEND_ONLY.format(table=table, event=event))
