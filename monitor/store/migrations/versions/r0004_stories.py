"""How situations stand and came to stand so, what people did to them, and what was granted and not sent."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _columns()
    _stories()
    _silences()
    op.create_table(
        "acknowledgement",
        sa.Column("delivery", NUMBER, nullable=False),
        sa.Column("situation", NAME, nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("delivery", name="pk_acknowledgement"),
        sa.ForeignKeyConstraint(["delivery"], ["delivery.number"], name="fk_acknowledgement_delivery"),
    )
    op.create_index("ix_acknowledgement_situation", "acknowledgement", ["situation"])


def _columns() -> None:
    op.add_column("situation", sa.Column("states", sa.JSON(), nullable=False, server_default="{}"))
    op.add_column("situation", sa.Column("level", NAME, nullable=False, server_default="watch"))
    op.add_column("situation", sa.Column("within", sa.JSON(), nullable=False, server_default="[]"))
    op.add_column("alert", sa.Column("level", NAME, nullable=False, server_default="watch"))
    op.add_column("delivery", sa.Column("form", NAME, nullable=False, server_default="full"))
    op.add_column("delivery", sa.Column("quote", NAME, nullable=False, server_default="sentence"))
    op.add_column("delivery", sa.Column("receipt", sa.Text(), nullable=False, server_default=""))
    op.add_column("delivery", sa.Column("next_channel_at", INSTANT))
    asked = sa.text("next_channel_at IS NOT NULL")
    op.create_index("ix_delivery_asked", "delivery", ["next_channel_at"], sqlite_where=asked, postgresql_where=asked)


def _stories() -> None:
    op.create_table(
        "situation_step",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("situation", NAME, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("track", NAME, nullable=False),
        sa.Column("state", NAME, nullable=False),
        sa.Column("outlet", sa.Text(), nullable=False),
        sa.Column("report_key", NAME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_situation_step"),
        sa.ForeignKeyConstraint(["situation"], ["situation.key"], name="fk_situation_step_situation"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_situation_step_situation", "situation_step", ["situation"])
    op.create_table(
        "situation_change",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("situation", NAME, nullable=False),
        sa.Column("kind", NAME, nullable=False),
        sa.Column("other", NAME, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_situation_change"),
        sa.ForeignKeyConstraint(["situation"], ["situation.key"], name="fk_situation_change_situation"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_situation_change_situation", "situation_change", ["situation"])


def _silences() -> None:
    op.create_table(
        "silence",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("recipient", NAME, nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("types", sa.JSON(), nullable=False),
        sa.Column("situation", NAME, nullable=False),
        sa.Column("starts_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_silence"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "withheld",
        sa.Column("alert_id", NUMBER, nullable=False),
        sa.Column("recipient", NAME, nullable=False),
        sa.Column("reason", NAME, nullable=False),
        sa.Column("silence_id", NUMBER),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("alert_id", "recipient", name="pk_withheld"),
        sa.ForeignKeyConstraint(["alert_id"], ["alert.id"], name="fk_withheld_alert_id"),
        sa.ForeignKeyConstraint(["silence_id"], ["silence.id"], name="fk_withheld_silence_id"),
    )
    op.create_index("ix_withheld_silence_id", "withheld", ["silence_id"])
    op.create_index("ix_withheld_recipient", "withheld", ["recipient", "at"])
    op.create_index("ix_delivery_recipient", "delivery", ["recipient", "created_at"])
