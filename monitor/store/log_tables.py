"""The tables of the log: one narrow row a listed report to filter by, and beside it what the line shows.

`number` is the time a report was seen, in microseconds, and ten bits that tell apart what was seen in the same one: its
order is the order of the log, so that every page is one walk along one index, in either direction.
"""

import sqlalchemy as sa

from monitor.store.columns import Instant, Kept, Name, Number, Words, metadata

TEXT = "log_text"  # full text: FTS5 on SQLite, a tsvector on PostgreSQL; the metadata cannot describe either

log_row = sa.Table(
    "log_row",
    metadata,
    sa.Column("number", Number, primary_key=True, autoincrement=False),
    sa.Column("report_key", Name, sa.ForeignKey("report.key"), nullable=False, unique=True),
    sa.Column("state", Name, nullable=False),
    sa.Column("types", sa.Integer, nullable=False),  # one bit a label, in the order of LABELS
    sa.Column("level", Name, nullable=False),
    sa.Column("grade", Name, nullable=False),
    sa.Column("verdict", Name, nullable=False),
    sa.Column("feed", Name, nullable=False),
    sa.Column("language", Name, nullable=False),
    sa.Column("situation", Name, nullable=False),
    sa.Column("sources", sa.Integer, nullable=False),
    sa.Column("outlets", sa.Integer, nullable=False),
    sa.Index("ix_log_row_situation", "situation"),
    sa.Index("ix_log_row_level", "level", "number"),
    sa.Index("ix_log_row_grade", "grade", "number"),
    sa.Index("ix_log_row_verdict", "verdict", "number"),
    sa.Index("ix_log_row_feed", "feed", "number"),
    sa.Index("ix_log_row_language", "language", "number"),
)

log_line = sa.Table(
    "log_line",
    metadata,
    sa.Column("number", Number, sa.ForeignKey("log_row.number"), primary_key=True, autoincrement=False),
    sa.Column("title", Words, nullable=False),
    sa.Column("evidence", Words, nullable=False),
    sa.Column("url", Words, nullable=False),
    sa.Column("published_at", Instant),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("places", Kept(tuple[str, ...]), nullable=False),
    sa.Column("probability", sa.Float(53), nullable=False),
    sa.Column("model", Name, nullable=False),
)

# A report is filed under its places and under all that they lie in.
log_place = sa.Table(
    "log_place",
    metadata,
    sa.Column("place", Name, primary_key=True),
    sa.Column("number", Number, sa.ForeignKey("log_row.number"), primary_key=True),
    sa.Index("ix_log_place_number", "number"),
    sqlite_with_rowid=False,
)

FULL_TEXT = {
    "sqlite": (
        f"CREATE VIRTUAL TABLE {TEXT} USING fts5("
        "words, stems, columnsize=0, tokenize=\"unicode61 remove_diacritics 0 tokenchars '_'\")",
    ),
    "postgresql": (
        f"CREATE TABLE {TEXT} (number BIGINT PRIMARY KEY, words TSVECTOR NOT NULL)",
        # without a list of pending entries, which every search would walk through
        f"CREATE INDEX ix_{TEXT}_words ON {TEXT} USING gin (words) WITH (fastupdate = off)",
    ),
}

for _dialect, _statements in FULL_TEXT.items():
    for _statement in _statements:
        _made: sa.ExecutableDDLElement = sa.DDL(_statement)  # type: ignore[no-untyped-call]
        sa.event.listen(log_line, "after_create", _made.execute_if(dialect=_dialect))
