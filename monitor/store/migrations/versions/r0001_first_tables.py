"""The first tables."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
LISTED = sa.text("state IN ('flagged', 'uncertain')")
IS_DUE = sa.text("state = 'due'")
IS_HELD = sa.text("held <> ''")

# A review stands as it was given: a changed mind is another row.
SQLITE_APPEND_ONLY = """
CREATE TRIGGER review_no_{event} BEFORE {event} ON review
BEGIN SELECT RAISE(ABORT, 'reviews are append-only: add another instead'); END
"""
POSTGRESQL_APPEND_ONLY = (
    """
CREATE FUNCTION review_is_append_only() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'reviews are append-only: add another instead'; END $$
""",
    """
CREATE TRIGGER review_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON review
FOR EACH STATEMENT EXECUTE FUNCTION review_is_append_only()
""",
)


def upgrade() -> None:
    _feeds()
    _reports()
    _about_reports()
    _situations()
    _alerts()
    _deliveries()
    _append_only()


def _feeds() -> None:
    op.create_table(
        "feed",
        sa.Column("name", NAME, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("memory", sa.JSON(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("last_try_at", INSTANT),
        sa.Column("last_read_at", INSTANT),
        sa.Column("first_read_at", INSTANT),
        sa.Column("last_new_at", INSTANT),
        sa.Column("paused", sa.Boolean(), nullable=False),
        sa.Column("summary_due", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_feed"),
    )
    op.create_index("ix_feed_due", "feed", ["paused", "due_at"])
    op.create_table(
        "meta",
        sa.Column("name", NAME, nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_meta"),
    )


def _reports() -> None:
    op.create_table(
        "report",
        sa.Column("key", NAME, nullable=False),
        sa.Column("feed", NAME, nullable=False),
        sa.Column("entry_key", NAME, nullable=False),
        sa.Column("url", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("text_from", NAME, nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("language", NAME, nullable=False),
        sa.Column("published_at", INSTANT),
        sa.Column("seen_at", INSTANT, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("fingerprint", NAME, nullable=False),
        sa.Column("entry_digest", NAME, nullable=False),
        sa.Column("state", NAME, nullable=False),
        sa.Column("assessment", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_report"),
        sa.UniqueConstraint("feed", "entry_digest", name="uq_report_feed_entry_digest"),
    )
    op.create_index("ix_report_listed", "report", ["seen_at", "key"], sqlite_where=LISTED, postgresql_where=LISTED)
    op.create_index("ix_report_seen", "report", ["seen_at", "key"])


def _about_reports() -> None:
    op.create_table(
        "report_revision",
        sa.Column("report_key", NAME, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("report", sa.JSON(), nullable=False),
        sa.Column("assessment", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["report_key"], ["report.key"], name="fk_report_revision_report_key"),
        sa.PrimaryKeyConstraint("report_key", "revision", name="pk_report_revision"),
    )
    op.create_table(
        "report_subject",
        sa.Column("report_key", NAME, nullable=False),
        sa.Column("type", NAME, nullable=False),
        sa.Column("place", NAME, nullable=False),
        sa.ForeignKeyConstraint(["report_key"], ["report.key"], name="fk_report_subject_report_key"),
        sa.PrimaryKeyConstraint("report_key", "type", "place", name="pk_report_subject"),
    )
    op.create_index("ix_report_subject_filed", "report_subject", ["place", "type", "report_key"])
    op.create_table(
        "review",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("report_key", NAME, nullable=False),
        sa.Column("verdict", NAME, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("reviewer", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.ForeignKeyConstraint(["report_key"], ["report.key"], name="fk_review_report_key"),
        sa.PrimaryKeyConstraint("id", name="pk_review"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_review_report_key", "review", ["report_key"])


def _situations() -> None:
    op.create_table(
        "situation",
        sa.Column("key", NAME, nullable=False),
        sa.Column("place", NAME, nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("opened_at", INSTANT, nullable=False),
        sa.Column("last_report_at", INSTANT, nullable=False),
        sa.Column("closed_at", INSTANT),
        sa.Column("tracks", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("key", name="pk_situation"),
        sa.UniqueConstraint("place", "number", name="uq_situation_place_number"),
    )
    op.create_index("ix_situation_last_report_at", "situation", ["last_report_at", "key"])
    op.create_table(
        "situation_report",
        sa.Column("report_key", NAME, nullable=False),
        sa.Column("situation", NAME, nullable=False),
        sa.ForeignKeyConstraint(["report_key"], ["report.key"], name="fk_situation_report_report_key"),
        sa.ForeignKeyConstraint(["situation"], ["situation.key"], name="fk_situation_report_situation"),
        sa.PrimaryKeyConstraint("report_key", name="pk_situation_report"),
    )
    op.create_index("ix_situation_report_situation", "situation_report", ["situation"])
    op.create_table(
        "decision",
        sa.Column("report_key", NAME, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("situation", NAME, nullable=False),
        sa.Column("kind", NAME, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("rests_on", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["report_key"], ["report.key"], name="fk_decision_report_key"),
        sa.ForeignKeyConstraint(["situation"], ["situation.key"], name="fk_decision_situation"),
        sa.PrimaryKeyConstraint("report_key", "revision", name="pk_decision"),
    )


def _alerts() -> None:
    op.create_table(
        "alert",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("occasion", NAME, nullable=False),
        sa.Column("situation", NAME, nullable=False),
        sa.Column("held", NAME, nullable=False),
        sa.Column("record", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_alert"),
        sa.UniqueConstraint("occasion", name="uq_alert_occasion"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_alert_held", "alert", ["held", "id"], sqlite_where=IS_HELD, postgresql_where=IS_HELD)
    op.create_index("ix_alert_situation", "alert", ["situation"])
    op.create_table(
        "alert_report",
        sa.Column("report_key", NAME, nullable=False),
        sa.Column("alert_id", NUMBER, nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name="fk_alert_report_alert_id"),
        sa.PrimaryKeyConstraint("report_key", "alert_id", name="pk_alert_report"),
    )


def _deliveries() -> None:
    op.create_table(
        "delivery",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("alert_id", NUMBER, nullable=False),
        sa.Column("recipient", NAME, nullable=False),
        sa.Column("channel", NAME, nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("zone", sa.Text(), nullable=False),
        sa.Column("state", NAME, nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("due_at", INSTANT, nullable=False),
        sa.Column("sent_at", INSTANT),
        sa.Column("error", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name="fk_delivery_alert_id"),
        sa.PrimaryKeyConstraint("number", name="pk_delivery"),
        sa.UniqueConstraint("alert_id", "recipient", "channel", name="uq_delivery_alert_id_recipient_channel"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_delivery_due", "delivery", ["due_at", "number"], sqlite_where=IS_DUE, postgresql_where=IS_DUE)
    op.create_table(
        "delivery_attempt",
        sa.Column("number", NUMBER, nullable=False),
        sa.Column("attempt", sa.Integer(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("outcome", NAME, nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["number"], ["delivery.number"], name="fk_delivery_attempt_number"),
        sa.PrimaryKeyConstraint("number", "attempt", name="pk_delivery_attempt"),
    )


def _append_only() -> None:
    if op.get_context().dialect.name == "sqlite":
        for event in ("UPDATE", "DELETE"):
            op.execute(SQLITE_APPEND_ONLY.format(event=event))
    else:
        for statement in POSTGRESQL_APPEND_ONLY:
            op.execute(statement)
