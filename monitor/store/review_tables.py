"""The tables of what people said of the reports, and of the sample of unflagged ones that they are asked about."""

import sqlalchemy as sa

from monitor.records import EventType
from monitor.store.columns import Instant, Kept, Name, Number, Words, metadata

# Append-only: triggers refuse to change or remove a row. `revokes`: id of the review that this one takes back, or 0.
review = sa.Table(
    "review",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column("report_key", Name, sa.ForeignKey("report.key"), nullable=False, index=True),
    sa.Column("verdict", Name, nullable=False),
    sa.Column("note", Words, nullable=False),
    sa.Column("reviewer", Words, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("reason", Name, nullable=False, server_default=""),
    sa.Column("types", Kept(tuple[EventType, ...]), nullable=False, server_default="[]"),
    sa.Column("place", Name, nullable=False, server_default=""),
    sa.Column("duplicate_of", Name, nullable=False, server_default=""),
    sa.Column("revokes", Number, nullable=False, server_default="0"),
    sa.Index("ix_review_at", "at"),
    sqlite_autoincrement=True,
)

# One row for each day and stratum that a sample was drawn of: of `reports` so many are in `audit_item`.
audit_draw = sa.Table(
    "audit_draw",
    metadata,
    sa.Column("day", Name, primary_key=True),
    sa.Column("stratum", Name, primary_key=True),
    sa.Column("reports", sa.Integer, nullable=False),
    sa.Column("drawn", sa.Integer, nullable=False),
    sa.Column("at", Instant, nullable=False),
)

# `turn`: a random number, in whose order they are asked about, so that those answered are a random part too.
audit_item = sa.Table(
    "audit_item",
    metadata,
    sa.Column("report_key", Name, sa.ForeignKey("report.key"), primary_key=True),
    sa.Column("day", Name, nullable=False),
    sa.Column("stratum", Name, nullable=False),
    sa.Column("turn", Name, nullable=False),
    sa.Index("ix_audit_item_day", "day", "turn"),
)
