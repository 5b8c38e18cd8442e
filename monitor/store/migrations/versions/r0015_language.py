"""The log by language: a search on PostgreSQL that asks for one language need not look at each row."""

from alembic import op

revision = "0015"
down_revision = "0014"


def upgrade() -> None:
    op.create_index("ix_log_row_language", "log_row", ["language", "number"])
