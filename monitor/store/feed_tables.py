"""The tables of the feeds: what is polled, the hours that were not seen, the pages that are asked for again."""

from collections.abc import Mapping

import sqlalchemy as sa

from monitor.records import Course
from monitor.store.columns import Instant, Kept, Name, Words, metadata

IS_OPEN = sa.text("until_at IS NULL")

feed = sa.Table(
    "feed",
    metadata,
    sa.Column("name", Name, primary_key=True),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("memory", Kept(Mapping[str, str]), nullable=False),
    sa.Column("failures", sa.Integer, nullable=False),
    sa.Column("error", Words, nullable=False),
    sa.Column("note", Words, nullable=False),
    sa.Column("title", Words, nullable=False),
    sa.Column("last_try_at", Instant),
    sa.Column("last_read_at", Instant),
    sa.Column("first_read_at", Instant),
    sa.Column("last_new_at", Instant),
    sa.Column("paused", sa.Boolean, nullable=False),
    sa.Column("summary_due", sa.Boolean, nullable=False),
    sa.Column("course", Kept(Course), nullable=False, server_default="{}"),
    sa.Index("ix_feed_due", "paused", "due_at"),
)

gap = sa.Table(
    "gap",
    metadata,
    sa.Column("feed", Name, primary_key=True),
    sa.Column("from_at", Instant, primary_key=True),
    sa.Column("until_at", Instant, primary_key=True),
    sa.Column("noted_at", Instant, nullable=False),
    sa.Column("reason", Words, nullable=False),
)

# feed "": this machine's own network. At most one of a feed lasts.
outage = sa.Table(
    "outage",
    metadata,
    sa.Column("feed", Name, primary_key=True),
    sa.Column("from_at", Instant, primary_key=True),
    sa.Column("until_at", Instant),
    sa.Column("reason", Words, nullable=False),
    sa.Index("uq_outage_open", "feed", unique=True, sqlite_where=IS_OPEN, postgresql_where=IS_OPEN),
)

# Pages that could not be fetched and are asked for again: the report stands as far as its feed tells it.
unread_page = sa.Table(
    "unread_page",
    metadata,
    sa.Column("report_key", Name, sa.ForeignKey("report.key"), primary_key=True),
    sa.Column("feed", Name, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("since", Instant, nullable=False),
    sa.Column("date_note", Words, nullable=False),
    sa.Index("ix_unread_page_due", "feed", "due_at"),
)
