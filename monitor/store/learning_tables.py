"""The tables of the learning loop: models made from reviews, and which one serves since when. Both append-only."""

import sqlalchemy as sa

from monitor.records.learning import Beside
from monitor.store.columns import Instant, Kept, Name, Number, Words, metadata

model_candidate = sa.Table(
    "model_candidate",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column("name", Name, nullable=False),
    sa.Column("version", Name, nullable=False),
    sa.Column("folder", Words, nullable=False),
    sa.Column("digest", Name, nullable=False),
    sa.Column("made_at", Instant, nullable=False),
    sa.Column("beside", Name, nullable=False),
    sa.Column("reviews", sa.Integer, nullable=False),
    sa.Column("sentences", sa.Integer, nullable=False),
    sa.Column("passed", sa.Boolean, nullable=False),
    sa.Column("reasons", Kept(tuple[str, ...]), nullable=False),
    sa.Column("scores", Kept(tuple[Beside, ...]), nullable=False),
    sa.Index("ix_model_candidate_version", "name", "version"),
    sqlite_autoincrement=True,
)

model_change = sa.Table(
    "model_change",
    metadata,
    sa.Column("id", Number, primary_key=True),
    sa.Column("name", Name, nullable=False),
    sa.Column("kind", Name, nullable=False),
    sa.Column("version", Name, nullable=False),
    sa.Column("at", Instant, nullable=False),
    sa.Column("by", Words, nullable=False),
    sa.Column("reason", Words, nullable=False),
    sa.Index("ix_model_change_name", "name", "id"),
    sqlite_autoincrement=True,
)
