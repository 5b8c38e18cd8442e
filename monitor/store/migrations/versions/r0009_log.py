"""What the log page asks for, kept beside the reports so that a million of them answer at once.

The rows of reports that are there already are made once all migrations are done (schema.py): how they are made may rest
on tables that come after this one.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
FULL_TEXT = {
    "sqlite": (
        "CREATE VIRTUAL TABLE log_text USING fts5("
        "words, stems, columnsize=0, tokenize=\"unicode61 remove_diacritics 0 tokenchars '_'\")",
    ),
    "postgresql": (
        "CREATE TABLE log_text (number BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)",
        "CREATE INDEX ix_log_text_words ON log_text USING gin (words) WITH (fastupdate = off)",
    ),
}


def upgrade() -> None:
    names = ("state", "level", "grade", "verdict", "feed", "language", "situation")
    op.create_table(
        "log_row",
        sa.Column("number", NUMBER, nullable=False, autoincrement=False),
        sa.Column("report_key", NAME, nullable=False),
        sa.Column("state", NAME, nullable=False),
        sa.Column("types", sa.Integer(), nullable=False),
        *(sa.Column(name, NAME, nullable=False) for name in names[1:]),
        sa.Column("sources", sa.Integer(), nullable=False),
        sa.Column("outlets", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_log_row"),
        sa.UniqueConstraint("report_key", name="uq_log_row_report_key"),
        sa.ForeignKeyConstraint(["report_key"], ["report.key"], name="fk_log_row_report_key"),
    )
    op.create_index("ix_log_row_situation", "log_row", ["situation"])
    for name in ("level", "grade", "verdict", "feed"):
        op.create_index(f"ix_log_row_{name}", "log_row", [name, "number"])
    _lines()
    for statement in FULL_TEXT[op.get_bind().dialect.name]:
        op.execute(statement)


def _lines() -> None:
    op.create_table(
        "log_line",
        sa.Column("number", NUMBER, nullable=False, autoincrement=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("published_at", INSTANT),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("probability", sa.Float(53), nullable=False),
        sa.Column("model", NAME, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_log_line"),
        sa.ForeignKeyConstraint(["number"], ["log_row.number"], name="fk_log_line_number"),
    )
    op.create_table(
        "log_place",
        sa.Column("place", NAME, nullable=False),
        sa.Column("number", NUMBER, nullable=False),
        sa.PrimaryKeyConstraint("place", "number", name="pk_log_place"),
        sa.ForeignKeyConstraint(["number"], ["log_row.number"], name="fk_log_place_number"),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_log_place_number", "log_place", ["number"])
