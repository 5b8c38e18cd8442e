"""The tables of the people: accounts, what they and their programs enter by, and what was tried at the door. No secret
is in a row: passwords are argon2, what a browser, a link or a program holds is kept as its digest only.
"""

import sqlalchemy as sa

from monitor.store.columns import Instant, Name, Number, Words, metadata

account = sa.Table(
    "account",
    metadata,
    sa.Column("name", Name, primary_key=True),
    sa.Column("role", Name, nullable=False),
    sa.Column("language", Name, nullable=False),
    sa.Column("zone", Words, nullable=False),
    sa.Column("password", Words, nullable=False),  # "": none was chosen so far
    sa.Column("created_at", Instant, nullable=False),
    sa.Column("closed_at", Instant),
)

session = sa.Table(
    "session",
    metadata,
    sa.Column("digest", Name, primary_key=True),
    sa.Column("account", Name, sa.ForeignKey("account.name"), nullable=False, index=True),
    sa.Column("begun_at", Instant, nullable=False),
    sa.Column("seen_at", Instant, nullable=False),
)

# With it a password is chosen. `account` "": the first of all, whose name is chosen with it.
entry_link = sa.Table(
    "entry_link",
    metadata,
    sa.Column("digest", Name, primary_key=True),
    sa.Column("account", Name, nullable=False, index=True),
    sa.Column("ends_at", Instant, nullable=False),
)

# Tries to log in that failed or are under way.
entry_try = sa.Table(
    "entry_try",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column("account", Name, nullable=False),  # a digest: people type passwords there
    sa.Column("address", Name, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Index("ix_entry_try_account", "account", "at"),
    sa.Index("ix_entry_try_address", "address", "at"),
    sa.Index("ix_entry_try_at", "at"),
    sqlite_autoincrement=True,
)

# What programs ask with. The number stands in the token itself, so that its secret is compared and never searched for.
access_token = sa.Table(
    "access_token",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column("account", Name, sa.ForeignKey("account.name"), nullable=False, index=True),
    sa.Column("name", Words, nullable=False),
    sa.Column("role", Name, nullable=False),
    sa.Column("digest", Name, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("ends_at", Instant),
    sa.Column("used_on", Instant),  # midnight of the day: more exact would be a diary of its owner
    sqlite_autoincrement=True,
)
