"""Who ended a silence before its time."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    op.add_column("silence", sa.Column("ended_by", sa.Text(), nullable=False, server_default=""))
