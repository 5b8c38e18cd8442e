"""The kinds of column that both databases keep alike, and how lists over them are turned over."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.types import TypeDecorator

from monitor.errors import StoreError
from monitor.store import codec

Transaction = sa.Connection
Cursor = tuple[datetime, str]  # when, and key, of the last row of a page


class Instant(TypeDecorator[datetime]):
    """An aware UTC time, to the microsecond. SQLite keeps it as text of fixed width, which sorts as the time does."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise StoreError(f"The time {value} has no zone. This is a mistake in the program.")
        moment = value.astimezone(UTC)
        return moment.replace(tzinfo=None) if dialect.name == "sqlite" else moment

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if dialect.name == "sqlite" else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Text of any length, in a form that both databases take."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:  # noqa: ARG002
        return None if value is None else codec.storable(value)


class Name(Words):
    """What identifies something. Compared byte by byte, so that order and prefixes are the same on every database."""

    cache_ok = True

    def load_dialect_impl(self, dialect: sa.Dialect) -> sa.types.TypeEngine[Any]:
        # not by dialect.type_descriptor, which makes VARCHAR of it
        return sa.Text(collation="C") if dialect.name == "postgresql" else sa.Text()


class Kept(TypeDecorator[Any]):
    """What the annotation says, as JSON. On PostgreSQL json, not jsonb, which loses the order of the names."""

    impl = sa.JSON
    cache_ok = True

    def __init__(self, annotation: Any) -> None:
        super().__init__()
        self.annotation = annotation

    def process_bind_param(self, value: Any, dialect: sa.Dialect) -> Any:  # noqa: ARG002
        return codec.to_json(self.annotation, value)

    def process_result_value(self, value: Any, dialect: sa.Dialect) -> Any:  # noqa: ARG002
        return codec.from_json(self.annotation, value)


metadata = sa.MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)

# SQLite counts up by itself only in a column declared INTEGER, to the letter
Number = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def further(newest: Sequence[sa.ColumnElement[Any]], cursor: Sequence[object]) -> sa.ColumnElement[bool]:
    """What comes after the cursor, the last row of a page, in a list that is turned over with the newest first."""
    values = (sa.literal(value, column.type) for value, column in zip(cursor, newest, strict=True))
    return sa.tuple_(*newest) < sa.tuple_(*values)
