"""People come in and go: accounts, links with which to choose a password, sessions. What a browser or link holds is a
random token; only its digest is kept, so that whoever reads the database cannot enter with it. What their programs ask
with is in tokens.py.
"""

import hashlib
import re
import secrets
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address

from monitor.errors import AccountError, StoreError
from monitor.pipeline.passwords import Passwords
from monitor.records.people import Account, Person, Role
from monitor.store import Store, Transaction, people, sessions, tokens

IDLE, LONGEST = timedelta(days=1), timedelta(days=14)  # a session ends after a day unused, and after two weeks anyway
LINK_LASTS = timedelta(days=1)
_NOTED_EVERY = timedelta(minutes=5)  # seen_at need not be more exact: reading pages should not write
_WINDOW = timedelta(minutes=15)
_TRIES = (5, 50, 30)  # in that window: of an account from one address, of an account, from one address
_NAME = re.compile(r"\w[\w.-]{0,39}")


@dataclass(frozen=True, slots=True)
class Door:
    """Where somebody tries to come in, from which address, and when."""

    store: Store
    passwords: Passwords
    address: str
    now: datetime


def named(name: str) -> str:
    """The name as it is kept: case and the forms of letters make no difference."""
    return unicodedata.normalize("NFKC", name).strip().casefold()


def digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def add(store: Store, name: str, role: Role, now: datetime) -> str:
    """A new account. The token of the link with which its owner chooses the password."""
    kept = _good(name)
    with store.write() as tx:
        if not people.add(tx, kept, role, now):
            raise AccountError(f"there is an account {kept} already", "taken")
        return _link(tx, kept, now)


def new_link(store: Store, name: str, now: datetime) -> str:
    """A new link with which the owner of that account chooses a password. It opens a closed account again.

    The old password holds until the link is used: nobody is locked out by a link that never arrives.
    """
    with store.write() as tx:
        account = _known(tx, name)
        if account.closed_at:
            people.reopen(tx, account.name)
        return _link(tx, account.name, now)


def set_up_link(store: Store, now: datetime) -> str:
    """The token of the link that makes the first administrator; "" when somebody can administer already."""
    with store.write() as tx:
        return "" if people.able_admins(tx) else _link(tx, "", now)


def link_for(store: Store, token: str, now: datetime) -> str | None:
    """The account that the link is for, "" for the first; None when it does not hold any more."""
    with store.read() as tx:
        return sessions.link(tx, digest(token), now)


def choose_password(door: Door, token: str, name: str, password: str) -> str:
    """Uses up the link. The token of a new session; the others and access tokens end. `name`: of the first account."""
    store, now = door.store, door.now
    for_whom = link_for(store, token, now)
    if for_whom is None:
        raise _no_link()
    kept = for_whom or _good(name)
    hashed = door.passwords.hashed(password, kept)
    with store.write() as tx:
        if sessions.take_link(tx, digest(token), now) != for_whom:
            raise _no_link()
        if not for_whom:
            _make_first(tx, kept, now)
        people.set_password(tx, kept, hashed)
        _end_all(tx, kept)
        return _begin(tx, kept, now)


def set_password(store: Store, passwords: Passwords, name: str, password: str) -> None:
    """Every session and access token of the account ends: one of them may be a stranger's."""
    kept = named(name)
    hashed = passwords.hashed(password, kept)
    with store.write() as tx:
        _open(tx, kept)
        people.set_password(tx, kept, hashed)
        sessions.drop_links(tx, kept)
        _end_all(tx, kept)


def change_own_password(door: Door, person: Person, old: str, new: str) -> str:
    """Every session of the account ends; the token of the new one. Guessing the old one is limited as at the door."""
    prove(door, person.name, old)
    set_password(door.store, door.passwords, person.name, new)
    with door.store.write() as tx:
        return _begin(tx, person.name, door.now)


def set_role(store: Store, name: str, role: Role) -> None:
    with store.write() as tx:
        account = _open(tx, name)
        if role != "admin":
            _keep_an_admin(tx, account)
        people.set_role(tx, account.name, role)


def set_language(store: Store, name: str, language: str, zone: str) -> None:
    with store.write() as tx:
        people.set_language(tx, named(name), language, zone)


def close(store: Store, name: str, now: datetime) -> None:
    """Its sessions, links and access tokens end at once; its reviews stay."""
    with store.write() as tx:
        account = _open(tx, name)
        _keep_an_admin(tx, account)
        people.close(tx, account.name, now)
        sessions.drop_links(tx, account.name)
        _end_all(tx, account.name)


