"""What the log page asks for, kept beside the reports so that a million of them answer at once."""

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Nothing so far."""
