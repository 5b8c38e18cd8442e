"""The words of listed reports, searched: by FTS5 on SQLite, by a tsvector on PostgreSQL, with the same answers.

Both are given finished tokens, so that neither folds, splits or stems by rules of its own. In a tsvector a word begins
with w, a pair of neighbours with p and a stem with s; FTS5 has a column for words and one for stems.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import TSVECTOR

from monitor.store.columns import Transaction
from monitor.store.dialect import chunks
from monitor.store.log_tables import TEXT
from monitor.text.searching import BOUNDARY, Indexed, Term

_SQLITE = sa.table(TEXT, sa.column("rowid"), sa.column("words"), sa.column("stems"), sa.column(TEXT))
_POSTGRESQL = sa.table(TEXT, sa.column("number"), sa.column("words", TSVECTOR))


def add(tx: Transaction, texts: Mapping[int, Indexed]) -> None:
    if not texts:
        return
    if tx.dialect.name == "sqlite":
        rows = [
            {"rowid": number, "words": " ".join(each.words), "stems": " ".join(each.stems)}
            for number, each in texts.items()
        ]
        tx.execute(sa.insert(_SQLITE), rows)
    else:
        rows = [{"number": number, "words": _vector(each)} for number, each in texts.items()]
        tx.execute(sa.insert(_POSTGRESQL), rows)


def remove(tx: Transaction, numbers: Sequence[int]) -> None:
    table = _SQLITE if tx.dialect.name == "sqlite" else _POSTGRESQL
    for some in chunks(numbers):
        tx.execute(sa.delete(table).where(_number(tx).in_(some)))


def clear(tx: Transaction) -> None:
    tx.execute(sa.delete(_SQLITE if tx.dialect.name == "sqlite" else _POSTGRESQL))


def query(dialect: str, terms: Sequence[Term]) -> str:
    """What is matched: texts that hold all of the terms."""
    if dialect == "sqlite":
        return " AND ".join(_fts5(term) for term in terms)
    return " & ".join(_tsquery(term) for term in terms)


def search_by_index(tx: Transaction, *, narrowed: bool) -> None:
    """A common word, or the beginning of one, PostgreSQL would rather look for in text after text, for it does not
    count what it costs to unpack them: 1.7 s instead of 2 ms. `narrowed`: a plan that it keeps for all words takes each
    for a rare one, and asks of every hit whether it is among the rows: 20 ms instead of 5. Both hold until the end of
    the transaction.
    """
    if tx.dialect.name == "postgresql":
        anew = "; SET LOCAL plan_cache_mode = force_custom_plan" if narrowed else ""
        tx.exec_driver_sql(f"SET LOCAL enable_seqscan = off{anew}")


def _number(tx: Transaction) -> sa.ColumnElement[int]:
    return _SQLITE.c.rowid if tx.dialect.name == "sqlite" else _POSTGRESQL.c.number


def _vector(text: Indexed) -> str:
    """Words with their places, pairs of neighbours, stems. By pairs a phrase is found without reading the texts."""
    places: dict[str, list[str]] = defaultdict(list)
    for place, word in enumerate(text.words, 1):
        places[word].append(str(place))
    lexemes = [f"'w{word}':{','.join(found[:255])}" for word, found in places.items()]
    pairs = dict.fromkeys(pair for pair in pairwise(text.words) if BOUNDARY not in pair)
    lexemes += [f"'p{one} {other}'" for one, other in pairs]
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
    if term.kind == "prefix":
        return f"('w{term.tokens[0]}':* | 's{term.tokens[0]}':*)"
    if len(term.tokens) == 1:
        return f"'w{term.tokens[0]}'"
    pairs = [f"'p{one} {other}'" for one, other in pairwise(term.tokens)]
    whole = [" <-> ".join(f"'w{token}'" for token in term.tokens)] if len(pairs) > 1 else []
    return "(" + " & ".join(pairs + [f"({each})" for each in whole]) + ")"
