"""Who said first what a source only passes on."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("report", sa.Column("origin", sa.Text(), nullable=False, server_default=""))
