"""When messages were tried lately, for a worker that takes a channel over from another."""

from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_index("ix_delivery_attempt_at", "delivery_attempt", ["at"])
