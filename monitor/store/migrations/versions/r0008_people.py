"""Who may look at the pages: accounts, their sessions, and what was tried at the door."""

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    """Nothing so far."""
