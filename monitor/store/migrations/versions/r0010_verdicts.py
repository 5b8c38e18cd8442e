"""What a review says beyond its verdict, and which reports are drawn for the audit."""

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Nothing so far."""