def enter(door: Door, name: str, password: str, old_token: str = "") -> str:  # nosec B107  # "": it had none
    """The token of a new session, and the end of the one that the browser had. Raises AccountError."""
    kept = named(name)
    hashed = prove(door, kept, password)
    with door.store.write() as tx:
        if people.password_of(tx, kept) != hashed:  # it was changed while we compared
            raise _wrong()
        if old_token:
            sessions.end(tx, digest(old_token))
        return _begin(tx, kept, door.now)


def person(store: Store, token: str, clock: Callable[[], datetime]) -> Person | None:
    """Whose session it is; None when it does not hold."""
    if not token:
        return None
    now, kept = clock(), digest(token)
    with store.read() as tx:
        found = sessions.find(tx, kept, now - LONGEST, now - IDLE)
    if found is None:
        return None
    if now - found[1] > _NOTED_EVERY:
        try:
            with store.write() as tx:
                sessions.touch(tx, kept, now)
        except StoreError:
            return found[0]  # the database is busy: the next page notes it
    return found[0]


def leave(store: Store, token: str) -> None:
    with store.write() as tx:
        sessions.end(tx, digest(token))


def prove(door: Door, name: str, password: str) -> str:
    """The hash that the password matches. Raises AccountError."""
    with door.store.write() as tx:
        whose, where = note_try(tx, name, door.address, door.now)
        kept = people.password_of(tx, name)
    if not door.passwords.match(kept, password):
        raise _wrong()
    with door.store.write() as tx:
        sessions.forgive(tx, whose, where)
    return kept


def note_try(tx: Transaction, what: str, address: str, now: datetime) -> tuple[str, str]:
    """A try with that name, or access token, before it is made: a hundred at once count as a hundred. How it is kept.

    Raises AccountError when there were too many, of it or from there; then it is not counted.
    """
    whose, where = digest(what)[:16], _place_of(address)
    sessions.forget_old(tx, now - LONGEST, now - IDLE, now - _WINDOW)
    counted = sessions.tries(tx, whose, where, now - _WINDOW)
    if any(number >= limit for number, limit in zip(counted, _TRIES, strict=True)):
        raise AccountError("too many tries: wait a quarter of an hour", "too_often")
    sessions.note_try(tx, whose, where, now)
    return whose, where


def _place_of(address: str) -> str:
    """Whoever has one IPv6 address has all of its /64."""
    try:
        found = ip_address(address)
    except ValueError:
        return address[:64]
    return str(IPv6Address(int(found) >> 64 << 64)) if isinstance(found, IPv6Address) else str(found)


def _end_all(tx: Transaction, name: str) -> None:
    sessions.end_all(tx, name)
    tokens.end_all(tx, name)


def _begin(tx: Transaction, name: str, now: datetime) -> str:
    token = secrets.token_urlsafe(32)
    sessions.begin(tx, digest(token), name, now)
    return token


def _link(tx: Transaction, name: str, now: datetime) -> str:
    token = secrets.token_urlsafe(24)
    sessions.put_link(tx, digest(token), name, now + LINK_LASTS)
    return token


def _make_first(tx: Transaction, name: str, now: datetime) -> None:
    if people.able_admins(tx):
        raise _no_link()
    if people.add(tx, name, "admin", now):
        return
    if _known(tx, name).closed_at:  # whoever makes the first administrator may write to the database as it is
        people.reopen(tx, name)
    people.set_role(tx, name, "admin")


def _good(name: str) -> str:
    kept = named(name)
    if not _NAME.fullmatch(kept):
        raise AccountError("the name has to be 1 to 40 letters, digits, dots, hyphens or underscores", "name")
    return kept


def _known(tx: Transaction, name: str) -> Account:
    account = people.get(tx, named(name))
    if account is None:
        raise AccountError(f"there is no account {named(name)}: `monitor accounts list` shows them", "unknown")
    return account


def _open(tx: Transaction, name: str) -> Account:
    account = _known(tx, name)
    if account.closed_at:
        raise AccountError(f"the account {account.name} is closed: `monitor accounts link` opens it again", "closed")
    return account


def _keep_an_admin(tx: Transaction, account: Account) -> None:
    if account.role == "admin" and account.has_password and not people.able_admins(tx, but=account.name):
        raise AccountError(f"{account.name} is the only administrator: make another one first", "last_admin")


def _wrong() -> AccountError:
    return AccountError("name or password is wrong", "wrong")


def _no_link() -> AccountError:
    return AccountError("the link was used, or has run out: ask for a new one", "link")
