"""Access tokens: with them programs ask in the name of a person, beside the sessions of browsers.

A token is the number of its row and a secret of 256 random bits, of which the row holds the digest. Not argon2, as with
passwords: nobody guesses such a secret, and each question of a program would cost as much as a login.
"""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time

from monitor.errors import AccountError, StoreError
from monitor.pipeline import people
from monitor.records.people import ROLES, Person, Role, Token
from monitor.store import Store, Transaction, tokens
from monitor.store import people as accounts

BEGINS = "monitor_"  # so that programs that look for lost secrets find it
MOST = 20  # of one person
LONGEST = 60  # letters of a name
GIVEN: tuple[Role, ...] = ("reader", "reviewer")  # what a token may be: accounts are a matter for people
_FORM = re.compile(BEGINS + r"([1-9]\d{0,17})_([\w-]{43})", re.ASCII)
_NOBODYS = people.digest("what is compared where there is no token")


@dataclass(frozen=True, slots=True)
class Wish:
    """A token as its owner wants it."""

    name: str
    role: Role
    ends_at: datetime | None = None


def make(door: people.Door, person: Person, wish: Wish, password: str) -> str:
    """The token: nobody can be told it again. Raises AccountError.

    It asks for the password, because a token outlives the session of whoever found a browser open.
    """
    kept = _good(wish, person, door.now)
    hashed = people.prove(door, person.name, password)
    secret = secrets.token_urlsafe(32)
    with door.store.write() as tx:
        if accounts.password_of(tx, person.name) != hashed:  # changed, or closed, while we compared
            raise AccountError("name or password is wrong", "wrong")
        if len(tokens.listing(tx, person.name)) >= MOST:
            raise AccountError(f"{person.name} has {MOST} tokens: revoke one first", "many")
        return f"{BEGINS}{tokens.add(tx, kept, people.digest(secret))}_{secret}"


def person(store: Store, shown: str, address: str, clock: Callable[[], datetime]) -> Person:
    """In whose name the program asks, and as what. Raises AccountError; what is wrong counts as a try at the door.

    A right one is taken from whatever address: it cannot be guessed, and a stranger's tries must not stop the programs
    of everybody behind one proxy.
    """
    now = clock()
    with store.read() as tx:
        token, owner = _found(tx, shown)
    if token is None or owner is None or token.has_ended(now):
        with store.write() as tx:
            people.note_try(tx, shown, address, now)
        raise AccountError("the token is wrong, was revoked or has run out", "wrong")
    _note_use(store, token, now)
    return replace(owner, role=min(token.role, owner.role, key=ROLES.index))


def revoke(store: Store, number: int, by: Person | None) -> Token:
    """It opens nothing from now on. `by`: its owner or an administrator; None: who sits at the machine."""
    with store.write() as tx:
        found = tokens.get(tx, number)
        if found is None or not (by is None or by.role == "admin" or by.name == found.account):
            raise AccountError(f"there is no token {number}: `monitor accounts tokens` shows them", "no_token")
        tokens.end(tx, number)
        return found


def _found(tx: Transaction, shown: str) -> tuple[Token, Person] | tuple[None, None]:
    """Compared in the same time whether or not there is such a number, and however much of the secret is right."""
    match = _FORM.fullmatch(shown)
    row = tokens.find(tx, int(match[1])) if match else None
    is_right = secrets.compare_digest(people.digest(match[2] if match else shown), row[1] if row else _NOBODYS)
    return (row[0], row[2]) if row and is_right else (None, None)


def _note_use(store: Store, token: Token, now: datetime) -> None:
    day = datetime.combine(now.astimezone(UTC).date(), time(), UTC)
    if token.used_on == day:
        return
    try:
        with store.write() as tx:
            tokens.touch(tx, token.number, day)
    except StoreError:
        return  # the database is busy: the next question notes it


def _good(wish: Wish, person: Person, now: datetime) -> Token:
    name = " ".join(wish.name.split())
    if not name or len(name) > LONGEST or not name.isprintable():
        raise AccountError(f"the name of a token has 1 to {LONGEST} letters", "token_name")
    if wish.role not in GIVEN or ROLES.index(wish.role) > ROLES.index(person.role):
        raise AccountError(f"{person.name} is {person.role}: a token of theirs cannot be {wish.role}", "token_role")
    if wish.ends_at is not None and wish.ends_at <= now:
        raise AccountError("the token would have ended already: give a later day", "token_day")
    return Token(0, person.name, name, wish.role, now, wish.ends_at)
