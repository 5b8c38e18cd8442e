"""The words of listed reports, searched: by FTS5 on SQLite, by a tsvector on PostgreSQL, with the same answers.

Both are given finished tokens, so that neither folds, splits or stems by rules of its own. In a tsvector a word begins
with w and a stem with s; FTS5 has a column for each.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from monitor.store.columns import Transaction
from monitor.store.dialect import chunks
from monitor.store.log_tables import TEXT
from monitor.text.searching import Indexed, Term

_SQLITE = sa.table(TEXT, sa.column("rowid"), sa.column("words"), sa.column("stems"), sa.column(TEXT))
_POSTGRESQL = sa.table(TEXT, sa.column("number"), sa.column("words"))


def add(tx: Transaction, texts: Mapping[int, Indexed]) -> None:
    if not texts:
        return
    if tx.dialect.name == "sqlite":
        adding = sa.text(f"INSERT INTO {TEXT} (rowid, words, stems) VALUES (:number, :words, :stems)")  # noqa: S608
        rows = [
            {"number": number, "words": " ".join(each.words), "stems": " ".join(each.stems)}
            for number, each in texts.items()
        ]
    else:
        adding = sa.text(f"INSERT INTO {TEXT} (number, words) VALUES (:number, CAST(:words AS tsvector))")  # noqa: S608
        rows = [{"number": number, "words": _vector(each)} for number, each in texts.items()]
    tx.execute(adding, rows)


def remove(tx: Transaction, numbers: Sequence[int]) -> None:
    table = _SQLITE if tx.dialect.name == "sqlite" else _POSTGRESQL
    for some in chunks(numbers):
        tx.execute(sa.delete(table).where(_number(tx).in_(some)))


def clear(tx: Transaction) -> None:
    tx.execute(sa.text(f"DELETE FROM {TEXT}"))  # noqa: S608


def source(tx: Transaction) -> tuple[sa.TableClause, sa.ColumnElement[int]]:
    """What a search selects from, and its column of the rows' numbers."""
    return (_SQLITE if tx.dialect.name == "sqlite" else _POSTGRESQL), _number(tx)


def holds(tx: Transaction, terms: Sequence[Term]) -> sa.ColumnElement[bool]:
    """That a text holds all of the terms."""
    if tx.dialect.name == "sqlite":
        return _SQLITE.c[TEXT].op("MATCH")(" AND ".join(_fts5(term) for term in terms))
    wanted = sa.cast(
        sa.literal(" & ".join(_tsquery(term) for term in terms), sa.Text()), sa.dialects.postgresql.TSQUERY
    )
    return _POSTGRESQL.c.words.op("@@")(wanted)


def _number(tx: Transaction) -> sa.ColumnElement[int]:
    return _SQLITE.c.rowid if tx.dialect.name == "sqlite" else _POSTGRESQL.c.number


def _vector(text: Indexed) -> str:
    places: dict[str, list[str]] = defaultdict(list)
    for place, word in enumerate(text.words, 1):
        places[word].append(str(place))
    lexemes = [f"'w{word}':{','.join(found[:255])}" for word, found in places.items()]
    return " ".join([*lexemes, *(f"'s{stem}'" for stem in dict.fromkeys(text.stems))])


def _fts5(term: Term) -> str:
    if term.kind == "word":
        return f'(stems : "{term.tokens[0]}")'
    if term.kind == "phrase":
        return f'(words : "{" ".join(term.tokens)}")'
    return f'({{words stems}} : "{term.tokens[0]}" *)'


def _tsquery(term: Term) -> str:
    if term.kind == "word":
        return f"'s{term.tokens[0]}'"
    if term.kind == "phrase":
        return "(" + " <-> ".join(f"'w{token}'" for token in term.tokens) + ")"
    return f"('w{term.tokens[0]}':* | 's{term.tokens[0]}':*)"
