"""Which candidate models were built from reviews, and which one serves."""

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Nothing so far."""
