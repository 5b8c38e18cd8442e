"""The tables as they are after the last migration. A change here needs a migration beside it: a test compares them."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

from monitor.errors import StoreError
from monitor.records import Alert, Assessment, Report
from monitor.store import codec

Transaction = sa.Connection


class Instant(TypeDecorator[datetime]):
    """An aware UTC time, to the microsecond. SQLite keeps it as text of fixed width, which sorts as the time does."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise StoreError(f"The time {value} has no zone. This is a mistake in the program.")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text of any length, in a form that both databases take."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else codec.storable(value)


class Name(Words):
    """What identifies something. Compared byte by byte, so that order and prefixes are the same on every database."""

    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        # not by dialect.type_descriptor, which makes VARCHAR of it
        return sa.Text(collation="C") if dialect.name == "postgresql" else sa.Text()


class Kept(TypeDecorator[Any]):
    """What the annotation says, as JSON. On PostgreSQL json, not jsonb, which loses the order of the names."""

    impl = sa.JSON
    cache_ok = True

    def __init__(self, annotation: Any) -> None:
        super().__init__()
        self.annotation = annotation

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:  # noqa: ARG002
        return codec.to_json(self.annotation, value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:  # noqa: ARG002
        return codec.from_json(self.annotation, value)


metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

# SQLite counts up by itself only in a column declared INTEGER, to the letter
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")

# Written out, not bound: a partial index is used only where the planner sees its very condition.
LISTED = sa.text("state IN ('flagged', 'uncertain')")
IS_DUE = sa.text("state = 'due'")
IS_HELD = sa.text("held <> ''")

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
    sa.Index("ix_feed_due", "paused", "due_at"),
)

# The columns up to fingerprint are the fields of Report. An entry's key may be longer than an index of PostgreSQL
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
    sa.Column("entry_digest", Name, nullable=False),
    sa.Column("state", Name, nullable=False),
    sa.Column("assessment", Kept(Assessment), nullable=False),
    sa.UniqueConstraint("feed", "entry_digest"),
    sa.Index("ix_report_seen", "seen_at", "key"),
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

telling = sa.Table(
    "telling",
    metadata,
    sa.Column("report_key", Name, sa.ForeignKey("report.key"), primary_key=True),
    sa.Column("outlet", Words, nullable=False),
    sa.Column("source", Words, nullable=False),
    sa.Column("copy_of", Name, nullable=False),
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
    sa.Column("record", Kept(Alert), nullable=False),
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
    sa.UniqueConstraint("alert_id", "recipient", "channel"),
    sa.Index("ix_delivery_due", "due_at", "number", sqlite_where=IS_DUE, postgresql_where=IS_DUE),
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

review = sa.Table(
    "review",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column("report_key", Name, sa.ForeignKey("report.key"), nullable=False, index=True),
    sa.Column("verdict", Name, nullable=False),
    sa.Column("note", Words, nullable=False),
    sa.Column("reviewer", Words, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sqlite_autoincrement=True,
)

meta = sa.Table(
    "meta",
    metadata,
    sa.Column("name", Name, primary_key=True),
    sa.Column("value", Words, nullable=False),
)
