"""The tables as they are after the last migration. A change here needs a migration beside it: a test compares them."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa

from monitor.records import Alert, Assessment, Report
from monitor.store.columns import Instant, Kept, Name, Number, Words, metadata

# Written out, not bound: a partial index is used only where the planner sees its very condition.
LISTED = sa.text("state IN ('flagged', 'uncertain')")
IS_DUE = sa.text("state = 'due'")
IS_HELD = sa.text("held <> ''")
IS_CANARY = sa.text("canary")
IS_ASKED = sa.text("next_channel_at IS NOT NULL")

# The columns up to canary are the fields of Report. An entry's key may be longer than an index of PostgreSQL
# takes: its digest is what is unique.
report = sa.Table(
    "report",
    metadata,
    sa.Column("key", Name, primary_key=True),
    sa.Column("feed", Name, nullable=False),
    sa.Column("entry_key", Name, nullable=False),
    sa.Column("url", Words, nullable=False),
    sa.Column("title", Words, nullable=False),
    sa.Column("text", Words, nullable=False),
    sa.Column("text_from", Name, nullable=False),
    sa.Column("summary", Words, nullable=False),
    sa.Column("language", Name, nullable=False),
    sa.Column("published_at", Instant),
    sa.Column("seen_at", Instant, nullable=False),
    sa.Column("note", Words, nullable=False),
    sa.Column("revision", sa.Integer, nullable=False),
    sa.Column("fingerprint", Name, nullable=False),
    sa.Column("origin", Words, nullable=False, server_default=""),
    sa.Column("canary", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("entry_digest", Name, nullable=False),
    sa.Column("state", Name, nullable=False),
    sa.Column("assessment", Kept(Assessment), nullable=False),
    sa.UniqueConstraint("feed", "entry_digest"),
    sa.Index("ix_report_seen", "seen_at", "key"),
    sa.Index("ix_report_canary", "seen_at", "key", sqlite_where=IS_CANARY, postgresql_where=IS_CANARY),
    sa.Index("ix_report_listed", "seen_at", "key", sqlite_where=LISTED, postgresql_where=LISTED),
)

report_revision = sa.Table(
    "report_revision",
    metadata,
    sa.Column("report_key", Name, sa.ForeignKey("report.key"), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("report", Kept(Report), nullable=False),
    sa.Column("assessment", Kept(Assessment), nullable=False),
)

report_subject = sa.Table(
    "report_subject",
    metadata,
    sa.Column("report_key", Name, sa.ForeignKey("report.key"), primary_key=True),
    sa.Column("type", Name, primary_key=True),
    sa.Column("place", Name, primary_key=True),
    sa.Index("ix_report_subject_filed", "place", "type", "report_key"),
)

situation = sa.Table(
    "situation",
    metadata,
    sa.Column("key", Name, primary_key=True),
    sa.Column("place", Name, nullable=False),
    sa.Column("number", sa.Integer, nullable=False),
    sa.Column("opened_at", Instant, nullable=False),
    sa.Column("last_report_at", Instant, nullable=False),
    sa.Column("closed_at", Instant),
    sa.Column("tracks", Kept(Mapping[str, datetime]), nullable=False),
    sa.Column("states", Kept(Mapping[str, str]), nullable=False, server_default="{}"),
    sa.Column("level", Name, nullable=False, server_default="watch"),
    sa.Column("within", Kept(tuple[str, ...]), nullable=False, server_default="[]"),
    sa.UniqueConstraint("place", "number"),
    sa.Index("ix_situation_last_report_at", "last_report_at", "key"),
)

# report_key alone is the key: a report belongs to exactly one situation.
situation_report = sa.Table(
    "situation_report",
    metadata,
    sa.Column("report_key", Name, sa.ForeignKey("report.key"), primary_key=True),
    sa.Column("situation", Name, sa.ForeignKey("situation.key"), nullable=False, index=True),
)

# The story of a situation: one row whenever a track comes to stand otherwise.
situation_step = sa.Table(
    "situation_step",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column("situation", Name, sa.ForeignKey("situation.key"), nullable=False, index=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("track", Name, nullable=False),
    sa.Column("state", Name, nullable=False),
    sa.Column("outlet", Words, nullable=False),
    sa.Column("report_key", Name, nullable=False),
    sqlite_autoincrement=True,
)

# What a person did to a situation; append-only. `other`: the situation that it was merged into or split off to.
situation_change = sa.Table(
    "situation_change",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column("situation", Name, sa.ForeignKey("situation.key"), nullable=False, index=True),
    sa.Column("kind", Name, nullable=False),
    sa.Column("other", Name, nullable=False),
    sa.Column("reason", Words, nullable=False),
    sa.Column("author", Words, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

telling = sa.Table(
    "telling",
    metadata,
    sa.Column("report_key", Name, sa.ForeignKey("report.key"), primary_key=True),
    sa.Column("outlet", Words, nullable=False),
    sa.Column("source", Words, nullable=False),
    sa.Column("copy_of", Name, nullable=False, index=True),
    sa.Column("reason", Words, nullable=False),
    sa.Column("types", Kept(tuple[str, ...]), nullable=False),
    sa.Column("at", Instant, nullable=False),
)

decision = sa.Table(
    "decision",
    metadata,
    sa.Column("report_key", Name, sa.ForeignKey("report.key"), primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("situation", Name, sa.ForeignKey("situation.key"), nullable=False),
    sa.Column("kind", Name, nullable=False),
    sa.Column("reason", Words, nullable=False),
    sa.Column("rests_on", Kept(tuple[str, ...]), nullable=False),
)

alert = sa.Table(
    "alert",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column("occasion", Name, nullable=False, unique=True),
    sa.Column("situation", Name, nullable=False, index=True),
    sa.Column("held", Name, nullable=False),
    sa.Column("level", Name, nullable=False, server_default="watch"),
    sa.Column("record", Kept(Alert), nullable=False),
    sa.Column("canary", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Index("ix_alert_canary", "id", sqlite_where=IS_CANARY, postgresql_where=IS_CANARY),
    sa.Index("ix_alert_held", "held", "id", sqlite_where=IS_HELD, postgresql_where=IS_HELD),
    sqlite_autoincrement=True,
)

# Every report that an alert tells of: its own and, in a summary, those of its lines.
alert_report = sa.Table(
    "alert_report",
    metadata,
    sa.Column("report_key", Name, primary_key=True),
    sa.Column("alert_id", Number, sa.ForeignKey("alert.id"), primary_key=True),
)

delivery = sa.Table(
    "delivery",
    metadata,
    sa.Column("number", Number, primary_key=True),
    sa.Column("alert_id", Number, sa.ForeignKey("alert.id"), nullable=False),
    sa.Column("recipient", Name, nullable=False),
    sa.Column("channel", Name, nullable=False),
    sa.Column("languages", Kept(tuple[str, ...]), nullable=False),
    sa.Column("zone", Words, nullable=False),
    sa.Column("state", Name, nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("due_at", Instant, nullable=False),
    sa.Column("sent_at", Instant),
    sa.Column("error", Words, nullable=False),
    sa.Column("form", Name, nullable=False, server_default="full"),
    sa.Column("quote", Name, nullable=False, server_default="sentence"),
    sa.Column("receipt", Words, nullable=False, server_default=""),
    sa.Column("next_channel_at", Instant),  # when to ask whether the next channel is to be told; null: not any more
    sa.Column("next_channel_was", Instant),  # the same before a reviewer found the alert wrong
    sa.Column("canary", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.UniqueConstraint("alert_id", "recipient", "channel"),
    sa.Index("ix_delivery_recipient", "recipient", "created_at"),
    sa.Index("ix_delivery_due", "due_at", "number", sqlite_where=IS_DUE, postgresql_where=IS_DUE),
    sa.Index("ix_delivery_asked", "next_channel_at", sqlite_where=IS_ASKED, postgresql_where=IS_ASKED),
    sqlite_autoincrement=True,
)

# One row an attempt, written with the claim: an attempt without an outcome died, or is under way.
delivery_attempt = sa.Table(
    "delivery_attempt",
    metadata,
    sa.Column("number", Number, sa.ForeignKey("delivery.number"), primary_key=True),
    sa.Column("attempt", sa.Integer, primary_key=True),
    sa.Column("at", Instant, nullable=False),
    sa.Column("outcome", Name, nullable=False),
    sa.Column("answer", Words, nullable=False),
    sa.Index("ix_delivery_attempt_at", "at"),
)

# Granted by the rules and not sent: swallowed by a silence, or beyond the day's number. The digest lists it.
withheld = sa.Table(
    "withheld",
    metadata,
    sa.Column("alert_id", Number, sa.ForeignKey("alert.id"), primary_key=True),
    sa.Column("recipient", Name, primary_key=True),
    sa.Column("reason", Name, nullable=False),
    sa.Column("silence_id", Number, sa.ForeignKey("silence.id"), index=True),
    sa.Column("at", Instant, nullable=False),
    sa.Index("ix_withheld_recipient", "recipient", "at"),
)

silence = sa.Table(
    "silence",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column("author", Words, nullable=False),
    sa.Column("reason", Words, nullable=False),
    sa.Column("recipient", Name, nullable=False),
    sa.Column("places", Kept(tuple[str, ...]), nullable=False),
    sa.Column("types", Kept(tuple[str, ...]), nullable=False),
    sa.Column("situation", Name, nullable=False),
    sa.Column("starts_at", Instant, nullable=False),
    sa.Column("ends_at", Instant, nullable=False),
    sa.Column("ended_by", Words, nullable=False, server_default=""),
    sqlite_autoincrement=True,
)

# Somebody has seen the message with this number, and so the situation it tells of.
acknowledgement = sa.Table(
    "acknowledgement",
    metadata,
    sa.Column("delivery", Number, sa.ForeignKey("delivery.number"), primary_key=True),
    sa.Column("situation", Name, nullable=False, index=True),
    sa.Column("note", Words, nullable=False),
    sa.Column("at", Instant, nullable=False),
)

# A row is there while the channel is off.
channel_state = sa.Table(
    "channel_state",
    metadata,
    sa.Column("channel", Name, primary_key=True),
    sa.Column("off_since", Instant, nullable=False),
    sa.Column("try_at", Instant, nullable=False),
    sa.Column("error", Words, nullable=False),
)

# The canary's runs. `failed`: the stage that stopped it.
beat = sa.Table(
    "beat",
    metadata,
    sa.Column("number", Number, primary_key=True),
    sa.Column("begun_at", Instant, nullable=False),
    sa.Column("ended_at", Instant),
    sa.Column("failed", Name, nullable=False),
    sa.Column("reason", Words, nullable=False),
    sa.Column("switch", Words, nullable=False),
    sqlite_autoincrement=True,
)

# Until when sources were read that cover what a recipient asked for.
sight = sa.Table(
    "sight",
    metadata,
    sa.Column("recipient", Name, primary_key=True),
    sa.Column("seen_until", Instant, nullable=False),
    sa.Column("blind_since", Instant),
    sa.Column("resumed_at", Instant),
    sa.Column("unseen", Kept(tuple[str, ...]), nullable=False),
)

meta = sa.Table(
    "meta",
    metadata,
    sa.Column("name", Name, primary_key=True),
    sa.Column("value", Words, nullable=False),
)
