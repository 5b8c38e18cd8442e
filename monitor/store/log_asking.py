"""What is asked of the log, worded as SQL: as text, since SQLAlchemy took longer for the wording than for the answer.

One table is walked along, the one that leaves most out: words, a place, or all rows; the rest is asked of each row on
the way. Values are bound, never written into the text.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from monitor.records import LABELS
from monitor.store import log_text
from monitor.store.codec import storable
from monitor.store.log_rows import IN_THE_AREA, number_of
from monitor.store.log_tables import TEXT
from monitor.text.searching import Term, asked

ANY = "any"  # as a review state: somebody reviewed it
NONE = "none"

_LINES = """
SELECT r.number, r.report_key, r.state, r.types, r.level, r.grade, r.verdict, r.feed, r.language, r.situation,
  r.sources, r.outlets, l.title, l.evidence, l.url, l.published_at, l.seen_at, l.revision, CAST(l.places AS TEXT),
  l.probability, l.model,
  (SELECT count(DISTINCT d.recipient) FROM alert_report a JOIN delivery d ON d.alert_id = a.alert_id
   WHERE a.report_key = r.report_key AND d.state = 'sent')
FROM ({numbers}) AS chosen
JOIN log_row r ON r.number = chosen.number
JOIN log_line l ON l.number = r.number
ORDER BY r.number DESC
"""


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for; empty means any. `since` is included, `until` is not, both by the time first seen."""

    places: tuple[str, ...] = ()  # slugs; what lies inside counts
    types: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    reviews: tuple[str, ...] = ()  # verdicts, or "any", "none"
    states: tuple[str, ...] = ()
    feeds: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    since: datetime | None = None
    until: datetime | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """How many rows are asked for, and which part of the log: what comes before a number, or the nearest after it."""

    limit: int
    before: int | None = None
    after: int | None = None


@dataclass(slots=True)
class Question:
    """A statement, the values that it names, and the words that it looks for; `narrowed`: among some rows only."""

    terms: tuple[Term, ...]
    narrowed: bool = False
    sql: str = ""
    values: dict[str, object] = field(default_factory=dict)

    def put(self, value: object) -> str:
        """How the value is named in the text."""
        name = f"v{len(self.values)}"
        self.values[name] = storable(value) if isinstance(value, str) else value
        return f":{name}"

    def one_of(self, column: str, wanted: Sequence[str]) -> str:
        named = [self.put(each) for each in wanted]
        return f"{column} = {named[0]}" if len(named) == 1 else f"{column} IN ({', '.join(named)})"


def lines(dialect: str, filters: Filters, part: Part) -> Question | None:
    """All that the lines show, the newest first; None when nothing that could be found is asked for."""
    question = _numbers(dialect, filters, part)
    if question:
        question.sql = _LINES.format(numbers=question.sql)
    return question


def how_many(dialect: str, filters: Filters, part: Part) -> Question | None:
    question = _numbers(dialect, filters, part)
    if question:
        question.sql = f"SELECT count(*) FROM ({question.sql}) AS found"  # noqa: S608  # nosec B608
    return question


def _numbers(dialect: str, filters: Filters, part: Part) -> Question | None:
    terms = asked(filters.text)
    if filters.text.strip() and not terms:
        return None
    question = Question(terms)
    table, number, conditions = _walked(question, dialect, filters)
    since, until = (number_of(at) if at else None for at in (filters.since, filters.until))
    ends = (("<", part.before), (">", part.after), (">=", since), ("<", until))
    conditions += [f"{number} {than} {question.put(end)}" for than, end in ends if end is not None]
    where = f"WHERE {' AND '.join(conditions)} " if conditions else ""
    order = "DESC" if part.after is None else "ASC"
    # the limit as a value would be planned anew each time
    page = f"{where}ORDER BY {number} {order} LIMIT {part.limit:d}"
    question.sql = f"SELECT {number} AS number FROM {table} {page}"  # noqa: S608  # nosec B608
    return question


def _walked(question: Question, dialect: str, filters: Filters) -> tuple[str, str, list[str]]:
    """The tables, the column of numbers, and the conditions; what is asked of another table is asked of each number, so
    that no planner begins at the other end (SQLite's takes the tables of a cross join as they stand).
    """
    of_row = _of_row(question, dialect, filters)
    placed = question.one_of("p.place", filters.places) if filters.places else ""
    if question.terms:
        table, number, conditions = _hits(question, dialect)
        conditions += [_lies(dialect, filters, number, placed)] if placed else []
    elif len(filters.places) == 1 and not (of_row and _is_wide(filters)):
        table, number, conditions = "log_place p", "p.number", [placed]
    else:
        return "log_row r", "r.number", of_row + ([_lies(dialect, filters, "r.number", placed)] if placed else [])
    question.narrowed = bool(of_row or (question.terms and placed))
    if of_row:
        table, conditions = f"{table} CROSS JOIN log_row r", [*conditions, f"r.number = {number}", *of_row]
    return table, number, conditions


def _is_wide(filters: Filters) -> bool:
    """Whether nearly every report lies there."""
    return IN_THE_AREA in filters.places


def _lies(dialect: str, filters: Filters, number: str, placed: str) -> str:
    """Whether it lies at one of the places."""
    if _is_wide(filters):
        return f"EXISTS (SELECT 1 FROM log_place p WHERE p.number = {number} AND {placed})"  # noqa: S608  # nosec B608
    # SQLite keeps these few in memory, and with + it does not begin at them
    plain = f"+{number}" if dialect == "sqlite" else number
    return f"{plain} IN (SELECT p.number FROM log_place p WHERE {placed})"  # noqa: S608  # nosec B608


def _of_row(question: Question, dialect: str, filters: Filters) -> list[str]:
    asked_for = (
        ("r.level", filters.levels),
        ("r.grade", filters.grades),
        ("r.state", filters.states),
        ("r.feed", filters.feeds),
    )
    conditions = [question.one_of(column, wanted) for column, wanted in asked_for if wanted]
    if filters.types:
        bits = sum(1 << LABELS.index(label) for label in LABELS if label in filters.types)
        conditions.append(f"r.types & {question.put(bits)} <> 0")
    if filters.reviews and not {ANY, NONE} <= set(filters.reviews):
        conditions.append(_reviewed(question, dialect, filters.reviews))
    if filters.languages:
        # SQLite, which has counted no rows, would take its index before one that leaves more out
        column = "+r.language" if dialect == "sqlite" and conditions else "r.language"
        conditions.append(question.one_of(column, filters.languages))
    return conditions


def _reviewed(question: Question, dialect: str, wanted: Sequence[str]) -> str:
    if ANY in wanted:
        return "r.verdict <> ''"
    # by its index SQLite would look up nearly all rows one by one to find those that nobody reviewed
    column = "+r.verdict" if dialect == "sqlite" and NONE in wanted else "r.verdict"
    return question.one_of(column, ["" if each == NONE else each for each in wanted])


def _hits(question: Question, dialect: str) -> tuple[str, str, list[str]]:
    wanted = question.put(log_text.query(dialect, question.terms))
    if dialect == "sqlite":  # plain rowid would be, inside EXISTS, that of the other table
        return TEXT, f"{TEXT}.rowid", [f"{TEXT} MATCH {wanted}"]
    # By its index and apart from all else (OFFSET 0).
    found = f"SELECT t.number FROM {TEXT} t WHERE t.words @@ CAST({wanted} AS tsquery) OFFSET 0"  # noqa: S608  # nosec B608
    return f"({found}) AS hits", "hits.number", []
